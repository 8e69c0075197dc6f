#include "adapters/ssh/verdict.hpp"

#include "adapters/guest/lsb.hpp"
#include "adapters/guest/output_tail.hpp"

#include <string_view>

namespace cpe::ssh {

namespace {

/// The last NAME=VALUE line of that name.
std::string_view property(std::string_view output, std::string_view name) {
    std::string_view value;
    while (!output.empty()) {
        const auto end = std::min(output.find('\n'), output.size());
        const auto line = output.substr(0, end);
        if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
            value = line.substr(name.size() + 1);
        output.remove_prefix(std::min(end + 1, output.size()));
    }
    return value;
}

std::string words_of(std::string_view output) {
    std::string words = "the unit is " + std::string(property(output, "ActiveState"));
    words.append(" (").append(property(output, "SubState")).append(")");
    const auto result = property(output, "Result");
    if (!result.empty() && result != "success") words.append(", result ").append(result);
    const auto status = property(output, "ExecMainStatus");
    if (!status.empty() && status != "0") words.append(", exit status ").append(status);
    return words;
}

RunEnd of_unit(const OperationRequest& request, std::string_view output) {
    const auto load = property(output, "LoadState");
    const auto active = property(output, "ActiveState");
    if (active.empty()) return {ocf::not_installed, "systemd does not run in this guest", {}};
    if (load == "not-found") return {ocf::not_installed, "there is no such unit", {}};
    if (load == "masked") return {ocf::not_installed, "the unit is masked", {}};
    const bool runs = active == "active" || active == "reloading" || active == "refreshing";
    if (request.operation == "stop")
        return runs ? RunEnd{ocf::unknown_error, words_of(output), {}} : RunEnd{};
    if (runs) return {};
    const int rc = request.operation == "monitor" ? ocf::not_running : ocf::unknown_error;
    return {rc, active == "failed" || rc != ocf::not_running ? words_of(output) : "", {}};
}

RunEnd of_metadata(int code, const std::string& output) {
    if (output.size() > max_metadata)
        return {ocf::unknown_error,
                "its meta-data is over " + std::to_string(max_metadata) + " bytes",
                {}};
    return {code, {}, output};
}

}  // namespace

RunEnd verdict(const OperationRequest& request, int exit_code, const std::string& output) {
    if (request.operation == "meta-data" && request.agent_class == AgentClass::ocf)
        return of_metadata(exit_code, output);
    guest::OutputTail tail;
    tail.append(output);
    RunEnd end{exit_code, tail.exit_reason(), tail.text()};
    if (exit_code == by_properties && request.agent_class != AgentClass::ocf) {
        end = of_unit(request, output);
        end.exit_reason = guest::printable(end.exit_reason);
        if (end.rc != ocf::ok && end.rc != ocf::not_running) end.output = tail.text();
        return end;
    }
    // From 189 on codes are of Pacemaker's own (190: running, degraded).
    if (exit_code > 128 && exit_code < 128 + 32 && end.exit_reason.empty()) {
        end.exit_reason = "ended by signal " + std::to_string(exit_code - 128);
        end.rc = ocf::unknown_error;
        return end;
    }
    if (request.agent_class == AgentClass::lsb && end.exit_reason.empty())
        end.rc = guest::ocf_of_lsb(request.operation, exit_code);
    return end;
}

}  // namespace cpe::ssh
