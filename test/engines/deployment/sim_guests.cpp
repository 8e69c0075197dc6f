// The channel of the small world, and the guests behind it.
#include "test/engines/deployment/sim.hpp"

#include <utility>

namespace cpe::test {

void Sim::agent_up(FakeGuest& guest) {
    guest.agent = true;
    ++guest.life;
    at(Millis{1}, [this, &guest, life = guest.life] {
        if (guest.life != life || !guest.speaks()) return;
        unproven_.erase(guest.name);
        joined_.insert(guest.name);
        step(event::GuestUp{guest.name, guest.hello()});
        heartbeat(guest.name, guest.life);
    });
}

void Sim::heartbeat(const std::string& name, unsigned life) {
    at(settings_.heartbeat_interval, [this, name, life] {
        const FakeGuest& guest = guests_.at(name);
        if (guest.life != life || guest.power != FakeGuest::Power::running || !guest.agent) return;
        if (guest.speaks())
            step(event::GuestHeartbeat{name, hash_of_monitors(guest.table()), guest.overdue});
        heartbeat(name, life);
    });
}

void Sim::do_effect(const effect::OpenChannel& open) {
    FakeGuest& guest = guests_.at(open.assembly);
    const bool news = !std::exchange(guest.channel, true) || guest.barred == open.peer.dead_boots;
    guest.barred = open.peer.dead_boots;
    if (!news) return;  // it goes on as it was
    at(guest.reconnects_after, [this, &guest] {
        if (!guest.speaks()) return;
        joined_.insert(guest.name);
        step(event::GuestUp{guest.name, guest.hello()});
        heartbeat(guest.name, guest.life);
    });
}

void Sim::do_effect(const effect::CloseChannel& close) {
    guests_.at(close.assembly).channel = false;
}

void Sim::do_effect(const effect::CancelMonitor& cancel) {
    FakeGuest& guest = guests_.at(cancel.assembly);
    if (guest.speaks()) guest.monitors.erase({cancel.resource, cancel.interval});
}

void Sim::do_effect(const effect::RunOperation& run) {
    if (run.generation != dpe_->generation()) {
        OperationResult result;
        result.id = run.request.id;
        result.outcome = OperationResult::Outcome::cancelled;
        at(Millis{0}, [this, run, result] { step(event::OperationDone{run.assembly, result}); });
        return;
    }
    const FakeGuest& guest = guests_.at(run.assembly);
    deliver(run.assembly, run.request, {guest.boot, guest.life}, mono_ + run.request.timeout);
}

void Sim::deliver(const std::string& name, const OperationRequest& request, Lives lives,
                  MonoTime until) {
    FakeGuest& guest = guests_.at(name);
    // What was meant for another life of the guest or its agent is not carried out in this one.
    const bool another = guest.boot != lives.boot || guest.life != lives.agent;
    if (!guest.speaks() || another) {
        OperationResult lost;
        lost.id = request.id;
        lost.outcome = OperationResult::Outcome::lost;
        lost.exit_reason = "no connection";
        if (mono_ >= until || another) return void(step(event::OperationDone{name, lost}));
        return at(Millis{500},
                  [this, name, request, lives, until] { deliver(name, request, lives, until); });
    }
    guest.under_way[request.id.value] = request;
    const bool hangs = guest.hangs.count(request.resource) > 0 ||
                       (guest.hang_metadata && request.operation == metadata_operation);
    const auto answer = [this, &guest, request, hangs] {
        if (guest.under_way.erase(request.id.value)) operation_ended(guest, request, hangs);
    };  // else its agent or machine ended before
    at(hangs ? request.timeout : operation_takes, answer, true);
}

void Sim::operation_ended(FakeGuest& guest, const OperationRequest& request, bool hangs) {
    OperationResult result;
    result.id = request.id;
    result.duration = operation_takes;
    if (hangs)
        result.outcome = OperationResult::Outcome::timed_out;
    else
        result.rc = guest.perform(request);
    if (request.operation == metadata_operation) result.output = guest.metadata(request);
    // What was changed behind cped's back cannot be known to it.
    for (const auto& complaint : std::exchange(guest.complaints, {}))
        if (!tampered_) violated(complaint);
    if (lose_results > 0) {
        --lose_results;
        result.outcome = OperationResult::Outcome::lost;
        result.exit_reason = "the connection broke";
    }
    at(Millis{1}, [this, from = guest.name, result] { step(event::OperationDone{from, result}); });
}

void Sim::watch(const std::string& name, const std::string& resource) {
    for (const auto& [key, row] : guests_.at(name).monitors) {
        if (key.first != resource) continue;
        at(
            key.second,
            [this, name, key = key, id = row.id] {
                FakeGuest& guest = guests_.at(name);
                const auto found = guest.monitors.find(key);
                if (found == guest.monitors.end() || found->second.id != id) return;
                const int forced = guest.fail_probe[key.first];
                const int rc = forced == ocf::ok ? guest.check(key.first) : forced;
                if (std::exchange(found->second.last_rc, rc) == rc) return;
                MonitorReport told{key.first, key.second, {}};
                told.result.id = id;
                told.result.rc = rc;
                if (guest.speaks()) step(event::MonitorReported{name, told});
            },
            true);
    }
}

}  // namespace cpe::test
