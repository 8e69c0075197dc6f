// cped's side of the guest channel: the real GuestLine of each guest, at the end of a simulated
// wire (what adapters/agent/guest_port is with sockets).
#pragma once

#include "adapters/agent/doorkeeper.hpp"
#include "adapters/agent/guest_line.hpp"
#include "test/sim/wire.hpp"

#include <cpe/guest_channel.hpp>

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace cpe::sim {

class Machine;
class World;

class Channel final : public GuestChannel {
public:
    explicit Channel(World& world) : world_(world) {}
    ~Channel() override;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    Result<> open(const AssemblyKey& key, const GuestPeer& peer) override;
    void close(const AssemblyKey& key) override;
    void submit(const AssemblyKey& key, OperationRequest request) override;
    void cancel_monitor(const AssemblyKey& key, const std::string& resource,
                        Millis interval) override;

    /// A guest connects; nothing when nobody listens for it.
    std::shared_ptr<Wire> accept(Machine& machine);

private:
    struct Port {
        explicit Port(AssemblyKey to, Millis heartbeat)
            : key(std::move(to)), line(heartbeat, {}), door(heartbeat) {}
        AssemblyKey key;
        agent::GuestLine line;
        agent::Doorkeeper door;
        std::shared_ptr<Wire> wire;
        std::vector<std::shared_ptr<Wire>> newcomers;  ///< whose hello is awaited
        std::deque<agent::Told> told;
        std::uint64_t timer = 0;
        bool delivering = false;
    };
    using PortPtr = std::shared_ptr<Port>;

    void newcomer_said(const PortPtr& port, std::shared_ptr<Wire> wire, agent::FromGuest message);
    void let_in(const PortPtr& port, const std::shared_ptr<Wire>& wire);
    void received(const PortPtr& port, const Wire* wire, agent::FromGuest message);
    void detached(const PortPtr& port, const Wire* wire, const std::string& why);
    void flush(const PortPtr& port);
    void deliver(const PortPtr& port);
    void tell(const AssemblyKey& key, const agent::Told& told);
    void arm(const PortPtr& port);
    [[nodiscard]] bool listens(const PortPtr& port) const;

    World& world_;
    std::map<AssemblyKey, PortPtr> ports_;
    std::vector<std::weak_ptr<Wire>> wires_;  ///< all that were ever accepted
};

}  // namespace cpe::sim
