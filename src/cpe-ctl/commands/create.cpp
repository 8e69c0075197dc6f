#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/document.hpp"
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <ostream>

namespace cpe::ctl {
namespace {

Exit created(Management& management, const std::string& name, const Globals& globals, Io& io) {
    if (globals.output == Output::table) {
        io.out << clean(name) << " is created\n";
        return Exit::done;
    }
    const auto found = management.find(name);
    if (!found) return fail(io, found.error(), management.session());
    io.out << deployables_json({&*found, 1});
    return Exit::done;
}

}  // namespace

Exit run_create(const Invocation& invocation, Io& io) {
    const auto document = whole_document(invocation.arguments[0], io);
    if (!document) {
        say_error(io, document.error());
        return exit_of(document.error().code);
    }
    const auto& [name, text] = *document;
    const bool start = invocation.has("start");
    const bool wait = start && invocation.globals.wait;
    return connected(
        invocation.globals, io, [&, &name = name, &text = text](Management& management) {
            if (wait) {
                const auto subscribed = management.subscribe(name, std::nullopt);
                if (!subscribed) return fail(io, subscribed.error(), management.session());
            }
            const auto answer = management.create(text, start);
            if (!answer) return fail(io, answer.error(), management.session());
            if (!wait) return created(management, name, invocation.globals, io);
            return wait_for_outcome(management, {{Goal::running, {}}, name, std::nullopt},
                                    invocation.globals, io);
        });
}

}  // namespace cpe::ctl
