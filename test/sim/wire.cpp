#include "test/sim/wire.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace cpe::sim {

Wire::Wire(World& world, const Network& network, Ends ends)
    : world_(world), network_(network), ends_(std::move(ends)) {
    due_.fill(world.time.mono());
    heard_.fill(world.time.mono());
}

void Wire::begin() {
    keep_alive();
}

bool Wire::may_come_twice(const agent::FromGuest& message) {
    return !std::holds_alternative<agent::Hello>(message);
}

bool Wire::may_come_twice(const agent::ToGuest& message) {
    return !std::holds_alternative<agent::Welcome>(message);
}

void Wire::send(agent::FromGuest message) {
    const bool twice = may_come_twice(message) && world_.weather.chance(network_.duplicates);
    for (int copies = twice ? 2 : 1; copies > 0; --copies)
        carry(host, [this, message] { ends_.host_receives(message); });
}

void Wire::send(agent::ToGuest message) {
    const bool twice = may_come_twice(message) && world_.weather.chance(network_.duplicates);
    for (int copies = twice ? 2 : 1; copies > 0; --copies)
        carry(guest, [this, message] { ends_.guest_receives(message); });
}

void Wire::close(End end, const std::string& why) {
    if (!std::exchange(open_[end], false)) return;
    const End other = end == host ? guest : host;
    carry(other, [this, other, why] { this->end(other, why); });
}

void Wire::vanish(End end) {
    open_[end] = false;
}

void Wire::give_up(End end, bool half_open) {
    if (!open_[end]) return;
    if (!half_open)
        carry(end == host ? guest : host, [this, other = end == host ? guest : host] {
            this->end(other, "connection reset by peer");
        });
    this->end(end, "the connection broke");
}

void Wire::carry(End to, Delivery delivery) {
    const MonoTime now = world_.time.mono();
    due_[to] = std::max(due_[to],
                        now + world_.weather.between(network_.latency_from, network_.latency_to));
    world_.time.at(due_[to] - now, [self = shared_from_this(), to, delivery] {
        if (self->network_.cut || !self->held_[to].empty())
            self->held_[to].push_back(delivery);
        else
            self->arrive(to, delivery);
    });
}

void Wire::arrive(End to, const Delivery& delivery) {
    const End from = to == host ? guest : host;
    if (!open_[to]) {  // nobody there: the sender is told
        if (open_[from]) carry(from, [this, from] { end(from, "connection reset by peer"); });
        return;
    }
    heard_[to] = world_.time.mono();
    delivery();
}

void Wire::heal() {
    for (const End to : {host, guest})
        while (!held_[to].empty()) {
            const Delivery delivery = std::move(held_[to].front());
            held_[to].pop_front();
            arrive(to, delivery);
        }
}

void Wire::end(End end, const std::string& why) {
    if (!std::exchange(open_[end], false)) return;
    ends_.closed[end](why);
}

void Wire::keep_alive() {
    const MonoTime now = world_.time.mono();
    if (!open_[host] && !open_[guest]) return;
    if (!network_.cut && open_[host] && open_[guest] && alive_()) heard_.fill(now);
    for (const End side : {host, guest})
        if (open_[side] && now - heard_[side] >= idle) end(side, "nothing was heard for too long");
    world_.time.at(idle / 3, [self = shared_from_this()] { self->keep_alive(); });
}

}  // namespace cpe::sim
