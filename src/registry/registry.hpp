// The CPE: knows all deployables, starts and stops their DPEs, and brings back what died.
//
// Thread: the loop thread. Ownership: owns the hosts; ports and loop outlive it. Errors: to the
// caller as values; what happens later is in the event log.
#pragma once

#include "engines/translate/cib.hpp"
#include "src/host/deployment_host.hpp"
#include "src/registry/braking.hpp"
#include "src/registry/counters.hpp"
#include "src/registry/event_hub.hpp"
#include "src/registry/incarnation.hpp"

#include <cpe/control.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace cpe::registry {

class Clearance;

/// A DPE that dies so often within the window is left alone (design.md §6.4).
constexpr std::size_t max_deaths = 3;
constexpr Millis death_window{600'000};
/// From its first death to its next life; it doubles.
constexpr Millis first_rebirth_pause{1'000};

/// A document that the configuration names, as its file is now.
struct StartupFile {
    LoadedFile file;
    std::string document;
};

/// The tenant of documents that the configuration names.
constexpr const char* startup_tenant = "default";

struct Settings {
    Blueprint blueprint;
    brake::Settings brake;
    std::set<std::string> tenants{"default"};
    std::size_t max_deployables = 1000;
    /// Adds what only others know: ticks, the loop's lag.
    std::function<void(DaemonStatus&)> measure = [](DaemonStatus&) {};
    /// Finds the document that the configuration names for a deployable.
    std::function<Result<StartupFile>(const std::string& name)> startup_file;
    /// Injects a fault into the next tick of a deployable; null: `debug.fault_injection` is off,
    /// and every fault is refused.
    std::function<void(const DeployableKey&, Fault)> inject;
    /// A person has released it: what counts against it elsewhere (tick journal) is forgotten.
    std::function<void(const DeployableKey&)> trust;
};

/// What the store remembered at the start.
struct Remembered {
    std::vector<StoredDeployable> deployables;
    TransitionId last_transition;
    OperationId last_operation;
    std::map<std::string, std::string> loaded_files;  ///< path -> hash
};

class Registry final : public Control, public GuestSink {
public:
    Registry(boost::asio::any_io_executor loop, Settings settings, const host::Ports& ports,
             translate::Stylesheet stylesheet);
    Registry(const Registry&) = delete;
    Registry& operator=(const Registry&) = delete;
    ~Registry() override;

    /// Every deployable of before lives again. Call once, before the loop runs.
    void restore(Remembered remembered);
    /// A document that the configuration names: unless this very content was loaded before, it
    /// replaces the document of its deployable, or creates it.
    void load_file(const std::string& path, const std::string& hash, std::string document,
                   bool start);
    /// All DPEs end where they stand; guests go on running. Call before the ports are taken down.
    void shutdown();
    /// A provider says that an instance changed by itself.
    void instance_changed(const AssemblyKey& key, InstanceReport report, std::string provider = {});
    /// Something about a deployable that no DPE says: for the event log.
    void note(const DeployableKey& key, EventRecord event, Done<> noted = nullptr);
    /// Its DPE ends, its guests go on; left alone until a person releases or deletes it.
    void quarantine(const DeployableKey& key, const std::string& reason);

    void create(CreateRequest request, Done<DeployableStatus> done) override;
    void start(DeployableKey key, std::string who, Done<> done) override;
    void stop(DeployableKey key, std::string who, Done<> done) override;
    void remove(DeployableKey key, std::string who, Done<> done) override;
    void reload(DeployableKey key, std::string document, std::string who, Done<> done) override;
    void reload_file(DeployableKey key, std::string who, Done<> done) override;
    void release(DeployableKey key, std::string who, Done<> done) override;
    void act(DeployableKey key, event::Operator::Wish wish, std::string target, std::string who,
             Done<> done) override;
    void fault(DeployableKey key, Fault fault, std::string who, Done<> done) override;
    [[nodiscard]] std::vector<DeployableStatus> list(const std::string& tenant) const override;
    [[nodiscard]] Result<DeployableStatus> find(const DeployableKey& key) const override;
    [[nodiscard]] DaemonStatus daemon() const override;
    void sql(std::string tenant, std::string query, Done<SqlTable> done) override;
    void events(EventFilter filter, Done<std::vector<StoredEvent>> done) override;
    [[nodiscard]] Subscription subscribe(EventFilter filter, OnEvent on_event) override;

    /// This process did not run for so long; told by whoever measures the loop's lag.
    void stood_still(Millis span);

    void guest_up(const AssemblyKey& key, GuestHello hello) override;
    void guest_heartbeat(const AssemblyKey& key, std::uint64_t monitors_hash,
                         Millis oldest_overdue) override;
    void guest_gone(const AssemblyKey& key, std::string reason) override;
    void guest_refused(const AssemblyKey& key, std::string reason, std::string host_key) override;
    void guest_stranger(const AssemblyKey& key, std::string boot_id, std::string reason) override;
    void operation_finished(const AssemblyKey& key, OperationResult result) override;
    void monitor_reported(const AssemblyKey& key, MonitorReport report) override;

private:
    struct Creation;
    struct Reloading;
    /// One deployable: its host, or, while it has none, what was last known of it.
    struct Entry {
        std::shared_ptr<host::DeploymentHost> host;
        DeployableStatus last;
        std::deque<MonoTime> deaths;
        std::unique_ptr<host::Alarm> rebirth;
        std::shared_ptr<Reloading> reloading;    ///< the one that is on its way
        std::optional<std::string> quarantined;  ///< why
        bool releasing = false;
        std::shared_ptr<Clearance> clearance;  ///< quarantined, and being deleted
    };

    void ask(const DeployableKey& key, event::Operator::Wish wish, std::string target,
             std::string who, Done<> done);
    void post(const AssemblyKey& key, Event event);
    /// What the registry itself wants durable; subscribers are told of its events.
    void commit(PersistBatch batch, Done<> done);
    std::shared_ptr<host::DeploymentHost> make_host(const DeployableKey& key, Incarnation made);
    void bring_to_life(StoredDeployable stored);
    void create(CreateRequest request, std::optional<LoadedFile> file, Done<DeployableStatus> done);
    void admitted(const std::shared_ptr<Creation>& creation);
    void created(const std::shared_ptr<Creation>& creation);
    void reload(const DeployableKey& key, Reloading asked);
    Result<std::string> merged_cib(const Entry& entry, const std::string& document) const;
    void try_plan(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading,
                  std::string cib,
                  void (Registry::*next)(const DeployableKey&, const std::shared_ptr<Reloading>&));
    void try_merged(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading);
    void admitted(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading);
    void reloaded(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading);
    static void end_reload(Entry& entry, const Error& why);
    void died(const DeployableKey& key, const std::string& reason);
    void reborn(const DeployableKey& key);
    void put_down(Entry& entry, const Error& why);
    void become(DeployableState state, PersistBatch batch, const std::string& reason, Done<> done);
    static std::optional<std::string> take_quarantine(StoredDeployable& stored);
    void keep_quarantined(const StoredDeployable& stored, const std::string& reason);
    Result<Incarnation> revive(StoredDeployable stored);
    void released(const DeployableKey& key, const std::shared_ptr<Incarnation>& made,
                  const std::string& who, Done<> done);
    void release_brake(const DeployableKey& key, const std::string& who, Done<> done);
    Braking::Owner brake_owner();
    void remove_quarantined(const DeployableKey& key, const std::string& who, Done<> done);
    void clear_away(const StoredDeployable& stored);
    void cleared(const DeployableKey& key);
    static Error is_quarantined(const Entry& entry);
    static Error restarting(const DeployableKey& key);
    /// The entry with a host that can be asked; else why there is none.
    [[nodiscard]] Result<Entry*> living(const DeployableKey& key);
    [[nodiscard]] DeployableStatus status_of(const Entry& entry) const;
    [[nodiscard]] Error no_such(const DeployableKey& key) const;

    boost::asio::any_io_executor loop_;
    Settings settings_;
    const host::Ports& ports_;
    translate::Stylesheet stylesheet_;
    Counters counters_;
    EventHub hub_;
    Braking braking_;
    std::map<DeployableKey, Entry> entries_;
    std::set<DeployableKey> creating_;
    std::map<std::string, std::string> loaded_files_;
    WallTime started_;
    bool shut_down_ = false;
};

}  // namespace cpe::registry
