#include "adapters/ssh/command.hpp"

#include "adapters/ssh/guest_scripts.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ssh {

namespace {

constexpr std::string_view ocf_root = "/usr/lib/ocf";
constexpr std::string_view ocf_temp = "/run/resource-agents";
constexpr std::string_view own_agents = "/run/cpe/agents";
/// Told of an agent's output at most, before cped looks at it.
constexpr std::size_t told_output = max_operation_output + 1;
constexpr std::size_t told_metadata = max_metadata + 1;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_variable_name(std::string_view name) {
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// A name that is one file name: it cannot leave its directory, nor be taken for an option.
bool is_file_name(std::string_view name) {
    return !name.empty() && name.front() != '.' && name.front() != '-' &&
           name.find_first_of(std::string_view("/\0\n", 3)) == std::string_view::npos;
}

bool has_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

void set(std::string& to, std::string_view name, std::string_view value) {
    to.append("export ").append(name).append("=").append(quoted(value)).append("\n");
}

std::string text_of(Millis time) {
    return std::to_string(time.count());
}

void add_ocf_environment(std::string& to, const OperationRequest& request,
                         const std::string& hostname) {
    set(to, "OCF_ROOT", ocf_root);
    set(to, "OCF_RA_VERSION_MAJOR", "1");
    set(to, "OCF_RA_VERSION_MINOR", "1");
    set(to, "OCF_RESOURCE_INSTANCE", request.resource);
    set(to, "OCF_RESOURCE_PROVIDER", request.provider);
    set(to, "OCF_RESOURCE_TYPE", request.type);
    set(to, "HA_RSCTMP", ocf_temp);
    set(to, "OCF_RESKEY_CRM_meta_name", request.operation);
    set(to, "OCF_RESKEY_CRM_meta_interval", text_of(request.interval));
    set(to, "OCF_RESKEY_CRM_meta_timeout", text_of(request.timeout));
    set(to, "OCF_RESKEY_CRM_meta_on_node", hostname);
    std::string check_level = "0";
    for (const auto& [name, value] : request.parameters) {
        set(to, "OCF_RESKEY_" + name, value);
        if (name == "OCF_CHECK_LEVEL" || name == "CRM_meta_OCF_CHECK_LEVEL") check_level = value;
    }
    set(to, "OCF_CHECK_LEVEL", check_level);
}

/// Our own agent stands in no guest: it is put there, where only root can read and write. Run by
/// sh, for /run may be mounted without permission to execute.
void add_own_agent(std::string& to) {
    const auto path = std::string(own_agents) + "/script_runner-" CPE_VERSION;
    to.append("program=" + path + "\n");
    to.append("if [ ! -e \"$program\" ]; then\n");
    to.append("(umask 077 && mkdir -p " + std::string(own_agents) + " && printf %s ");
    to.append(quoted(script_runner()));
    to.append(" >\"$program.$$\" && mv \"$program.$$\" \"$program\") >&2 || exit 1\nfi\n");
}

void add_program(std::string& to, std::string_view path, std::string_view kind) {
    to.append("program=").append(quoted(path)).append("\n");
    to.append("[ -f \"$program\" ] || refuse 5 \"the ").append(kind);
    to.append(" $program is not installed in this guest\"\n");
    to.append("[ -x \"$program\" ] || refuse 4 \"the ").append(kind);
    to.append(" $program is not executable\"\n");
}

void add_ocf(std::string& to, const OperationRequest& request, const std::string& hostname) {
    const bool own = request.provider == "cpe" && request.type == "script_runner";
    if (own)
        add_own_agent(to);
    else
        add_program(to,
                    std::string(ocf_root) + "/resource.d/" + request.provider + "/" + request.type,
                    "agent");
    add_ocf_environment(to, request, hostname);
    to.append(own ? "exec /bin/sh \"$program\" " : "exec \"$program\" ");
    to.append(quoted(request.operation));
    if (request.operation == "meta-data") to.append(" >&2 2>/dev/null");
    to.append("\n");
}

void add_lsb(std::string& to, const OperationRequest& request) {
    const auto& operation = request.operation;
    const auto program = "/etc/init.d/" + request.type;
    to.append("if [ -e ").append(quoted(program)).append(" ]; then\n");
    add_program(to, program, "init script");
    to.append("exec \"$program\" ");
    to.append(operation == "monitor" ? "status" : quoted(operation)).append(" >&2\nfi\n");
    to.append("unit ").append(quoted(request.type)).append(" ").append(quoted(operation));
    to.append("\n");
}

/// Comments are for us.
void add_without_comments(std::string& to, std::string_view script) {
    while (!script.empty()) {
        const auto end = std::min(script.find('\n'), script.size() - 1) + 1;
        const auto line = script.substr(0, end);
        const auto first = line.find_first_not_of(" \n");
        if (first != std::string_view::npos && line[first] != '#') to.append(line.substr(first));
        script.remove_prefix(end);
    }
}

std::string beginning_of(const ShellPlan& plan, const char* alone) {
    std::string text = "N=" + plan.nonce + " ALONE=" + alone + "\n";
    add_without_comments(text, guest_script());
    return text;
}

/// A monitor is run often, and says little: it has no process for what it says.
std::string filter_of(const OperationRequest& request) {
    if (request.operation == "monitor") return "";
    return request.operation == "meta-data" ? " head -c " + std::to_string(told_metadata)
                                            : " tail -c " + std::to_string(told_output);
}

std::optional<RunEnd> refusal(int rc, std::string why) {
    return RunEnd{rc, std::move(why), {}};
}

bool unit_can(std::string_view operation) {
    for (const std::string_view known : {"start", "stop", "monitor", "restart", "reload"})
        if (operation == known) return true;
    return false;
}

}  // namespace

std::string quoted(std::string_view value) {
    std::string word = "'";
    for (const char c : value) {
        if (c == '\'')
            word += "'\\''";
        else
            word += c;
    }
    return word + "'";
}

std::optional<RunEnd> refusal_of(const OperationRequest& request) {
    if (request.agent_class != AgentClass::ocf) {
        if (!is_file_name(request.type))
            return refusal(ocf::not_installed, "'" + request.type + "' cannot name a service");
        if (!unit_can(request.operation))
            return refusal(ocf::unimplemented, "services have no '" + request.operation + "'");
        return std::nullopt;
    }
    if (!is_file_name(request.provider) || !is_file_name(request.type))
        return refusal(ocf::not_installed,
                       "'" + request.provider + ":" + request.type + "' cannot name an ocf agent");
    if (has_nul(request.resource) || has_nul(request.operation))
        return refusal(ocf::not_configured, "a name holds a zero byte");
    for (const auto& [name, value] : request.parameters)
        if (!is_variable_name(name) || has_nul(value))
            return refusal(ocf::not_configured,
                           "parameter '" + name + "' cannot be given to an agent over ssh");
    return std::nullopt;
}

std::string work_of(const OperationRequest& request, const std::string& hostname) {
    std::string work;
    switch (request.agent_class) {
        case AgentClass::ocf: add_ocf(work, request, hostname); break;
        case AgentClass::lsb: add_lsb(work, request); break;
        case AgentClass::systemd:
            work = "unit " + quoted(request.type) + " " + quoted(request.operation) + "\n";
            break;
    }
    return work;
}

std::string script_of_one(const ShellPlan& plan, const OperationRequest& request,
                          const std::string& hostname) {
    return beginning_of(plan, "1") + "work_1() {\n" + work_of(request, hostname) +
           "}\nrun 1 work_1" + filter_of(request) + "\nattend\n";
}

std::string script_of_many(const ShellPlan& plan) {
    return beginning_of(plan, "") + "attend\n";
}

std::string definition_of(const std::string& name, const std::string& work) {
    const auto lines = std::count(work.begin(), work.end(), '\n');
    return "define " + name + " " + std::to_string(lines) + "\n" + work;
}

std::string shell_line(const ShellPlan& plan, std::optional<Millis> limit) {
    std::string line = "exec ";
    if (!plan.username.empty() && plan.username != "root") line += "sudo -n ";
    if (limit) line += "timeout -s URG -k 10 " + std::to_string(limit->count() / 1000 + 1) + " ";
    return line + "/bin/sh -s " + plan.tag + (plan.nonce.empty() ? "" : " ") + plan.nonce;
}

std::string hello_script_of(const std::string& nonce, const std::string& tag) {
    std::string text = "N=" + nonce + " TAG=" + tag + "\n";
    add_without_comments(text, hello_script());
    return text;
}

}  // namespace cpe::ssh
