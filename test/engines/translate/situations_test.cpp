// Observed states as CIBs, and what the real scheduler plans for them: the situations of a
// deployable's life, from first boot to the fencing of a lost guest.
#include "test/engines/translate/fixture.hpp"
#include "test/engines/translate/pacemaker.hpp"

#include <functional>
#include <map>

using namespace cpe;
using namespace cpe::test;
using namespace cpe::translate;

namespace {

using Lines = std::vector<std::string>;

/// Digests as Pacemaker 2.1.5 computes them for Dummy with fake=mysqld, httpd, x.
struct Running {
    const char *start, *monitor;
};
const std::map<std::string_view, Running> digests = {
    {"rsc_db_mysqld", {"2730c20891bad8a67dbf1b73984d0752", "de1c52807aee00406b87f2187f73c2f7"}},
    {"rsc_web_httpd", {"f5a468ec409965b672e97dcbe266144f", "42f0d0c359c7e333bc7b8a797ea809bc"}}};

HistoryEntry started(std::string_view resource) {
    return {.operation = "start",
            .call_id = 10,
            .changed = {1'700'000'000'000},
            .digest = digests.at(resource).start,
            .transition = 1,
            .action = 10};
}

HistoryEntry monitored(std::string_view resource) {
    return {.operation = "monitor",
            .interval = Millis{2'000},
            .call_id = 11,
            .changed = {1'700'000'000'000},
            .digest = digests.at(resource).monitor,
            .transition = 1,
            .action = 11};
}

HistoryEntry failed(HistoryEntry entry, int rc) {
    entry.failure = true;
    entry.call_id = 12;
    entry.rc = rc;
    return entry;
}

ResourceHistory history(std::string_view resource, std::vector<HistoryEntry> entries) {
    return {resource, "ocf", "heartbeat", "Dummy", std::move(entries)};
}

ResourceHistory running(std::string_view resource) {
    return history(resource, {started(resource), monitored(resource)});
}

/// db, web and x; x is down unless a situation says otherwise.
struct State {
    NodeStatus db{"u-db", "db", Membership::online, {}, {}};
    NodeStatus web{"u-web", "web", Membership::online, {}, {}};
    NodeStatus x{"u-x", "x", Membership::down, {}, {}};
    RuntimeValues values{.references = {{"rsc_web_httpd", "fake", "httpd"}}, .held = {}};

    State& steady() {
        db.history = {running("rsc_db_mysqld")};
        web.history = {running("rsc_web_httpd")};
        return *this;
    }
};

struct Situation {
    const char* name;
    std::function<void(State&)> make;
    Lines plan;
};

const Lines start_db = {"Resource action: rsc_db_mysqld monitor on db",
                        "Resource action: rsc_db_mysqld start on db",
                        "Resource action: rsc_db_mysqld monitor=2000 on db"};

const std::vector<Situation>& situations() {
    static const std::vector<Situation> table = {
        {"1-booting",
         [](State& s) { s.db.membership = s.web.membership = Membership::booting; },
         {}},
        {"2-db-up", [](State& s) { s.web.membership = Membership::booting; }, start_db},
        {"3-both-up",
         [](State&) {},
         {"Resource action: rsc_db_mysqld monitor on db",
          "Resource action: rsc_web_httpd monitor on web",
          "Resource action: rsc_db_mysqld start on db",
          "Resource action: rsc_web_httpd start on web",
          "Resource action: rsc_db_mysqld monitor=2000 on db",
          "Resource action: rsc_web_httpd monitor=2000 on web"}},
        {"4-steady", [](State& s) { s.steady(); }, {}},
        {"5-db-lost",
         [](State& s) { s.steady().db.membership = Membership::lost; },
         {"Resource action: rsc_web_httpd stop on web", "Fencing db (reboot)",
          "Pseudo action: rsc_db_mysqld_stop_0"}},
        {"6-db-fenced",
         [](State& s) {
             s.steady().db.membership = Membership::down;
             s.db.history.clear();
         },
         {"Resource action: rsc_web_httpd stop on web"}},
        {"7-web-lost",
         [](State& s) { s.steady().web.membership = Membership::lost; },
         {"Pseudo action: rsc_web_httpd_stop_0", "Fencing web (reboot)"}},
        {"8-web-lost-others-start",
         [](State& s) {
             s.steady().web.membership = Membership::lost;
             s.x.membership = Membership::online;
         },
         {"Pseudo action: rsc_web_httpd_stop_0", "Resource action: rsc_x_x monitor on x",
          "Fencing web (reboot)", "Resource action: rsc_x_x start on x",
          "Resource action: rsc_x_x monitor=2000 on x"}},
        {"monitor-failed",
         [](State& s) {
             s.steady().web.history[0].entries.push_back(failed(monitored("rsc_web_httpd"), 7));
             s.web.attributes = {{"fail-count-rsc_web_httpd#monitor_2000", "1"},
                                 {"last-failure-rsc_web_httpd#monitor_2000", "1700000000"}};
         },
         {"Resource action: rsc_web_httpd stop on web",
          "Resource action: rsc_web_httpd start on web",
          "Resource action: rsc_web_httpd monitor=2000 on web"}},
        {"stop-failed",
         [](State& s) {
             auto entry = failed(started("rsc_web_httpd"), 1);
             entry.operation = "stop";
             s.steady().web.history[0].entries.push_back(entry);
             s.web.attributes = {{"fail-count-rsc_web_httpd#stop_0", "1"}};
         },
         {"Pseudo action: rsc_web_httpd_stop_0", "Fencing web (reboot)"}},
        {"held",
         [](State& s) { s.steady().values.held = {"rsc_db_mysqld"}; },
         {"Resource action: rsc_web_httpd stop on web",
          "Resource action: rsc_db_mysqld stop on db"}},
        {"no-value-yet",
         [](State& s) { s.values.references.clear(); },
         {"Resource action: rsc_db_mysqld monitor on db",
          "Resource action: rsc_web_httpd monitor on web",
          "Resource action: rsc_db_mysqld start on db",
          "Resource action: rsc_db_mysqld monitor=2000 on db"}},
        {"another-value",
         [](State& s) { s.steady().values.references[0].value = "elsewhere"; },
         {"Resource action: rsc_web_httpd stop on web",
          "Resource action: rsc_web_httpd start on web",
          "Resource action: rsc_web_httpd monitor=2000 on web"}},
        {"stop-all",
         [](State& s) { s.steady().values.stop_all = true; },
         {"Resource action: rsc_web_httpd stop on web",
          "Resource action: rsc_db_mysqld stop on db"}},
        {"looks",  // nothing is recovered, and nothing fenced; what is not watched is
         [](State& s) {
             s.steady().web.history[0].entries = {started("rsc_web_httpd")};
             s.db.membership = Membership::lost;
             s.values.looks = true;
         },
         {"Resource action: rsc_web_httpd monitor=2000 on web"}},
        {"maintained",  // planned around: its monitors are hidden from the scheduler
         [](State& s) {
             s.steady().db.history[0].entries.push_back(failed(monitored("rsc_db_mysqld"), 7));
             s.values.maintained = {"db"};
             s.web.history[0].entries.push_back(failed(monitored("rsc_web_httpd"), 7));
         },
         {"Resource action: rsc_web_httpd stop on web",
          "Resource action: rsc_web_httpd start on web",
          "Resource action: rsc_web_httpd monitor=2000 on web"}},
        {"both-lost",
         [](State& s) { s.steady().db.membership = s.web.membership = Membership::lost; },
         {"Pseudo action: rsc_web_httpd_stop_0", "Fencing web (reboot)", "Fencing db (reboot)",
          "Pseudo action: rsc_db_mysqld_stop_0"}},
    };
    return table;
}

std::string cib_of(const Situation& situation) {
    static const auto configuration =
        configure(read_file(source_path("test/golden/translate/situations/deployable.document")));
    State state;
    situation.make(state);
    const std::vector<NodeStatus> nodes{state.db, state.web, state.x};
    return configuration.cib(state.values, nodes, transition_uuid).value();
}

std::string told(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE(
    "observed states become the CIBs that are written down, and keep to Pacemaker's grammar") {
    for (const auto& situation : situations()) {
        INFO(situation.name);
        const auto cib = cib_of(situation);
        CHECK(pacemaker_grammar_error(cib) == "");
        check_golden(
            source_path("test/golden/translate/situations/" + std::string(situation.name) + ".cib"),
            cib);
    }
}

TEST_CASE("the scheduler plans for each situation what design.md asks for") {
    REQUIRE(has_simulator());
    for (const auto& situation : situations()) {
        INFO(situation.name);
        CHECK(told(plan(cib_of(situation))) == told(situation.plan));
    }
}
