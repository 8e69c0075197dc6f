#include "src/cpe-agent/agent_command.hpp"

#include "adapters/guest/lsb.hpp"

#include <unistd.h>

#include <system_error>
#include <utility>

namespace cpe::guest {

namespace {

namespace fs = std::filesystem;

RunEnd refusal(int rc, std::string why) {
    return {rc, std::move(why), {}};
}

/// A name that is one file name: it cannot leave its directory, nor be taken for hidden helpers.
bool is_file_name(const std::string& name) {
    return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

std::optional<RunEnd> not_runnable(const fs::path& program, const char* kind) {
    std::error_code error;
    if (!fs::is_regular_file(program, error))
        return refusal(ocf::not_installed, std::string(kind) + " " + program.string() +
                                               " is not installed in this guest");
    if (::access(program.c_str(), X_OK) != 0)
        return refusal(ocf::insufficient_privileges,
                       std::string(kind) + " " + program.string() + " is not executable");
    return std::nullopt;
}

/// A parameter's name becomes part of a variable's name; what cannot is a mistake of the document.
bool is_variable_name(const std::string& name) {
    return !name.empty() && name.find('=') == std::string::npos &&
           name.find('\0') == std::string::npos;
}

std::vector<std::string> common_environment(const std::string& marker) {
    return {std::string(run_marker) + "=" + marker,
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/",
            "LC_ALL=C"};
}

void add_ocf(std::vector<std::string>& out, const OperationRequest& request,
             const AgentPaths& paths, const std::string& hostname) {
    out.push_back("OCF_ROOT=" + paths.ocf_root.string());
    out.emplace_back("OCF_RA_VERSION_MAJOR=1");
    out.emplace_back("OCF_RA_VERSION_MINOR=1");
    out.push_back("OCF_RESOURCE_INSTANCE=" + request.resource);
    out.push_back("OCF_RESOURCE_PROVIDER=" + request.provider);
    out.push_back("OCF_RESOURCE_TYPE=" + request.type);
    out.push_back("HA_RSCTMP=" + paths.ocf_temp.string());
    const std::string meta = "OCF_RESKEY_CRM_meta_";
    out.push_back(meta + "name=" + request.operation);
    out.push_back(meta + "interval=" + std::to_string(request.interval.count()));
    out.push_back(meta + "timeout=" + std::to_string(request.timeout.count()));
    out.push_back(meta + "on_node=" + hostname);
    std::string check_level = "0";
    for (const auto& [name, value] : request.parameters) {
        out.push_back("OCF_RESKEY_" + name + "=" + value);
        if (name == "OCF_CHECK_LEVEL" || name == "CRM_meta_OCF_CHECK_LEVEL") check_level = value;
    }
    out.push_back("OCF_CHECK_LEVEL=" + check_level);
}

/// Our own agents come with cpe-agent, wherever that is installed; all others are the guest's.
fs::path ocf_agent(const OperationRequest& request, const AgentPaths& paths) {
    std::error_code error;
    if (request.provider == "cpe" && !paths.own_agents.empty())
        if (auto own = paths.own_agents / "cpe" / request.type; fs::exists(own, error)) return own;
    return paths.ocf_root / "resource.d" / request.provider / request.type;
}

std::variant<Command, RunEnd> ocf_command(const OperationRequest& request, const AgentPaths& paths,
                                          const std::string& hostname, const std::string& marker) {
    if (!is_file_name(request.provider) || !is_file_name(request.type))
        return refusal(ocf::not_installed,
                       "'" + request.provider + ":" + request.type + "' cannot name an ocf agent");
    const auto program = ocf_agent(request, paths);
    if (auto end = not_runnable(program, "the agent")) return *std::move(end);
    for (const auto& [name, value] : request.parameters)
        if (!is_variable_name(name) || value.find('\0') != std::string::npos)
            return refusal(ocf::not_configured,
                           "parameter '" + name + "' cannot be given to an agent");
    Command command{program, request.operation, common_environment(marker)};
    add_ocf(command.environment, request, paths, hostname);
    return command;
}

std::variant<Command, RunEnd> lsb_command(const OperationRequest& request, const AgentPaths& paths,
                                          const std::string& marker) {
    if (!is_file_name(request.type))
        return refusal(ocf::not_installed, "'" + request.type + "' cannot name an init script");
    const auto program = paths.init_dir / request.type;
    if (auto end = not_runnable(program, "the init script")) return *std::move(end);
    const auto& operation = request.operation;
    if (operation != "start" && operation != "stop" && operation != "monitor" &&
        operation != "restart" && operation != "reload")
        return refusal(ocf::unimplemented, "init scripts have no '" + operation + "'");
    return Command{program, operation == "monitor" ? "status" : operation,
                   common_environment(marker)};
}

}  // namespace

fs::path own_agents_directory() {
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path() : program.parent_path().parent_path() / "lib/ocf/resource.d";
}

std::variant<Command, RunEnd> command_for(const OperationRequest& request, const AgentPaths& paths,
                                          const std::string& hostname, const std::string& marker) {
    switch (request.agent_class) {
        case AgentClass::ocf: return ocf_command(request, paths, hostname, marker);
        case AgentClass::lsb: return lsb_command(request, paths, marker);
        case AgentClass::systemd: break;
    }
    return refusal(ocf::not_installed,
                   "class systemd is not supported in this guest: use ocf or lsb");
}

int ocf_code(const OperationRequest& request, int exit_code) {
    return request.agent_class == AgentClass::lsb ? ocf_of_lsb(request.operation, exit_code)
                                                  : exit_code;
}

}  // namespace cpe::guest
