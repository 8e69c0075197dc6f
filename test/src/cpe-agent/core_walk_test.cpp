// Random walks of the agent's core, each from its seed: messages, ends of processes, lost
// connections and jumps of time in any order; what must always hold is checked at every step, and
// at the end nothing may be left over.
#include "src/cpe-agent/core.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

using namespace cpe;
using namespace cpe::guest;

namespace {

class Walk {
public:
    explicit Walk(unsigned seed) : random_(seed), core_({"b", "a", "h"}, limits()) {}

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            act(number(12));
            look();
        }
        settle();
    }

private:
    static Limits limits() {
        Limits limits;
        limits.parallel = 3;
        limits.queue = 3;
        limits.monitors = 4;
        limits.reports = 3;
        return limits;
    }
    std::uint64_t number(std::uint64_t below) {
        return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
    }

    void act(std::uint64_t choice) {
        switch (choice) {
            case 0: return reconnect();
            case 1: return lose();
            case 2: return pass(Millis{static_cast<std::int64_t>(number(400))});
            case 3: return pass(Millis{static_cast<std::int64_t>(number(30'000))});
            case 4:
            case 5: return end_a_run();
            case 6: return acknowledge();
            case 7: return cancel();
            case 8: return repeat();
            default: return perform();
        }
    }
    void reconnect() {
        if (!connected_) core_.connected(now_);
        if (!connected_) core_.receive(agent::Welcome{1, Millis{2'000}, heard_}, now_);
        connected_ = true;
    }
    void lose() {
        if (connected_) core_.disconnected();
        connected_ = false;
    }
    void pass(Millis span) {
        now_ += span;
        core_.advance(now_);
    }
    void end_a_run() {
        if (running_.empty()) return;
        auto at = running_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(number(running_.size())));
        const auto run = at->first;
        running_.erase(at);
        core_.exited(run, {number(2) == 0 ? 0 : 7, {}, {}}, now_);
    }
    void acknowledge() {
        if (connected_) core_.receive(agent::Acknowledge{heard_}, now_);
    }
    void cancel() {
        if (connected_) core_.receive(agent::CancelMonitor{resource(), interval()}, now_);
    }
    void repeat() {
        if (connected_ && !asked_.empty())
            core_.receive(agent::Perform{asked_[number(asked_.size())]}, now_);
    }
    void perform() {
        if (!connected_ || asked_.size() >= 60) return;  // fewer than Limits::remembered
        constexpr const char* operations[] = {"monitor", "monitor", "start", "stop"};
        OperationRequest request;
        request.id = OperationId{asked_.size() + 1};
        request.resource = resource();
        request.operation = operations[number(4)];
        if (request.operation == "monitor" && number(3) > 0) request.interval = interval();
        request.timeout = Millis{static_cast<std::int64_t>(1 + number(20'000))};
        asked_.push_back(request);
        core_.receive(agent::Perform{request}, now_);
    }
    std::string resource() { return "rsc_" + std::to_string(number(4)); }
    Millis interval() { return Millis{static_cast<std::int64_t>(1'000 * (1 + number(2)))}; }

    void look() {
        const auto ready = core_.take();
        REQUIRE_FALSE(ready.disconnect);
        for (const auto& spawn : ready.spawns) begin(spawn);
        for (const auto run : ready.kills) REQUIRE(running_.contains(run));
        for (const auto& message : ready.messages) hear(message);
    }
    void begin(const Spawn& spawn) {
        for (const auto& [run, resource] : running_) REQUIRE(resource != spawn.request.resource);
        REQUIRE(running_.emplace(spawn.run, spawn.request.resource).second);
        REQUIRE(running_.size() <= limits().parallel);
        const bool once = spawn.request.interval == Millis{0};
        if (once) REQUIRE(begun_.insert(spawn.request.id).second);
    }
    void hear(const agent::FromGuest& message) {
        REQUIRE(connected_);
        std::uint64_t sequence = 0;
        if (const auto* finished = std::get_if<agent::Finished>(&message)) {
            sequence = finished->sequence;
            if (sequence > heard_) ++answers_[finished->result.id];
        }
        if (const auto* reported = std::get_if<agent::Reported>(&message))
            sequence = reported->sequence;
        heard_ = std::max(heard_, sequence);
    }
    /// Faults stop: everything asked has its answer, nothing waits or runs.
    void settle() {
        reconnect();
        look();
        for (int i = 0; i < 4; ++i)
            for (const auto interval : {Millis{1'000}, Millis{2'000}})
                core_.receive(agent::CancelMonitor{"rsc_" + std::to_string(i), interval}, now_);
        look();
        for (int turns = 0; !running_.empty() && turns < 1'000; ++turns) {
            end_a_run();
            look();
        }
        REQUIRE(running_.empty());
        for (const auto& request : asked_) REQUIRE(answers_.contains(request.id));
        acknowledge();
        lose();
        core_.connected(now_);
        const auto ready = core_.take();
        const auto& hello = std::get<agent::Hello>(ready.messages.back()).guest;
        REQUIRE(hello.monitors.empty());
        REQUIRE(hello.operations.empty());
        core_.disconnected();
        REQUIRE_FALSE(core_.next_deadline());
    }

    std::mt19937 random_;
    Core core_;
    MonoTime now_{};
    bool connected_ = false;
    std::uint64_t heard_ = 0;  ///< newest sequence number
    std::vector<OperationRequest> asked_;
    std::map<RunId, std::string> running_;
    std::set<OperationId> begun_;
    std::map<OperationId, int> answers_;
};

}  // namespace

TEST_CASE(
    "whatever happens to the agent's core, everything asked is answered and nothing is left") {
    for (unsigned seed = 0; seed < 2'000; ++seed) {
        INFO("seed " << seed);
        Walk(seed).run(300);
    }
}
