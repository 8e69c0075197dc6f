// deployable start, stop, reload, delete, release: a request, and the wait for its outcome.
#include "src/cpe-ctl/commands/change.hpp"

#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/document.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <ostream>

namespace cpe::ctl {
namespace {

Exit request_and_wait(const Change& change, const Invocation& invocation, Management& management,
                      Io& io) {
    auto& session = management.session();
    Waited waited{change.aim, invocation.arguments[0], std::nullopt};
    const bool wait = invocation.globals.wait;
    if (wait) {
        // Subscribed before the request, so that no event of it is missed.
        const auto subscribed = management.subscribe(waited.name, std::nullopt);
        if (!subscribed) return fail(io, subscribed.error(), session);
        auto before = management.find(waited.name);
        if (!before) return fail(io, before.error(), session);
        waited.before = std::move(*before);
    }
    const auto answer = change.request(management);
    if (!answer) return fail(io, answer.error(), session);
    if (wait) return wait_for_outcome(management, waited, invocation.globals, io);
    if (invocation.globals.output == Output::table)
        io.out << clean(waited.aim.title(waited.name)) << " " << change.taken << '\n';
    return Exit::done;
}

/// One that asks for nothing but the name.
Exit run_plain(Goal goal, Result<> (Management::*ask)(const std::string&), const char* taken,
               const Invocation& invocation, Io& io) {
    const auto request = [&](Management& management) {
        return (management.*ask)(invocation.arguments[0]);
    };
    return run_change({{goal, {}}, request, taken}, invocation, io);
}

Error other_name(const std::string& wanted, const NamedDocument& document,
                 const std::string& file) {
    return {Errc::invalid_input,
            "the document is of deployable '" + document.name + "', not of '" + wanted + "'",
            shown_name(file), "a reload keeps the name"};
}

}  // namespace

Exit run_change(const Change& change, const Invocation& invocation, Io& io) {
    return connected(invocation.globals, io, [&](Management& management) {
        return request_and_wait(change, invocation, management, io);
    });
}

Exit run_start(const Invocation& invocation, Io& io) {
    return run_plain(Goal::running, &Management::start, "is asked to start", invocation, io);
}

Exit run_stop(const Invocation& invocation, Io& io) {
    return run_plain(Goal::stopped, &Management::stop, "is asked to stop", invocation, io);
}

Exit run_delete(const Invocation& invocation, Io& io) {
    return run_plain(Goal::gone, &Management::remove, "is being deleted", invocation, io);
}

Exit run_release(const Invocation& invocation, Io& io) {
    return run_plain(Goal::settled, &Management::release, "is released", invocation, io);
}

Exit run_reload(const Invocation& invocation, Io& io) {
    const auto& name = invocation.arguments[0];
    const auto& file = invocation.arguments[1];
    auto document = whole_document(file, io);
    if (document && document->name != name) document = other_name(name, *document, file);
    if (!document) {
        say_error(io, document.error());
        return exit_of(document.error().code);
    }
    const auto request = [&](Management& management) {
        return management.reload(name, document->text);
    };
    const Change change{{Goal::settled, {}}, request, "has its new document"};
    return run_change(change, invocation, io);
}

}  // namespace cpe::ctl
