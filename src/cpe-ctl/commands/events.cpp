#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/history.hpp"
#include "src/cpe-ctl/net/codec.hpp"
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/show/tables.hpp"

#include <charconv>
#include <chrono>
#include <ostream>

namespace cpe::ctl {
namespace {

constexpr std::size_t max_limit = 10'000;

Result<std::size_t> limit_of(const Invocation& invocation) {
    const auto given = invocation.options.find("limit");
    if (given == invocation.options.end()) return invocation.has("follow") ? 10 : 100;
    std::size_t number = 0;
    const auto& text = given->second;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || number < 1 ||
        number > max_limit)
        return Error{Errc::invalid_input, "'" + text + "' is no limit", "--limit",
                     "1 to " + std::to_string(max_limit)};
    return number;
}

Result<HistoryQuery> query_of(const Invocation& invocation, const Moment& moment) {
    HistoryQuery query;
    query.tenant = invocation.globals.tenant;
    const auto limit = limit_of(invocation);
    if (!limit) return limit.error();
    query.limit = *limit;
    if (const auto name = invocation.options.find("deployable"); name != invocation.options.end())
        query.deployable = name->second;
    const auto since = invocation.options.find("since");
    if (since == invocation.options.end()) return query;
    const auto parsed = parse_since(since->second, moment);
    if (!parsed) return parsed.error();
    query.since = *parsed;
    return query;
}

void print(Io& io, Output output, const StoredEvent& event) {
    io.out << (output == Output::json ? event_json(event)
                                      : event_line(event, {io.moment(), io.out_colour}));
}

/// How soon a reader that went away is noticed while nothing happens.
constexpr std::chrono::seconds reader_check{1};

Exit follow(Management& management, Output output, Io& io) {
    auto& session = management.session();
    session.catch_interrupts();
    while (true) {
        while (const auto message = session.take_event()) {
            const auto event = event_of(*message);
            if (!event) return fail(io, event.error(), session);
            print(io, output, *event);
        }
        // Who reads a pipe may go away; with nobody to tell there is nothing to follow.
        if (!io.out.flush() || io.reader_gone()) return Exit::done;
        switch (session.wait(std::chrono::steady_clock::now() + reader_check)) {
            case Session::Wake::interrupted: return Exit::done;
            case Session::Wake::disconnected: return fail(io, session.lost(), session);
            case Session::Wake::event:
            case Session::Wake::timeout: break;
        }
    }
}

Exit show_events(Management& management, HistoryQuery query, const Invocation& invocation, Io& io) {
    auto& session = management.session();
    const auto newest = newest_event(management);
    if (!newest) return fail(io, newest.error(), session);
    query.newest = *newest;
    const auto past = history(management, query);
    if (!past) return fail(io, past.error(), session);
    const auto output = invocation.globals.output;
    if (!invocation.has("follow")) {
        io.out << (output == Output::json ? events_json(*past)
                                          : events_table(*past, {io.moment(), io.out_colour}));
        return Exit::done;
    }
    for (const auto& event : *past) print(io, output, event);
    // What happened since the past was asked for is told first: nothing is missed, nothing twice.
    const auto subscribed = management.subscribe(query.deployable, *newest);
    if (!subscribed) return fail(io, subscribed.error(), session);
    return follow(management, output, io);
}

}  // namespace

Exit run_events(const Invocation& invocation, Io& io) {
    const auto query = query_of(invocation, io.moment());
    if (!query) {
        say_error(io, query.error());
        return Exit::usage;
    }
    return connected(invocation.globals, io, [&](Management& management) {
        return show_events(management, *query, invocation, io);
    });
}

}  // namespace cpe::ctl
