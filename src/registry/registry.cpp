#include "src/registry/registry.hpp"

#include <utility>

namespace cpe::registry {

Registry::Registry(boost::asio::any_io_executor loop, Settings settings, const host::Ports& ports,
                   translate::Stylesheet stylesheet)
    : loop_(std::move(loop)),
      settings_(std::move(settings)),
      ports_(ports),
      stylesheet_(std::move(stylesheet)),
      braking_(settings_.brake, ports.clock, ports.alarms(loop_), brake_owner()),
      started_(ports.clock.now().wall) {}

Registry::~Registry() = default;

void Registry::restore(Remembered remembered) {
    counters_.seed(remembered.last_transition, remembered.last_operation);
    loaded_files_ = std::move(remembered.loaded_files);
    for (auto& stored : remembered.deployables) {
        if (const auto reason = take_quarantine(stored))
            keep_quarantined(stored, *reason);
        else
            bring_to_life(std::move(stored));
    }
}

void Registry::bring_to_life(StoredDeployable stored) {
    const DeployableKey key = stored.key;
    Entry& entry = entries_[key];
    if (stored.status) entry.last = *stored.status;
    entry.last.key = key;
    braking_.remembers(stored);
    auto made =
        incarnate(std::move(stored), settings_.blueprint, stylesheet_, counters_, ports_.log);
    if (!made) {
        quarantine(key, "its stored document is refused: " + made.error().line());
        return;
    }
    entry.host = make_host(key, std::move(*made));
    entry.host->begin();
    braking_.begins(key);
}

std::shared_ptr<host::DeploymentHost> Registry::make_host(const DeployableKey& key,
                                                          Incarnation made) {
    host::DeploymentHost::Owner owner;
    owner.events = [this](const DeployableKey&, std::span<const StoredEvent> events) {
        hub_.publish(events);
    };
    owner.retired = [this](const DeployableKey& gone) {
        ports_.policy.forget(gone);
        if (const auto found = entries_.find(gone); found != entries_.end())
            end_reload(found->second, Error{Errc::not_found, "it was deleted", gone.name, {}});
        entries_.erase(gone);
        braking_.ends(gone);
    };
    owner.died = [this](const DeployableKey& dead, const std::string& reason) {
        died(dead, reason);
    };
    owner.suspects = [this](const DeployableKey& of, std::span<const Suspect> suspects) {
        braking_.suspect(of, suspects);
    };
    return std::make_shared<host::DeploymentHost>(loop_, key, made.channel, std::move(made.arena),
                                                  std::move(made.deployment), ports_,
                                                  std::move(owner));
}

void Registry::shutdown() {
    shut_down_ = true;
    braking_.shutdown();
    const Error why{Errc::unavailable, "cped is stopping", {}, "try again when it is back"};
    for (auto& [key, entry] : entries_) {
        if (entry.host) entry.host->stop(why);
    }
    entries_.clear();
}

void Registry::note(const DeployableKey& key, EventRecord event, Done<> noted) {
    PersistBatch batch;
    batch.key = key;
    batch.events.push_back(std::move(event));
    commit(std::move(batch), std::move(noted));
}

void Registry::commit(PersistBatch batch, Done<> done) {
    const auto now = ports_.clock.now().wall;
    for (auto& event : batch.events) event.at = now;
    auto committed = [this, key = batch.key, events = batch.events,
                      done = std::move(done)](const Result<std::vector<EventId>>& ids) {
        if (shut_down_) return;
        std::vector<StoredEvent> told;
        for (std::size_t i = 0; ids && i < events.size() && i < ids->size(); ++i)
            told.push_back({(*ids)[i], key, events[i]});
        if (!told.empty()) hub_.publish(told);
        if (done) done(ids ? Result<>{} : ids.error());
    };
    ports_.store.commit(std::move(batch), std::move(committed));
}

Error Registry::no_such(const DeployableKey& key) const {
    return {Errc::not_found, "there is no deployable '" + key.name + "'",
            key.tenant == "default" ? "" : "tenant '" + key.tenant + "'",
            "cpe-ctl deployable list shows them"};
}

Result<Registry::Entry*> Registry::living(const DeployableKey& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return no_such(key);
    const Entry& entry = found->second;
    if (entry.clearance) return Error{Errc::refused, "it is being deleted", key.name, {}};
    if (entry.quarantined) return is_quarantined(entry);
    if (!entry.host) return restarting(key);
    return &found->second;
}

void Registry::ask(const DeployableKey& key, event::Operator::Wish wish, std::string target,
                   std::string who, Done<> done) {
    const auto entry = living(key);
    if (!entry) return done(entry.error());
    if (wish == Wish::stop || wish == Wish::remove) braking_.ends(key);
    (*entry)->host->ask(wish, std::move(target), std::move(who), std::move(done));
}

void Registry::start(DeployableKey key, std::string who, Done<> done) {
    ask(key, event::Operator::Wish::start, {}, std::move(who), std::move(done));
}

void Registry::stop(DeployableKey key, std::string who, Done<> done) {
    ask(key, event::Operator::Wish::stop, {}, std::move(who), std::move(done));
}

void Registry::remove(DeployableKey key, std::string who, Done<> done) {
    const auto found = entries_.find(key);
    if (found != entries_.end() && found->second.quarantined)
        return remove_quarantined(key, who, std::move(done));
    ask(key, event::Operator::Wish::remove, {}, std::move(who), std::move(done));
}

void Registry::act(DeployableKey key, event::Operator::Wish wish, std::string target,
                   std::string who, Done<> done) {
    ask(key, wish, std::move(target), std::move(who), std::move(done));
}

void Registry::fault(DeployableKey key, Fault fault, std::string who, Done<> done) {
    if (!settings_.inject) {
        return done(Error{Errc::not_allowed, "faults are not allowed here", "debug.fault_injection",
                          "set it to true in cped.yaml of a cped that is there for testing"});
    }
    if (const auto entry = living(key); !entry) return done(entry.error());
    EventRecord event;
    event.kind = "operator";
    event.state = "fault";
    event.reason = who + " injected the fault " + std::string(name_of(fault));
    note(key, event, [this, key, fault, done = std::move(done)](const Result<>& noted) {
        const auto entry = living(key);
        if (!noted || !entry) return done(noted ? entry.error() : noted.error());
        if (fault == Fault::dpe_exception)
            (*entry)->host->post(event::Fault{});
        else
            settings_.inject(key, fault);
        done({});
    });
}

DeployableStatus Registry::status_of(const Entry& entry) const {
    DeployableStatus status = entry.host ? entry.host->status() : entry.last;
    status.brake = braking_.hold_of(status.key);
    return status;
}

std::vector<DeployableStatus> Registry::list(const std::string& tenant) const {
    std::vector<DeployableStatus> all;
    all.reserve(entries_.size());
    for (const auto& [key, entry] : entries_)
        if (tenant.empty() || tenant == key.tenant) all.push_back(status_of(entry));
    return all;
}

Result<DeployableStatus> Registry::find(const DeployableKey& key) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return no_such(key);
    return status_of(found->second);
}

void Registry::stood_still(Millis span) {
    for (const auto& [key, entry] : entries_)
        if (entry.host) entry.host->stood_still(span);
}

DaemonStatus Registry::daemon() const {
    DaemonStatus status;
    status.version = CPE_VERSION;
    status.started = started_;
    status.deployables = entries_.size();
    for (const auto& [key, entry] : entries_) status.memory += status_of(entry).memory;
    settings_.measure(status);
    return status;
}

void Registry::sql(std::string tenant, std::string query, Done<SqlTable> done) {
    ports_.store.sql(std::move(tenant), std::move(query), std::move(done));
}

void Registry::events(EventFilter filter, Done<std::vector<StoredEvent>> done) {
    ports_.store.events(std::move(filter), std::move(done));
}

Control::Subscription Registry::subscribe(EventFilter filter, OnEvent on_event) {
    return hub_.subscribe(std::move(filter), std::move(on_event));
}

void Registry::post(const AssemblyKey& key, Event event) {
    const auto found = entries_.find(key.deployable);
    if (found != entries_.end() && found->second.host) found->second.host->post(std::move(event));
}

void Registry::instance_changed(const AssemblyKey& key, InstanceReport report,
                                std::string provider) {
    post(key, event::InstanceChanged{key.assembly, std::move(report), std::move(provider)});
}

void Registry::guest_up(const AssemblyKey& key, GuestHello hello) {
    post(key, event::GuestUp{key.assembly, std::move(hello)});
}

void Registry::guest_heartbeat(const AssemblyKey& key, std::uint64_t monitors_hash,
                               Millis oldest_overdue) {
    post(key, event::GuestHeartbeat{key.assembly, monitors_hash, oldest_overdue});
}

void Registry::guest_refused(const AssemblyKey& key, std::string reason, std::string host_key) {
    post(key, event::GuestRefused{key.assembly, std::move(reason), std::move(host_key)});
}

void Registry::guest_stranger(const AssemblyKey& key, std::string boot_id, std::string reason) {
    post(key, event::GuestStranger{key.assembly, std::move(boot_id), std::move(reason)});
}

void Registry::guest_gone(const AssemblyKey& key, std::string reason) {
    post(key, event::GuestGone{key.assembly, std::move(reason)});
}

void Registry::operation_finished(const AssemblyKey& key, OperationResult result) {
    post(key, event::OperationDone{key.assembly, std::move(result)});
}

void Registry::monitor_reported(const AssemblyKey& key, MonitorReport report) {
    post(key, event::MonitorReported{key.assembly, std::move(report)});
}

}  // namespace cpe::registry
