#include "src/cpe-ctl/history.hpp"
#include "test/src/cpe-ctl/session_fixture.hpp"

#include <algorithm>
#include <csignal>

using namespace cpe;
using namespace cpe::ctl;
using namespace cpe::ctl::test;

namespace {

amqp::Value or_null(const std::string& text) {
    return text.empty() ? amqp::Value{} : text;
}

amqp::List row_of(const StoredEvent& stored) {
    const auto& event = stored.event;
    return {stored.id.value,
            event.at.ms,
            stored.key.tenant,
            stored.key.name,
            or_null(event.assembly),
            or_null(event.service),
            event.kind,
            or_null(event.state),
            or_null(event.reason),
            event.transition ? amqp::Value(event.transition.value) : amqp::Value{},
            or_null(event.detail)};
}

Answer table(std::size_t columns, const std::vector<amqp::List>& rows) {
    amqp::List names, values;
    for (std::size_t i = 0; i < columns; ++i) names.emplace_back("c" + std::to_string(i));
    for (const auto& row : rows) values.push_back(amqp::to_value(row));
    Answer answer;
    answer.body = {{"columns", amqp::to_value(names)}, {"rows", amqp::to_value(values)}};
    return answer;
}

Answer one_number(std::uint64_t number) {
    amqp::List row;
    row.emplace_back(number);
    return table(1, std::vector<amqp::List>{row});
}

std::string query_of(const Asked& asked) {
    return amqp::as_string(amqp::at(asked.body, "query")).value_or("");
}

/// The two sample events are the past.
Answer past(FakeCped&, const Asked& asked) {
    if (query_of(asked).find("max(id)") != std::string::npos) return one_number(42);
    const auto all = events();
    return table(11, std::vector<amqp::List>{row_of(all[1]), row_of(all[0])});
}

}  // namespace

TEST_CASE("the past is shown oldest first") {
    FakeCped cped(past);
    const auto text = run_with(cped, {"events"});
    INFO(text.err);
    CHECK(text.exit == Exit::done);
    CHECK(text.out == golden("events.txt"));
    CHECK(run_with(cped, {"events", "-o", "json"}).out == golden("events.json"));
    CHECK(query_of(cped.asked().at(1)) ==
          "SELECT id, at, tenant, deployable, assembly, service, kind, state, reason, transition, "
          "detail FROM events WHERE id < 43 AND tenant = 'default' ORDER BY id DESC LIMIT 100");
}

TEST_CASE("filters stand in the query, and no name can leave its quotes") {
    HistoryQuery query{"default", "o'neil'; --", std::nullopt, {9}, 5};
    CHECK(history_sql(query, {10}, 5).find("deployable = 'o''neil''; --' ORDER BY") !=
          std::string::npos);
    query.since = EventId{7};
    CHECK(history_sql(query, {10}, 5).find(" AND id > 7 ") != std::string::npos);
    query.since = WallTime{-5};
    CHECK(history_sql(query, {10}, 5).find(" AND at >= -5 ") != std::string::npos);
}

TEST_CASE("a long past is asked for page by page") {
    FakeCped cped([](FakeCped&, const Asked& asked) {
        const auto query = query_of(asked);
        if (query.find("max(id)") != std::string::npos) return one_number(4500);
        const auto before = std::stoull(query.substr(query.find("id < ") + 5));
        const auto limit = std::stoull(query.substr(query.find("LIMIT ") + 6));
        std::vector<amqp::List> rows;
        for (auto id = before - 1; id > 0 && rows.size() < limit; --id) {
            auto event = events()[1];
            event.id = {id};
            rows.push_back(row_of(event));
        }
        return table(11, rows);
    });
    const auto ran = run_with(cped, {"events", "--limit", "10000", "--since", "#0"});
    CHECK(ran.exit == Exit::done);
    CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 4501);
    CHECK(cped.asked().size() == 4);
}

TEST_CASE("a wrong --since or --limit is a wrong use, told before any connection") {
    const auto since = run_words({"events", "--since", "yesterday"});
    CHECK(since.exit == Exit::usage);
    CHECK(since.err.find("cpe-ctl: --since: 'yesterday' is no time (ISO 8601") == 0);
    for (const char* limit : {"0", "x", "10001", "-1"})
        CHECK(run_words({"events", "--limit", limit}).exit == Exit::usage);
}

TEST_CASE("option --follow ends when nobody reads it any more, though nothing happens") {
    FakeCped cped(past);
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Io io{in, out, err, false, false, false, moment, [] { return true; }};
    CHECK(run({"--socket", cped.socket(), "events", "--follow"}, io) == Exit::done);
    CHECK(out.str() == golden("events-follow.txt"));
}

TEST_CASE("option --follow shows the past, then what happens, without a gap, until Ctrl-C") {
    FakeCped cped(past);
    cped.on_subscribed([](FakeCped& fake) {
        fake.tell(state_event(43, "shop", "running", "all runs"));
        fake.tell(state_event(45, "shop", "stopped", ""));
    });
    std::istringstream in;
    std::ostringstream err;
    // Interrupts when the last event was shown.
    struct Watching : std::stringbuf {
        int sync() override {
            if (str().find("#45") != std::string::npos && !raised) {
                raised = true;
                std::raise(SIGINT);
            }
            return 0;
        }
        bool raised = false;
    } buffer;
    std::ostream out(&buffer);
    Io io{in, out, err, false, false, false, moment, [] { return false; }};
    const auto exit = run({"--socket", cped.socket(), "events", "--follow"}, io);
    CHECK(exit == Exit::done);
    CHECK(buffer.str() == golden("events-follow.txt") +
                              "#43  2026-11-22T12:31:42  shop  deployable_state_change  running  "
                              "all runs\n"
                              "#45  2026-11-22T12:31:42  shop  deployable_state_change  stopped\n");
    REQUIRE(cped.subscribed().size() == 1);
    CHECK(amqp::as_uint(amqp::at(cped.subscribed()[0], "org.pacemakercloud:since")) == 42U);
    CHECK(amqp::as_string(amqp::at(cped.subscribed()[0], "org.pacemakercloud:tenant")) ==
          "default");
}
