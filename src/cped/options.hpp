// The command line of cped (design.md §9).
//
// Thread: main, before anything else. Errors: Errc::invalid_input for a wrong word.
#pragma once

#include <cpe/result.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace cpe::cped {

struct Options {
    enum class Task { serve, check_config, print_default_config, version, help } task = Task::serve;
    std::optional<std::filesystem::path> config;
    std::optional<std::filesystem::path> state_dir;
};

Result<Options> parse_options(int argc, const char* const* argv);
std::string help_text();

}  // namespace cpe::cped
