// From an operation to the program that carries it out, and from its exit code to OCF's.
//
// Thread: any. Looks at the file system (is the agent there?) and changes nothing. Sources: OCF
// Resource Agent API 1.1; LSB 5.0 "Init Script Actions"; exit codes as Pacemaker 2.1.5 maps them
// (lib/services).
#pragma once

#include "src/cpe-agent/core.hpp"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace cpe::guest {

struct AgentPaths {
    std::filesystem::path ocf_root = "/usr/lib/ocf";
    std::filesystem::path init_dir = "/etc/init.d";
    std::filesystem::path ocf_temp = "/run/resource-agents";  ///< HA_RSCTMP: agents' state files
    /// resource.d of what cpe-agent was installed with: agents of provider cpe are looked for there
    /// before ocf_root. Empty: nowhere.
    std::filesystem::path own_agents = {};
};

/// ../lib/ocf/resource.d as seen from this program's directory: /usr/lib/ocf/resource.d of an
/// installed one, the build tree's of a built one. Empty when the program's path is not known.
[[nodiscard]] std::filesystem::path own_agents_directory();

struct Command {
    std::filesystem::path program;
    std::string argument;
    std::vector<std::string> environment;  ///< all of it; nothing is inherited
};

/// The variable that marks every process of a run, see process_tree.hpp.
constexpr const char* run_marker = "CPE_OPERATION";

/// What to run, or, where it cannot be, how it ended: not_installed and why.
/// `marker`: value of run_marker; unique to this run.
[[nodiscard]] std::variant<Command, RunEnd> command_for(const OperationRequest& request,
                                                        const AgentPaths& paths,
                                                        const std::string& hostname,
                                                        const std::string& marker);

/// OCF code of a process that ended by itself.
[[nodiscard]] int ocf_code(const OperationRequest& request, int exit_code);

}  // namespace cpe::guest
