// What the outside may ask of the CPE: the registry implements it, management calls it.
//
// Thread: calls and callbacks on the loop thread. Whether a caller may is decided by management
// before it calls (tenant given here is already the caller's or, for administrators, the asked
// one).
#pragma once

#include <cpe/records.hpp>
#include <cpe/store.hpp>
#include <cpe/wish.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cpe {

struct CreateRequest {
    std::string tenant;
    std::string document;
    bool start = false;
    std::string who;  ///< for the event log
};

/// Facts of the daemon itself: attributes of type org.pacemakercloud.cpe.
struct DaemonStatus {
    std::string version;
    WallTime started;
    std::uint64_t deployables = 0;
    std::uint64_t ticks = 0;
    Millis loop_lag_max{0};    ///< greatest lag of the loop in the last minute
    std::uint64_t memory = 0;  ///< bytes of all arenas
};

class Control {
public:
    template <class T = void>
    using Done = std::function<void(Result<T>)>;
    /// Keeps a subscription alive; dropping it ends it.
    using Subscription = std::shared_ptr<void>;
    using OnEvent = std::function<void(const StoredEvent&)>;

    virtual ~Control() = default;
    /// Answered once persisted; `outcome` shows it as it then is.
    virtual void create(CreateRequest, Done<DeployableStatus>) = 0;
    virtual void start(DeployableKey, std::string who, Done<>) = 0;
    virtual void stop(DeployableKey, std::string who, Done<>) = 0;
    virtual void remove(DeployableKey, std::string who, Done<>) = 0;
    /// Replaces its document while it runs; a document that is refused changes nothing.
    virtual void reload(DeployableKey, std::string document, std::string who, Done<>) = 0;
    /// The same with the document that the configuration names for it (`deployables:`), as the file
    /// is now; Errc::invalid_input where it names none.
    virtual void reload_file(DeployableKey, std::string who, Done<>) = 0;
    /// Lets go: of a quarantined deployable, or of the brake that holds it.
    virtual void release(DeployableKey, std::string who, Done<>) = 0;
    /// The operator's hand on an assembly (confirm_down, restart_assembly, maintenance_*), a
    /// service (retry_service) or, with an empty target, the deployable (maintenance_*).
    virtual void act(DeployableKey, Wish, std::string target, std::string who, Done<>) = 0;
    /// Injects a fault once; refused unless `debug.fault_injection` is on.
    virtual void fault(DeployableKey, Fault, std::string who, Done<>) = 0;
    /// What is now; an empty tenant: all. Ordered by (tenant, name).
    [[nodiscard]] virtual std::vector<DeployableStatus> list(const std::string& tenant) const = 0;
    [[nodiscard]] virtual Result<DeployableStatus> find(const DeployableKey&) const = 0;
    [[nodiscard]] virtual DaemonStatus daemon() const = 0;
    virtual void sql(std::string tenant, std::string query, Done<SqlTable>) = 0;
    virtual void events(EventFilter, Done<std::vector<StoredEvent>>) = 0;
    /// Every event from now on, once durable, in the order of ids. The filter's limit and times do
    /// not count here.
    [[nodiscard]] virtual Subscription subscribe(EventFilter, OnEvent) = 0;
};

}  // namespace cpe
