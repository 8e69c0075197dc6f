// Registry: a DPE that dies does so alone, comes back from the store, and is left alone when it
// dies too often (design.md §6.4).
#include "src/registry/registry.hpp"

#include <utility>

namespace cpe::registry {

void Registry::died(const DeployableKey& key, const std::string& reason) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || shut_down_) return;
    Entry& entry = found->second;
    const MonoTime now = ports_.clock.now().mono;
    end_reload(entry, Error{Errc::internal, "its policy engine died", key.name, "try again"});
    entry.host.reset();
    ports_.policy.forget(key);
    // Its guests connect anew when it lives again, and so tell it who they are.
    for (const auto& assembly : entry.last.assemblies)
        for (const auto& [kind, channel] : ports_.channels) channel->close({key, assembly.name});
    EventRecord event;
    event.kind = "dpe_died";
    event.reason = reason;
    note(key, event);
    while (!entry.deaths.empty() && now - entry.deaths.front() > death_window)
        entry.deaths.pop_front();
    entry.deaths.push_back(now);
    if (entry.deaths.size() >= max_deaths) {
        quarantine(key, "its policy engine died " + std::to_string(entry.deaths.size()) +
                            " times within 10 minutes; the last time: " + reason);
        return;
    }
    entry.last.state = DeployableState::recovering;
    const auto backoff = std::chrono::seconds(1U << (entry.deaths.size() - 1));
    entry.rebirth = ports_.alarms(loop_);
    entry.rebirth->set(backoff, [this, key] { reborn(key); });
}

void Registry::reborn(const DeployableKey& key) {
    ports_.store.load(key, [this, key](Result<StoredDeployable> stored) {
        if (shut_down_ || !entries_.contains(key)) return;
        if (!stored) return quarantine(key, "it cannot be read back: " + stored.error().line());
        bring_to_life(std::move(*stored));
    });
}

void Registry::quarantine(const DeployableKey& key, const std::string& reason) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    if (entry.host) {
        entry.last = entry.host->status();
        entry.host->stop(Error{Errc::refused, "it is quarantined: " + reason, key.name, {}});
        entry.host.reset();
    }
    entry.last.state = DeployableState::quarantined;
    entry.last.since = ports_.clock.now().wall;
    EventRecord event;
    event.kind = "quarantine";
    event.state = "quarantined";
    event.reason = reason;
    note(key, event);
}

}  // namespace cpe::registry
