#include "src/cpe-ctl/app.hpp"

#include "src/cpe-ctl/args/help.hpp"
#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <ostream>

namespace cpe::ctl {
namespace {

Exit dispatch(const Invocation& invocation, Io& io) {
    switch (invocation.command->id) {
        case CommandId::deployable_create: return run_create(invocation, io);
        case CommandId::deployable_start: return run_start(invocation, io);
        case CommandId::deployable_stop: return run_stop(invocation, io);
        case CommandId::deployable_delete: return run_delete(invocation, io);
        case CommandId::deployable_list: return run_list(invocation, io);
        case CommandId::deployable_show: return run_show(invocation, io);
        case CommandId::status: return run_status(invocation, io);
        case CommandId::events: return run_events(invocation, io);
        case CommandId::sql: return run_sql(invocation, io);
        case CommandId::validate: return run_validate(invocation, io);
        case CommandId::deployable_reload: return run_reload(invocation, io);
        case CommandId::deployable_release: return run_release(invocation, io);
        case CommandId::assembly_confirm_down: return run_confirm_down(invocation, io);
        case CommandId::assembly_restart: return run_restart(invocation, io);
        case CommandId::assembly_trust: return run_trust(invocation, io);
        case CommandId::service_retry: return run_retry(invocation, io);
        case CommandId::maintenance_on: return run_maintenance(invocation, io, true);
        case CommandId::maintenance_off: return run_maintenance(invocation, io, false);
        case CommandId::debug_fault: return run_fault(invocation, io);
        case CommandId::simulate: return run_simulate(invocation, io);
    }
    return Exit::failed;
}

Exit run_parsed(const Invocation& invocation, Io& io) {
    if (invocation.version) {
        io.out << "cpe-ctl " CPE_VERSION "\n";
        return Exit::done;
    }
    if (invocation.help) {
        io.out << help_text(invocation.topic);
        return Exit::done;
    }
    return dispatch(invocation, io);
}

/// What could not be written must not pass for done; but who closes a pipe has seen enough.
Exit after_flush(Exit exit, Io& io) {
    io.out.flush();
    if (io.out || io.reader_gone()) return exit;
    say_error(io, {Errc::unavailable, "could not be written to the end", "standard output",
                   "is there room left?"});
    return exit == Exit::done ? Exit::failed : exit;
}

}  // namespace

void say_error(Io& io, const Error& error) {
    io.err << "cpe-ctl: " << clean(error.line()) << '\n';
}

Exit run(const std::vector<std::string>& words, Io& io) {
    const auto invocation = parse_arguments(words);
    if (!invocation) {
        say_error(io, invocation.error());
        return invocation.error().code == Errc::unsupported ? Exit::failed : Exit::usage;
    }
    return after_flush(run_parsed(*invocation, io), io);
}

}  // namespace cpe::ctl
