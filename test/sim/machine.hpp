// A simulated machine: what really runs in it, whatever anybody believes.
#pragma once

#include "test/sim/guest_agent.hpp"
#include "test/sim/wire.hpp"

#include <cpe/instance_provider.hpp>
#include <cpe/operation.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cpe::sim {

class World;

/// How the resource agents of one service behave while it is told to.
struct Script {
    std::optional<int> start_rc;
    std::optional<int> stop_rc;
    std::optional<int> monitor_rc;
    bool hangs = false;
    bool slow = false;
    friend bool operator==(const Script&, const Script&) = default;
};

struct ServiceBody {
    bool active = false;
    bool promoted = false;
    Script script;
    MonoTime looked;   ///< when a resource agent last looked at it (or started it)
    std::string fake;  ///< the value of that parameter that it runs with
    int starts = 0;
    int stops = 0;
};

class Machine {
public:
    enum class Power { absent, off, on };

    Machine(World& world, AssemblyKey key, std::string provider)
        : world_(world), key_(std::move(key)), provider_(std::move(provider)) {}
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    // Its provider.
    void power_on(Millis boot_takes);
    void power_off(bool noticed);
    void destroy();
    [[nodiscard]] InstanceReport report() const;

    // Faults.
    void reboot(Millis boot_takes);
    void freeze(bool frozen);
    void crash_agent(Millis comes_back);
    void set_active(const std::string& resource, bool active);
    void set_promoted(const std::string& resource, bool promoted);
    void heal_network();
    bool mute = false;    ///< its agent does not come up at a boot
    bool undead = false;  ///< its provider said that it is down, which was a lie
    Network network;

    // The agent in it.
    [[nodiscard]] std::shared_ptr<Wire> dial();
    void began(const OperationRequest& request);
    int perform(const OperationRequest& request);
    /// What its agent writes.
    static std::string output_of(const OperationRequest& request);
    void cut_short(const OperationRequest& request);
    /// None: it does not end by itself.
    std::optional<Millis> duration_of(const OperationRequest& request);
    /// While it runs; in a frozen machine once it is thawed.
    void later(Millis after, std::function<void()> work);

    [[nodiscard]] World& world() const { return world_; }
    [[nodiscard]] const AssemblyKey& key() const { return key_; }
    [[nodiscard]] const std::string& provider() const { return provider_; }
    [[nodiscard]] std::string name() const;
    [[nodiscard]] std::string boot_id() const;
    [[nodiscard]] Power power() const { return power_; }
    [[nodiscard]] bool on() const { return power_ == Power::on; }
    [[nodiscard]] bool frozen() const { return frozen_; }
    [[nodiscard]] unsigned boots() const { return boot_; }
    [[nodiscard]] GuestAgent* agent() const { return agent_.get(); }
    [[nodiscard]] bool runs(const std::string& resource) const;
    [[nodiscard]] bool runs_anything() const;
    [[nodiscard]] ServiceBody& body(const std::string& resource) { return services_[resource]; }
    [[nodiscard]] const ServiceBody* find(const std::string& resource) const;
    [[nodiscard]] std::vector<std::string> resources() const;

private:
    void boot(Millis takes);
    void end_life(bool noticed);
    void start_agent();
    int start(const OperationRequest& request, ServiceBody& service);
    int reload(const OperationRequest& request, ServiceBody& service);
    int stop(const std::string& resource, ServiceBody& service);

    World& world_;
    AssemblyKey key_;
    std::string provider_;
    Power power_ = Power::absent;
    bool frozen_ = false;
    unsigned boot_ = 0;
    unsigned instance_ = 0;
    unsigned agents_ = 0;
    std::string address_;
    std::map<std::string, ServiceBody> services_;
    std::unique_ptr<GuestAgent> agent_;
    std::vector<std::weak_ptr<Wire>> wires_;
    std::deque<std::function<void()>> stalled_;
};

}  // namespace cpe::sim
