#include "test/sim/guest_agent.hpp"

#include "src/cpe-agent/backoff.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace cpe::sim {

GuestAgent::GuestAgent(Machine& machine, unsigned life)
    : machine_(machine),
      life_(life),
      core_({machine.boot_id(), machine.name() + "-agent-" + std::to_string(life),
             machine.key().assembly + ".sim"},
            {}) {}

void GuestAgent::later(Millis after, std::function<void()> work) {
    machine_.later(after, [&machine = machine_, life = life_, work = std::move(work)] {
        GuestAgent* self = machine.agent();
        if (!self || self->life_ != life) return;
        if (self->hung_)
            self->stalled_.push_back(work);
        else
            work();
    });
}

void GuestAgent::hang(bool hung) {
    hung_ = hung;
    if (hung) return;
    for (const auto& work : std::exchange(stalled_, {})) later(Millis{0}, work);
}

bool GuestAgent::connected() const {
    return wire_ && wire_->open(Wire::guest);
}

void GuestAgent::connect() {
    if (connected()) return;
    wire_ = machine_.dial();
    if (wire_) {
        pause_ = Millis{50};
        core_.connected(machine_.world().time.mono());
        return flush();
    }
    later(pause_, [this] { connect(); });
    pause_ = std::min(pause_ * 2, Millis{1000});
}

void GuestAgent::receive(agent::ToGuest message) {
    if (std::holds_alternative<agent::Refused>(message)) pause_ = guest::Backoff::unwanted;
    core_.receive(std::move(message), machine_.world().time.mono());
    flush();
}

void GuestAgent::closed(const std::string&) {
    core_.disconnected();
    wire_.reset();
    later(pause_, [this] { connect(); });
}

void GuestAgent::flush() {
    auto ready = core_.take();
    for (const auto& each : ready.spawns) spawn(each);
    for (const auto run : ready.kills) kill(run);
    for (auto& message : ready.messages)
        if (wire_) wire_->send(std::move(message));
    if (ready.disconnect && wire_) {
        wire_->close(Wire::guest, *ready.disconnect);
        closed(*ready.disconnect);
    }
    arm();
}

void GuestAgent::arm() {
    const auto next = core_.next_deadline();
    const auto number = ++timer_;
    if (!next) return;
    const MonoTime now = machine_.world().time.mono();
    later(*next - now, [this, number] {
        if (number != timer_) return;
        core_.advance(machine_.world().time.mono());
        flush();
    });
}

// Resource agents ---------------------------------------------------------------------------------

void GuestAgent::spawn(const guest::Spawn& each) {
    runs_[each.run] = {each.request};
    machine_.began(each.request);
    if (const auto takes = machine_.duration_of(each.request))
        machine_.later(*takes, [&machine = machine_, life = life_, run = each.run] {
            GuestAgent* self = machine.agent();
            if (self && self->life_ == life) self->finished(run);
        });
}

/// The resource agent has ended, whether or not its parent has an ear for it now.
void GuestAgent::finished(guest::RunId id) {
    const auto found = runs_.find(id);
    if (found == runs_.end() || found->second.killed) return;
    const int rc = machine_.perform(found->second.request);
    const std::string output = Machine::output_of(found->second.request);
    runs_.erase(found);
    later(Millis{0}, [this, id, rc, output] {
        core_.exited(id, {rc, rc == 0 ? "" : "as it was told", output},
                     machine_.world().time.mono());
        flush();
    });
}

void GuestAgent::kill(guest::RunId id) {
    const auto found = runs_.find(id);
    if (found == runs_.end() || found->second.killed) return;
    found->second.killed = true;
    machine_.cut_short(found->second.request);
    later(Millis{10}, [this, id] {
        runs_.erase(id);
        core_.exited(id, {1, {}, {}}, machine_.world().time.mono());
        flush();
    });
}

void GuestAgent::lose_memory() {
    auto& world = machine_.world();
    for (const auto& service : machine_.resources())
        for (const Millis interval : world.intervals_of(machine_.key().deployable, service))
            core_.receive(agent::CancelMonitor{service, interval}, world.time.mono());
    flush();
}

void GuestAgent::crash() {
    for (auto& [id, run] : runs_)
        if (!run.killed) machine_.cut_short(run.request);
    runs_.clear();
    if (wire_) wire_->close(Wire::guest, "end of file");
}

}  // namespace cpe::sim
