// The operator's hand on assemblies, services and whole deployables; and injected faults.
#include "src/cpe-ctl/commands/change.hpp"
#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <ostream>

namespace cpe::ctl {
namespace {

/// A request that is done once cped has taken it down; in JSON the deployable as it then is.
template <class Ask>
Exit ask_once(const Invocation& invocation, Io& io, const std::string& done, Ask ask) {
    return connected(invocation.globals, io, [&](Management& management) {
        const auto answer = ask(management);
        if (!answer) return fail(io, answer.error(), management.session());
        if (invocation.globals.output == Output::table) {
            io.out << clean(done) << '\n';
            return Exit::done;
        }
        const auto found = management.find(invocation.arguments[0]);
        if (!found) return fail(io, found.error(), management.session());
        io.out << deployables_json({&*found, 1});
        return Exit::done;
    });
}

}  // namespace

Exit run_confirm_down(const Invocation& invocation, Io& io) {
    const auto& deployable = invocation.arguments[0];
    const auto& name = invocation.arguments[1];
    return ask_once(
        invocation, io, "assembly " + name + " of " + deployable + " is taken for down",
        [&](Management& management) { return management.confirm_down(deployable, name); });
}

Exit run_restart(const Invocation& invocation, Io& io) {
    const auto& deployable = invocation.arguments[0];
    const auto& name = invocation.arguments[1];
    const auto request = [&](Management& management) {
        return management.restart(deployable, name);
    };
    return run_change({{Goal::running, name}, request, "is being restarted"}, invocation, io);
}

Exit run_trust(const Invocation& invocation, Io& io) {
    const auto& deployable = invocation.arguments[0];
    const auto& name = invocation.arguments[1];
    return ask_once(invocation, io,
                    "the host key of assembly " + name + " of " + deployable + " is trusted",
                    [&](Management& management) { return management.trust(deployable, name); });
}

Exit run_retry(const Invocation& invocation, Io& io) {
    const auto& deployable = invocation.arguments[0];
    const auto& name = invocation.arguments[1];
    return ask_once(invocation, io, "service " + name + " of " + deployable + " is tried again",
                    [&](Management& management) { return management.retry(deployable, name); });
}

Exit run_maintenance(const Invocation& invocation, Io& io, bool on) {
    const auto& deployable = invocation.arguments[0];
    const std::string assembly = invocation.arguments.size() > 1 ? invocation.arguments[1] : "";
    const std::string title =
        assembly.empty() ? deployable : "assembly " + assembly + " of " + deployable;
    return ask_once(
        invocation, io, title + (on ? " is in maintenance" : " is looked after again"),
        [&](Management& management) { return management.maintain(deployable, assembly, on); });
}

Exit run_fault(const Invocation& invocation, Io& io) {
    const auto& deployable = invocation.arguments[0];
    const auto& fault = invocation.arguments[1];
    return ask_once(invocation, io, "fault " + fault + " is injected into " + deployable,
                    [&](Management& management) { return management.fault(deployable, fault); });
}

}  // namespace cpe::ctl
