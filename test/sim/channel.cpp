#include "test/sim/channel.hpp"

#include "test/sim/world.hpp"

#include <utility>

namespace cpe::sim {

Channel::~Channel() {
    for (const auto& each : wires_)
        if (const auto wire = each.lock()) wire->close(Wire::host, "cped is gone");
}

Result<> Channel::open(const AssemblyKey& key, const GuestPeer& peer) {
    if (world_.cped.dying()) return {};
    auto& port = ports_[key];
    if (!port) port = std::make_shared<Port>(key, world_.settings.heartbeat_interval);
    port->door.bar(peer.dead_boots);
    const auto inside = port->wire;
    if (!inside || !port->door.is_barred_inside()) return {};
    detached(port, inside.get(), agent::why_never);
    inside->close(Wire::host, agent::why_never);
    return {};
}

void Channel::close(const AssemblyKey& key) {
    if (world_.cped.dying()) return;
    const auto found = ports_.find(key);
    if (found == ports_.end()) return;
    const auto port = std::move(found->second);
    ports_.erase(found);
    if (port->wire) port->wire->close(Wire::host, "not listened for any more");
    for (const auto& newcomer : port->newcomers)
        newcomer->close(Wire::host, "not listened for any more");
}

bool Channel::listens(const PortPtr& port) const {
    if (!port) return false;
    const auto found = ports_.find(port->key);
    return found != ports_.end() && found->second == port;
}

void Channel::submit(const AssemblyKey& key, OperationRequest request) {
    if (world_.cped.dying()) return;
    for (auto& watcher : world_.watchers) watcher->submitted(key, request);
    const auto found = ports_.find(key);
    if (found == ports_.end()) {
        const OperationResult refused{
            request.id, OperationResult::Outcome::cancelled, 0, "not listened for", {}, Millis{0}};
        world_.cped.post(
            [this, key, refused] { world_.cped.sink().operation_finished(key, refused); });
        return;
    }
    found->second->line.submit(std::move(request), world_.time.mono());
    flush(found->second);
    world_.cped.may_crash(Crash::after_submit);
}

void Channel::cancel_monitor(const AssemblyKey& key, const std::string& resource, Millis interval) {
    if (world_.cped.dying()) return;
    const auto found = ports_.find(key);
    if (found == ports_.end()) return;
    found->second->line.cancel_monitor(resource, interval);
    flush(found->second);
}

std::shared_ptr<Wire> Channel::accept(Machine& machine) {
    const auto found = ports_.find(machine.key());
    if (found == ports_.end()) return nullptr;
    const auto port = found->second;
    // A port owns its wire: what the wire holds of the port may not keep it. What waits on cped's
    // loop holds the wire, so that no later one is taken for it.
    const std::weak_ptr at = port;
    // Who answers at the guest's end is that life of its agent, while its machine runs.
    const unsigned life = machine.agent()->life();
    const auto to_agent = [&machine, life](auto work) {
        GuestAgent* agent = machine.agent();
        if (!agent || agent->life() != life) return;
        agent->later(Millis{0}, [&machine, work] { work(*machine.agent()); });
    };
    auto made = std::make_shared<std::weak_ptr<Wire>>();
    Wire::Ends ends;
    ends.host_receives = [this, at, made, &cped = world_.cped](agent::FromGuest message) {
        cped.post(
            [this, at, wire = made->lock(), message] { received(at.lock(), wire.get(), message); });
    };
    ends.guest_receives = [to_agent](const agent::ToGuest& message) {
        to_agent([message](GuestAgent& agent) { agent.receive(message); });
    };
    ends.closed[Wire::host] = [this, at, made, &cped = world_.cped](const std::string& why) {
        cped.post([this, at, wire = made->lock(), why] { detached(at.lock(), wire.get(), why); });
    };
    ends.closed[Wire::guest] = [to_agent, made](const std::string& why) {
        to_agent([why, made](GuestAgent& agent) {
            if (agent.wire() == made->lock()) agent.closed(why);
        });
    };
    auto wire = std::make_shared<Wire>(world_, machine.network, std::move(ends));
    *made = wire;
    std::erase_if(wires_, [](const auto& each) { return each.expired(); });
    wires_.push_back(wire);
    wire->set_alive([&machine, life] {
        const GuestAgent* agent = machine.agent();
        return agent && agent->life() == life && !agent->hung() && !machine.frozen();
    });
    wire->begin();
    world_.cped.post([this, port, wire] {
        if (!listens(port)) return wire->close(Wire::host, "not listened for any more");
        port->newcomers.push_back(wire);
    });
    return wire;
}

void Channel::newcomer_said(const PortPtr& port, std::shared_ptr<Wire> wire,
                            agent::FromGuest message) {
    using Verdict = agent::Doorkeeper::Verdict;
    const auto* hello = std::get_if<agent::Hello>(&message);
    std::erase(port->newcomers, wire);
    if (!hello) return wire->close(Wire::host, agent::no_hello().line());
    const std::string boot_id = hello->guest.boot_id;
    const auto verdict = port->door.ask(boot_id, world_.time.mono());
    if (verdict == Verdict::welcome) {
        let_in(port, wire);
        return received(port, wire.get(), std::move(message));
    }
    const char* why = verdict == Verdict::never ? agent::why_never : agent::why_later;
    if (verdict == Verdict::never) wire->send(agent::Refused{why});
    wire->close(Wire::host, why);
    world_.cped.post([this, port, boot_id, why] {
        if (listens(port)) world_.cped.sink().guest_stranger(port->key, boot_id, why);
    });
}

void Channel::let_in(const PortPtr& port, const std::shared_ptr<Wire>& wire) {
    const auto older = std::exchange(port->wire, wire);
    const MonoTime now = world_.time.mono();
    port->line.disconnected("replaced by a newer connection", now);
    port->line.connected(now);
    flush(port);
    if (older) older->close(Wire::host, "replaced by a newer connection");
}

void Channel::received(const PortPtr& port, const Wire* wire, agent::FromGuest message) {
    if (!listens(port) || !wire) return;
    for (auto newcomer : port->newcomers)
        if (newcomer.get() == wire)
            return newcomer_said(port, std::move(newcomer), std::move(message));
    if (port->wire.get() != wire) return;
    port->door.heard(world_.time.mono());
    const auto taken = port->line.receive(std::move(message), world_.time.mono());
    flush(port);
    if (taken) return;
    const auto held = port->wire;
    detached(port, wire, taken.error().line());
    held->close(Wire::host, taken.error().line());
}

void Channel::detached(const PortPtr& port, const Wire* wire, const std::string& why) {
    if (!listens(port) || !wire) return;
    std::erase_if(port->newcomers, [&](const auto& each) { return each.get() == wire; });
    if (port->wire.get() != wire) return;
    port->wire.reset();
    port->door.left();
    port->line.disconnected(why, world_.time.mono());
    flush(port);
}

void Channel::flush(const PortPtr& port) {
    auto ready = port->line.take();
    for (auto& message : ready.messages)
        if (port->wire) port->wire->send(std::move(message));
    for (auto& told : ready.told) port->told.push_back(std::move(told));
    arm(port);
    if (port->told.empty() || std::exchange(port->delivering, true)) return;
    world_.cped.post([this, port] { deliver(port); });
}

void Channel::deliver(const PortPtr& port) {
    port->delivering = false;
    while (listens(port) && !port->told.empty()) {
        const auto told = std::move(port->told.front());
        port->told.pop_front();
        tell(port->key, told);
    }
}

void Channel::tell(const AssemblyKey& key, const agent::Told& told) {
    GuestSink& sink = world_.cped.sink();
    if (const auto* up = std::get_if<agent::GuestUp>(&told)) {
        world_.note([&] { return "told: guest up " + key.assembly + " " + up->hello.boot_id; });
        for (auto& watcher : world_.watchers) watcher->greeted(key);
        return sink.guest_up(key, up->hello);
    }
    if (const auto* gone = std::get_if<agent::GuestGone>(&told))
        return sink.guest_gone(key, gone->reason);
    if (const auto* beat = std::get_if<agent::Heartbeat>(&told))
        return sink.guest_heartbeat(key, beat->monitors_hash, beat->oldest_overdue);
    if (const auto* result = std::get_if<OperationResult>(&told)) {
        for (auto& watcher : world_.watchers) watcher->told(key, *result);
        return sink.operation_finished(key, *result);
    }
    sink.monitor_reported(key, std::get<MonitorReport>(told));
}

void Channel::arm(const PortPtr& port) {
    const auto next = port->line.next_deadline();
    const auto number = ++port->timer;
    if (!next) return;
    world_.cped.later(*next - world_.time.mono(), [this, port, number] {
        if (port->timer != number || !listens(port)) return;
        port->line.advance(world_.time.mono());
        flush(port);
    });
}

}  // namespace cpe::sim
