// deployable start, stop, delete: a request, and the wait for its outcome.
#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <ostream>

namespace cpe::ctl {
namespace {

struct Change {
    Goal goal{};
    Result<> (Management::*request)(const std::string&);
    const char* taken;  ///< what --no-wait says: "is asked to start"
};

Exit request_and_wait(const Change& change, const Invocation& invocation, Management& management,
                      Io& io) {
    auto& session = management.session();
    Waited waited{change.goal, invocation.arguments[0], std::nullopt};
    const bool wait = invocation.globals.wait;
    if (wait) {
        // Subscribed before the request, so that no event of it is missed.
        const auto subscribed = management.subscribe(waited.name, std::nullopt);
        if (!subscribed) return fail(io, subscribed.error(), session);
        auto before = management.find(waited.name);
        if (!before) return fail(io, before.error(), session);
        waited.before = std::move(*before);
    }
    const auto answer = (management.*change.request)(waited.name);
    if (!answer) return fail(io, answer.error(), session);
    if (wait) return wait_for_outcome(management, waited, invocation.globals, io);
    if (invocation.globals.output == Output::table)
        io.out << clean(waited.name) << " " << change.taken << '\n';
    return Exit::done;
}

Exit run_change(const Change& change, const Invocation& invocation, Io& io) {
    return connected(invocation.globals, io, [&](Management& management) {
        return request_and_wait(change, invocation, management, io);
    });
}

}  // namespace

Exit run_start(const Invocation& invocation, Io& io) {
    return run_change({Goal::running, &Management::start, "is asked to start"}, invocation, io);
}

Exit run_stop(const Invocation& invocation, Io& io) {
    return run_change({Goal::stopped, &Management::stop, "is asked to stop"}, invocation, io);
}

Exit run_delete(const Invocation& invocation, Io& io) {
    return run_change({Goal::gone, &Management::remove, "is being deleted"}, invocation, io);
}

}  // namespace cpe::ctl
