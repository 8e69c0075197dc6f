// Words of the command line -> what is asked for.
//
// Thread: any; pure. Errors: Errc::invalid_input for a wrong use (exit 2), Errc::unsupported for
// what is known but not supported yet (exit 1).
#pragma once

#include "src/cpe-ctl/args/spec.hpp"

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cpe::ctl {

enum class Output { table, json };

/// Options that every command takes, before or after its name.
struct Globals {
    std::filesystem::path socket = "/var/lib/cpe/cped.sock";
    std::string tenant = "default";
    Output output = Output::table;
    std::optional<Millis> timeout;
    bool wait = true;
};

struct Invocation {
    Globals globals;
    const CommandSpec* command = nullptr;  ///< none: --help or --version alone
    std::vector<std::string_view> topic;   ///< for --help: the words that were given
    std::vector<std::string> arguments;
    std::map<std::string, std::string, std::less<>> options;  ///< of the command; flags are ""
    bool help = false;
    bool version = false;

    [[nodiscard]] bool has(std::string_view option) const {
        return options.find(option) != options.end();
    }
};

constexpr int max_timeout_s = 86'400;

Result<Invocation> parse_arguments(const std::vector<std::string>& words);

}  // namespace cpe::ctl
