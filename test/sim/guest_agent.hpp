// cpe-agent in a simulated machine: the real core of the agent, whose resource agents are played.
#pragma once

#include "src/cpe-agent/core.hpp"
#include "test/sim/wire.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>

namespace cpe::sim {

class Machine;

class GuestAgent {
public:
    GuestAgent(Machine& machine, unsigned life);

    void connect();
    void receive(agent::ToGuest message);
    void closed(const std::string& why);

    // Faults.
    void hang(bool hung);
    /// Its table of monitors is empty all at once, and it does not know.
    void lose_memory();
    /// Its process ends; resource agents end with it, some after having done their work.
    void crash();

    [[nodiscard]] unsigned life() const { return life_; }
    [[nodiscard]] bool hung() const { return hung_; }
    [[nodiscard]] bool connected() const;
    [[nodiscard]] const std::shared_ptr<Wire>& wire() const { return wire_; }
    /// In order; not while it hangs, nor in another life.
    void later(Millis after, std::function<void()> work);

private:
    struct Run {
        OperationRequest request;
        bool killed = false;
    };

    void flush();
    void arm();
    void spawn(const guest::Spawn& spawn);
    void finished(guest::RunId id);
    void kill(guest::RunId id);

    Machine& machine_;
    unsigned life_;
    guest::Core core_;
    std::map<guest::RunId, Run> runs_;
    std::shared_ptr<Wire> wire_;
    Millis pause_{50};
    std::uint64_t timer_ = 0;
    bool hung_ = false;
    std::deque<std::function<void()>> stalled_;
};

}  // namespace cpe::sim
