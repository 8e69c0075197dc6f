// Commands that wait, against a cped that moves when a test says so.
#include "test/src/cpe-ctl/session_fixture.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace cpe;
using namespace cpe::ctl;
using namespace cpe::ctl::test;

namespace {

const char* const document =
    "<deployable name=\"shop\" uuid=\"u\"><assemblies><assembly name=\"a\" uuid=\"1\"/>"
    "</assemblies></deployable>";

Answer seen(const DeployableStatus& deployable) {
    Answer answer;
    answer.body = map_of(deployable);
    return answer;
}

/// Is in `states` one after the other: each READ but the first sees the next one, told by an event.
FakeCped::Script walking(std::vector<DeployableState> states, const char* reason = "") {
    return [states, reason, at = std::size_t{0}](FakeCped& cped, const Asked& asked) mutable {
        if (asked.operation != "READ") return Answer{};
        const auto now = in_state("shop", states[at], noon_ms + static_cast<std::int64_t>(at));
        if (at + 1 < states.size()) {
            ++at;
            const std::string state{name_of(states[at])};
            cped.tell(state_event(at, "shop", state.c_str(), reason));
        }
        return seen(now);
    };
}

using S = DeployableState;

}  // namespace

TEST_CASE("start waits until it runs, and tells each change once") {
    FakeCped cped(walking({S::stopped, S::starting, S::starting, S::running}));
    const auto ran = run_with(cped, {"deployable", "start", "shop"});
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out == "shop is running\n");
    CHECK(ran.err == "deployable shop: starting\ndeployable shop: running\n");
    REQUIRE(cped.subscribed().size() == 1);
    CHECK(amqp::as_string(amqp::at(cped.subscribed()[0], "org.pacemakercloud:deployable")) ==
          "shop");
    CHECK(cped.asked().at(1).operation == "START");
}

TEST_CASE("start that ends degraded is exit 1 and says what is missing and why") {
    FakeCped cped(walking({S::stopped, S::starting, S::degraded}, "httpd is not installed"));
    const auto ran = run_with(cped, {"deployable", "start", "shop"});
    CHECK(ran.exit == Exit::failed);
    CHECK(ran.out.empty());
    CHECK(ran.err.find("cpe-ctl: shop: it is degraded, because: httpd is not installed (cpe-ctl "
                       "events --deployable shop tells more)\n") != std::string::npos);
}

TEST_CASE("quarantined and unrecoverable end the wait too") {
    for (const auto state : {S::quarantined, S::unrecoverable}) {
        FakeCped cped(walking({S::stopped, state}));
        CHECK(run_with(cped, {"deployable", "start", "shop"}).exit == Exit::failed);
    }
}

TEST_CASE("what takes too long is exit 1 with what is missing") {
    FakeCped cped(walking({S::stopped, S::starting}));
    const auto ran = run_with(cped, {"deployable", "start", "shop", "--timeout", "1"});
    CHECK(ran.exit == Exit::failed);
    CHECK(ran.err.find("cpe-ctl: shop: not running after 1 s: it is starting (the operation goes "
                       "on: see cpe-ctl status shop)\n") != std::string::npos);
}

TEST_CASE("stop waits for stopped, delete until it is gone") {
    FakeCped stopping(walking({S::running, S::stopping, S::stopped}));
    const auto stop = run_with(stopping, {"deployable", "stop", "shop"});
    CHECK(stop.exit == Exit::done);
    CHECK(stop.out == "shop is stopped\n");

    int reads = 0;
    FakeCped deleting([&](FakeCped& cped, const Asked& asked) {
        if (asked.operation != "READ") return Answer{};
        cped.tell(state_event(1, "shop", "stopping", ""));
        return ++reads < 3 ? seen(in_state("shop", S::stopping)) : refused(404, "gone");
    });
    const auto gone = run_with(deleting, {"deployable", "delete", "shop"});
    CHECK(gone.exit == Exit::done);
    CHECK(gone.out == "shop is gone\n");
    CHECK(gone.err == "deployable shop: stopping\ndeployable: gone\n");
    CHECK(deleting.asked().at(1).operation == "DELETE");
}

TEST_CASE("reload sends the document and waits until things have settled") {
    FakeCped cped(walking({S::running, S::recovering, S::running}));
    const auto ran = run_with(cped, {"deployable", "reload", "shop", "-"}, document);
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out == "shop is running\n");
    CHECK(ran.err == "deployable shop: recovering\ndeployable shop: running\n");
    CHECK(cped.asked().at(1).operation == "RELOAD");
    CHECK(amqp::as_string(amqp::at(cped.asked().at(1).body, "document")) == document);
}

TEST_CASE("a reload that is not carried out yet is not taken for done: calm must be seen") {
    // Running, and only a moment after the answer not any more; in the end somebody is waited for.
    int reads = 0;
    FakeCped cped([&](FakeCped& self, const Asked& asked) {
        if (asked.operation != "READ") return Answer{};
        ++reads;
        if (reads <= 2) return seen(in_state("shop", S::running));
        if (reads == 3) self.tell(state_event(1, "shop", "degraded", "s is not installed"));
        return seen(in_state("shop", S::degraded, noon_ms + 1));
    });
    const auto ran = run_with(cped, {"deployable", "reload", "shop", "-"}, document);
    CHECK(ran.exit == Exit::failed);
    CHECK(ran.err.find("it is degraded, because: s is not installed") != std::string::npos);
}

TEST_CASE("reload of another's or a wrong document is exit 5, and nothing is sent") {
    FakeCped cped([](FakeCped&, const Asked&) { return Answer{}; });
    const auto other = run_with(cped, {"deployable", "reload", "other", "-"}, document);
    CHECK(other.exit == Exit::invalid_input);
    CHECK(other.err ==
          "cpe-ctl: standard input: the document is of deployable 'shop', not of 'other' (a reload "
          "keeps the name)\n");
    CHECK(run_with(cped, {"deployable", "reload", "shop", "-"}, "<x/>").exit ==
          Exit::invalid_input);
    CHECK(cped.asked().empty());
}

TEST_CASE("release waits until things have settled, a stopped one is stopped") {
    FakeCped cped(walking({S::quarantined, S::recovering, S::stopped}));
    const auto ran = run_with(cped, {"deployable", "release", "shop"});
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out == "shop is stopped\n");
    CHECK(cped.asked().at(1).operation == "RELEASE");
}

TEST_CASE("assembly restart waits until that assembly runs again") {
    using A = AssemblyState;
    int reads = 0;
    FakeCped cped([&](FakeCped& self, const Asked& asked) {
        if (asked.operation != "READ") return Answer{};
        auto now = in_state("shop", S::running);
        AssemblyStatus web;
        web.name = "web";
        web.state = reads == 2 ? A::booting : A::running;
        web.since = {noon_ms + std::max(0, reads - 1)};
        now.assemblies.push_back(web);
        if (++reads < 5) self.tell(state_event(1, "shop", "x", ""));
        return seen(now);
    });
    const auto ran = run_with(cped, {"assembly", "restart", "shop", "web"});
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out == "assembly web of shop is running\n");
    CHECK(ran.err.find("assembly web: booting\n") != std::string::npos);
    CHECK(reads == 4);
    const auto asked = cped.asked().at(1);
    CHECK(asked.operation == "RESTART");
    CHECK(asked.name == "shop/web");
    const auto quick = run_with(cped, {"--no-wait", "assembly", "restart", "shop", "web"});
    CHECK(quick.out == "assembly web of shop is being restarted\n");
}

TEST_CASE("option --no-wait is done once cped has taken it down") {
    FakeCped cped([](FakeCped&, const Asked&) { return Answer{}; });
    CHECK(run_with(cped, {"--no-wait", "deployable", "start", "shop"}).out ==
          "shop is asked to start\n");
    CHECK(run_with(cped, {"--no-wait", "deployable", "stop", "shop"}).out ==
          "shop is asked to stop\n");
    CHECK(run_with(cped, {"--no-wait", "deployable", "delete", "shop"}).out ==
          "shop is being deleted\n");
    CHECK(cped.asked().size() == 3);
    CHECK(cped.subscribed().empty());
}

TEST_CASE("create sends the document and starts it when asked") {
    FakeCped cped(walking({S::starting, S::running}));
    const auto plain = run_with(cped, {"deployable", "create", "-"}, document);
    CHECK(plain.exit == Exit::done);
    CHECK(plain.out == "shop is created\n");
    const auto started = run_with(cped, {"deployable", "create", "--start", "-"}, document);
    CHECK(started.exit == Exit::done);
    CHECK(started.out == "shop is running\n");
    const auto asked = cped.asked();
    CHECK(asked.at(0).operation == "CREATE");
    CHECK(amqp::as_string(amqp::at(asked.at(0).body, "document")) == document);
    CHECK(amqp::as_bool(amqp::at(asked.at(0).body, "start")) == false);
    CHECK(amqp::as_bool(amqp::at(asked.at(1).body, "start")) == true);
}

TEST_CASE("create of a name that exists is exit 1, of a wrong document nothing is sent") {
    FakeCped cped([](FakeCped&, const Asked&) { return refused(409, "there is one already"); });
    const auto exists = run_with(cped, {"deployable", "create", "--start", "-"}, document);
    CHECK(exists.exit == Exit::failed);
    CHECK(exists.err == "cpe-ctl: there is one already\n");
    const auto wrong = run_with(cped, {"deployable", "create", "-"}, "<deployable/>");
    CHECK(wrong.exit == Exit::invalid_input);
    CHECK(wrong.err.find("cpe-ctl: standard input, line 1") == 0);
    CHECK(cped.asked().size() == 1);
}

TEST_CASE("with -o json the outcome is one document") {
    FakeCped cped(walking({S::stopped, S::running}));
    const auto ran = run_with(cped, {"-o", "json", "deployable", "start", "shop"});
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out.find("{\"deployables\":[{\"name\":\"shop\"") == 0);
    CHECK(ran.out.find('\n') == ran.out.size() - 1);
}

TEST_CASE("Ctrl-C ends the wait, not the operation") {
    int reads = 0;
    FakeCped cped([&](FakeCped&, const Asked& asked) {
        if (asked.operation != "READ") return Answer{};
        // The second look is the first of the wait: signals are caught by then.
        if (++reads == 2) std::raise(SIGINT);
        return seen(in_state("shop", S::starting));
    });
    const auto ran = run_with(cped, {"deployable", "start", "shop"});
    CHECK(ran.exit == Exit::interrupted);
    CHECK(ran.err.find("cpe-ctl: shop: waiting was interrupted (the operation goes on") !=
          std::string::npos);
}

TEST_CASE("a connection lost while waiting is exit 3 and says that the operation goes on") {
    int reads = 0;
    FakeCped cped([&](FakeCped&, const Asked& asked) {
        Answer answer = seen(in_state("shop", S::starting));
        answer.drop = asked.operation == "READ" && ++reads == 2;
        return answer;
    });
    const auto ran = run_with(cped, {"deployable", "start", "shop"});
    CHECK(ran.exit == Exit::no_connection);
    CHECK(ran.err.find("the operation goes on") != std::string::npos);
}
