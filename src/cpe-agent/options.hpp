// The command line of cpe-agent.
//
// Thread: any. Errors: Errc::invalid_input for what is wrong, Errc::unsupported for what is known
// and not there yet.
#pragma once

#include "src/cpe-agent/agent_command.hpp"

#include <cpe/log.hpp>
#include <cpe/result.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace cpe::guest {

struct Options {
    enum class Wish { run, help, version } wish = Wish::run;
    std::filesystem::path socket;
    std::filesystem::path boot_id_file;  ///< empty: /run/cpe/boot_id where it exists, else kernel's
    std::filesystem::path run_dir = "/run/cpe";
    AgentPaths paths;
    LogLevel level = LogLevel::info;
};

[[nodiscard]] Result<Options> parse_options(const std::vector<std::string>& arguments);
[[nodiscard]] std::string help_text();

}  // namespace cpe::guest
