// cped's side of one guest under virtual time.
#include "adapters/agent/guest_line.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace cpe;
using namespace cpe::agent;
using Outcome = OperationResult::Outcome;

namespace {

/// Speaks to a line and writes down, in one line of text, what came of the last thing said.
class Talk {
public:
    explicit Talk(LineLimits limits = {}) : line(Millis{2'000}, limits) {}

    std::string submit(std::uint64_t id, const std::string& operation = "start",
                       Millis interval = Millis{0}) {
        OperationRequest request;
        request.id = OperationId{id};
        request.resource = "rsc_a";
        request.operation = operation;
        request.interval = interval;
        request.timeout = Millis{20'000};
        line.submit(request, now);
        return taken();
    }
    std::string cancel(Millis interval) {
        line.cancel_monitor("rsc_a", interval);
        return taken();
    }
    std::string hello(const std::string& boot, const std::string& agent,
                      std::vector<OperationId> operations = {},
                      std::vector<MonitorEntry> monitors = {}) {
        line.connected(now);
        Hello words;
        words.guest = {boot, agent, "", std::move(monitors), std::move(operations)};
        return say(words);
    }
    std::string result(std::uint64_t sequence, std::uint64_t id) {
        return say(Finished{sequence, {OperationId{id}, Outcome::done, 0, {}, {}, Millis{0}}});
    }
    std::string gone() {
        line.disconnected("gone", now);
        return taken();
    }
    std::string pass(Millis span) {
        now += span;
        line.advance(now);
        return taken();
    }
    std::string say(FromGuest words) {
        const auto result = line.receive(std::move(words), now);
        return (result ? "" : "error: " + result.error().line() + " ") + taken();
    }

    GuestLine line;
    MonoTime now{};

private:
    struct Shown {
        std::string operator()(const Welcome& words) const {
            return ">welcome ack=" + std::to_string(words.acknowledged);
        }
        std::string operator()(const Refused&) const { return ">refused"; }
        std::string operator()(const Perform& words) const {
            return ">perform " + std::to_string(words.request.id.value);
        }
        std::string operator()(const CancelMonitor& words) const {
            return ">cancel " + std::to_string(words.interval.count());
        }
        std::string operator()(const Acknowledge& words) const {
            return ">ack " + std::to_string(words.sequence);
        }
        std::string operator()(const GuestUp& up) const {
            return "up " + up.hello.boot_id +
                   " monitors=" + std::to_string(up.hello.monitors.size());
        }
        std::string operator()(const Heartbeat&) const { return "heartbeat"; }
        std::string operator()(const GuestGone& gone) const { return "gone " + gone.reason; }
        std::string operator()(const OperationResult& result) const {
            constexpr const char* names[] = {"done", "timed_out", "cancelled", "lost"};
            return std::string(names[static_cast<int>(result.outcome)]) + " " +
                   std::to_string(result.id.value);
        }
        std::string operator()(const MonitorReport&) const { return "report"; }
    };
    std::string taken() {
        std::string text;
        const auto ready = line.take();
        const auto add = [&text](const std::string& word) {
            text += (text.empty() ? "" : "; ") + word;
        };
        for (const auto& message : ready.messages) add(std::visit(Shown{}, message));
        for (const auto& told : ready.told) add(std::visit(Shown{}, told));
        return text;
    }
};

}  // namespace

TEST_CASE("with a connection, what is asked is sent and each answer told once") {
    Talk talk;
    CHECK(talk.hello("b1", "a1") == ">welcome ack=0; up b1 monitors=0");
    CHECK(talk.submit(1) == ">perform 1");
    CHECK(talk.submit(1).empty());
    CHECK(talk.result(1, 1) == ">ack 1; done 1");
    CHECK(talk.result(1, 1) == ">ack 1");
    CHECK(talk.result(5, 2) == ">ack 5; done 2");  // of an earlier life of cped; gaps are allowed
    CHECK(talk.say(Reported{6, {"rsc_a", Millis{5}, {}}}) == ">ack 6; report");
    CHECK(talk.say(Heartbeat{}) == "heartbeat");
    CHECK_FALSE(talk.line.next_deadline());
    CHECK(talk.gone() == "gone gone");
    CHECK(talk.gone().empty());
}

TEST_CASE("the same agent returns: nothing is done twice, nothing is forgotten") {
    Talk talk;
    CHECK_FALSE(talk.hello("b1", "a1").empty());
    talk.submit(1);
    talk.submit(2);
    CHECK(talk.result(1, 9) == ">ack 1; done 9");
    talk.gone();
    CHECK(talk.submit(3).empty());
    CHECK(talk.hello("b1", "a1", {OperationId{1}}) ==
          ">welcome ack=1; >perform 2; >perform 3; up b1 monitors=0");
    CHECK(talk.result(2, 1) == ">ack 2; done 1");
    CHECK_FALSE(talk.line.next_deadline());
}

TEST_CASE("another agent of the same boot: what was sent is lost, what was not is sent") {
    Talk talk;
    talk.hello("b1", "a1");
    talk.submit(1);
    talk.gone();
    talk.submit(2);
    CHECK(talk.hello("b1", "a2") == ">welcome ack=0; >perform 2; lost 1; up b1 monitors=0");
    CHECK(talk.result(1, 2) == ">ack 1; done 2");  // its numbers begin anew
}

TEST_CASE("another boot: all that was meant for the old one is lost") {
    Talk talk;
    talk.hello("b1", "a1");
    talk.submit(1);
    talk.gone();
    talk.submit(2);
    CHECK(talk.hello("b2", "a2") == ">welcome ack=0; lost 1; lost 2; up b2 monitors=0");
}

TEST_CASE("before the first contact operations wait, their time limit ends the waiting") {
    Talk talk;
    talk.submit(1);
    CHECK(talk.pass(Millis{10'000}).empty());
    talk.submit(2);
    CHECK(talk.line.next_deadline() == MonoTime{Millis{20'000}});
    CHECK(talk.pass(Millis{10'000}) == "lost 1");
    CHECK(talk.hello("b1", "a1") == ">welcome ack=0; >perform 2; up b1 monitors=0");
    CHECK(talk.pass(Millis{600'000}).empty());  // now the agent owes the answer
    talk.gone();
    CHECK(talk.pass(Millis{20'000}) == "lost 2");
    // Told already: its late result is acknowledged and not told.
    CHECK(talk.hello("b1", "a1", {OperationId{2}}) == ">welcome ack=0; up b1 monitors=0");
    CHECK(talk.result(1, 2) == ">ack 1");
}

TEST_CASE("a connection that says no hello counts as none") {
    Talk talk;
    talk.submit(1);
    talk.line.connected(talk.now);
    talk.submit(2);
    CHECK(talk.pass(Millis{20'000}) == "lost 1; lost 2");
}

TEST_CASE("a monitor is cancelled also for a guest that is away") {
    constexpr Millis interval{10'000};
    Talk talk;
    talk.hello("b1", "a1");
    CHECK(talk.cancel(Millis{5}) == ">cancel 5");
    talk.submit(1, "monitor", interval);
    talk.gone();
    CHECK(talk.cancel(interval).empty());
    talk.submit(2, "monitor", Millis{3'000});
    CHECK(talk.cancel(Millis{3'000}) == "cancelled 2");
    CHECK(talk.hello("b1", "a1", {}, {{"rsc_a", interval, "", 0}, {"rsc_b", interval, "", 0}}) ==
          ">welcome ack=0; >cancel 3000; >cancel 10000; cancelled 1; up b1 monitors=1");
    // A newer monitor of that place is not hit by the older wish.
    talk.gone();
    talk.cancel(interval);
    talk.submit(3, "monitor", interval);
    CHECK(talk.hello("b1", "a1") == ">welcome ack=0; >perform 3; up b1 monitors=0");
}

TEST_CASE("a guest that does not keep to the protocol is told off") {
    Talk talk;
    talk.line.connected(talk.now);
    CHECK(talk.say(Heartbeat{}) == "error: its first message was no hello ");
    Hello future;
    future.protocol = 2;
    future.guest = {"b", "a", "", {}, {}};
    CHECK_THAT(talk.say(future),
               Catch::Contains("the agent version 2") && Catch::EndsWith(">refused"));
    talk.hello("b1", "a1");
    CHECK_THAT(talk.result(0, 1), Catch::StartsWith("error: sequence number 0"));
    CHECK_THAT(talk.say(Hello{}), Catch::StartsWith("error: it said hello twice"));
}

TEST_CASE("every list has its limit") {
    LineLimits limits;
    limits.operations = 2;
    limits.burst = 4;
    limits.rate = 2;
    Talk talk(limits);
    talk.submit(1);
    talk.submit(2);
    CHECK(talk.submit(3) == "cancelled 3");
    CHECK_FALSE(talk.hello("b1", "a1").empty());
    for (int i = 0; i < 3; ++i) CHECK(talk.say(Heartbeat{}) == "heartbeat");
    CHECK(talk.say(Heartbeat{}) == "error: more than 2 messages a second ");
    talk.now += Millis{1'000};
    CHECK(talk.say(Heartbeat{}) == "heartbeat");
}
