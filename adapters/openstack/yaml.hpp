// clouds.yaml as a tree: bounded in size, depth and number of values, aliases and all.
//
// Thread: any; pure. What it holds is wiped with it: there are passwords in it. Errors name a
// place, never a value.
#pragma once

#include <cpe/result.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cpe::openstack {

constexpr std::size_t max_clouds_file = 256U << 10U;
constexpr std::size_t max_yaml_depth = 16;
constexpr std::size_t max_yaml_values = 20'000;

struct Yaml {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string text;                                   ///< of a scalar
    std::vector<Yaml> items;                            ///< of a list
    std::vector<std::pair<std::string, Yaml>> entries;  ///< of a map

    Yaml() = default;
    Yaml(const Yaml&) = default;
    Yaml(Yaml&&) noexcept = default;
    Yaml& operator=(const Yaml&) = default;
    Yaml& operator=(Yaml&&) noexcept = default;
    ~Yaml();

    /// None: it is no map, or has no such key.
    [[nodiscard]] const Yaml* find(std::string_view key) const;
    [[nodiscard]] Yaml* find(std::string_view key);
};

/// The first document of a text.
[[nodiscard]] Result<Yaml> parse_yaml(std::string_view text);

/// What `over` says wins; maps are merged, all else is replaced.
void merge(Yaml& into, Yaml over);

}  // namespace cpe::openstack
