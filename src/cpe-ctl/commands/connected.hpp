// What every command that speaks to cped begins and ends with.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/args/parse.hpp"
#include "src/cpe-ctl/exit_code.hpp"
#include "src/cpe-ctl/io.hpp"
#include "src/cpe-ctl/net/management.hpp"
#include "src/cpe-ctl/wait/wait.hpp"

#include <utility>

namespace cpe::ctl {

/// Says the error and returns its exit code; 3 where the connection itself was lost.
inline Exit fail(Io& io, const Error& error, const Session& session) {
    say_error(io, error);
    return session.is_open() ? exit_of(error.code) : Exit::no_connection;
}

/// Opens a session and runs `body(Management&)`; without a connection: exit 3, or 6 where cped does
/// not let this user in.
template <class Body>
Exit connected(const Globals& globals, Io& io, Body body) {
    const auto answer = globals.wait ? default_answer : globals.timeout.value_or(default_answer);
    auto session = Session::open(globals.socket, answer);
    if (!session) {
        say_error(io, session.error());
        return session.error().code == Errc::not_allowed ? Exit::not_allowed : Exit::no_connection;
    }
    Management management(**session, globals.tenant);
    return body(management);
}

}  // namespace cpe::ctl
