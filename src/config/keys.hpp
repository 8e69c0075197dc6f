// The one table of the configuration: every key with its kind, range, default and meaning.
// Reading, --print-default-config, docs/configuration.md and conf/cped.yaml all derive from it.
//
// Thread: any; constant after its first use.
#pragma once

#include "src/config/configuration.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace cpe::config {

enum class Kind {
    boolean,
    integer,   ///< least..most
    fraction,  ///< least..most, with a decimal point: 0.5
    duration,  ///< least..most in milliseconds
    size,      ///< least..most in bytes
    choice,    ///< one of `choices`
    name,      ///< check_name
    text,      ///< any text; least..most characters
    path,      ///< least..most bytes
    subnet,    ///< check_subnet
    list,      ///< of maps; their keys are PATH[].KEY
    map,       ///< of names to maps; their keys are PATH.*.KEY
};

/// A scalar that was checked; a choice is the index of its name.
using Value = std::variant<bool, std::int64_t, double, Millis, Bytes, std::string>;

template <class Target>
using Store = void (*)(Target&, const Value&);

/// Where a value goes: a member of the configuration, or of an element of one of its collections.
using Destination =
    std::variant<std::monostate, Store<Configuration>, Store<Listener>, Store<Provider>,
                 Store<Tenant>, Store<StartupDeployable>, std::vector<Listener> Configuration::*,
                 std::vector<Tenant> Configuration::*,
                 std::vector<StartupDeployable> Configuration::*,
                 std::map<std::string, Provider> Configuration::*>;

struct Key {
    std::string_view path;  ///< "log.retention.days", "listen[].unix", "providers.*.type"
    Kind kind{};
    std::string_view fallback;  ///< the default, as YAML; empty = must be given
    std::string_view meaning;   ///< one line
    Destination destination;
    std::int64_t least = 0;
    std::int64_t most = 0;
    std::vector<std::string_view> choices;
    std::vector<std::string_view> later;  ///< values that are known but not supported yet
    std::string_view of_type;             ///< of providers of this type alone
    bool supported = true;                ///< false: the whole key is known but not supported yet
};

/// In the order in which they are printed; a collection stands before its elements' keys.
std::span<const Key> keys();

const Key* find_key(std::string_view path);

/// Whether any key's path begins with "PATH.".
bool is_section(std::string_view path);

/// The known key that a person probably meant by `path`, or empty.
std::string nearest_key(std::string_view path);

}  // namespace cpe::config
