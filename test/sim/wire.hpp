// One connection between cped and the agent in a guest, as TCP has it: in order, or not at all.
// What is sent into a cut waits; either end may hold it for alive when the other does not.
#pragma once

#include "adapters/agent/protocol.hpp"

#include <cpe/time.hpp>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace cpe::sim {

class World;

/// The way between cped and one machine.
struct Network {
    bool cut = false;
    Millis latency_from{1};
    Millis latency_to{5};
    int duplicates = 0;  ///< percent of messages that come twice (those that may)
};

class Wire : public std::enable_shared_from_this<Wire> {
public:
    enum End { host, guest };
    struct Ends {
        std::function<void(agent::FromGuest)> host_receives;
        std::function<void(agent::ToGuest)> guest_receives;
        std::array<std::function<void(std::string)>, 2> closed;
    };
    static constexpr Millis idle{30'000};

    Wire(World& world, const Network& network, Ends ends);
    void begin();

    void send(agent::FromGuest message);
    void send(agent::ToGuest message);
    /// This end lets go and tells the other, if it can.
    void close(End end, const std::string& why);
    /// This end is gone without a word: its machine or the network lost it.
    void vanish(End end);
    /// This end's system gives the connection up: its program is told. The other learns of it at
    /// once, or (half open) when it next says something.
    void give_up(End end, bool half_open);
    /// What waited for the cut to end arrives.
    void heal();
    [[nodiscard]] bool open(End end) const { return open_[end]; }
    /// Somebody is there who would answer a keep-alive.
    void set_alive(std::function<bool()> alive) { alive_ = std::move(alive); }

private:
    using Delivery = std::function<void()>;
    void carry(End to, Delivery delivery);
    void arrive(End to, const Delivery& delivery);
    void end(End end, const std::string& why);
    void keep_alive();
    static bool may_come_twice(const agent::FromGuest& message);
    static bool may_come_twice(const agent::ToGuest& message);

    World& world_;
    const Network& network_;
    Ends ends_;
    std::function<bool()> alive_ = [] { return true; };
    std::array<bool, 2> open_{true, true};
    std::array<MonoTime, 2> due_{};    ///< of the last delivery to this end
    std::array<MonoTime, 2> heard_{};  ///< when this end last heard of the other
    std::array<std::deque<Delivery>, 2> held_;
};

}  // namespace cpe::sim
