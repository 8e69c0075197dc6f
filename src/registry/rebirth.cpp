// Registry: a DPE that dies does so alone, comes back from the store, and is left alone when it
// dies too often (design.md §6.4).
#include "src/registry/registry.hpp"

#include <utility>

namespace cpe::registry {

void Registry::died(const DeployableKey& key, const std::string& reason) {
    const auto found = entries_.find(key);
    // One that was put down meanwhile has nothing to come back from.
    if (found == entries_.end() || shut_down_ || !found->second.host) return;
    Entry& entry = found->second;
    put_down(entry, restarting(key));
    EventRecord event;
    event.kind = "dpe_died";
    event.reason = reason;
    const MonoTime now = ports_.clock.now().mono;
    while (!entry.deaths.empty() && now - entry.deaths.front() > death_window)
        entry.deaths.pop_front();
    entry.deaths.push_back(now);
    const auto deaths = entry.deaths.size();
    if (deaths >= max_deaths) {
        note(key, std::move(event));
        quarantine(key, "its policy engine died " + std::to_string(deaths) +
                            " times within 10 minutes; the last time: " + reason);
        return;
    }
    PersistBatch batch;
    batch.key = key;
    batch.events.push_back(std::move(event));
    const Millis backoff = first_rebirth_pause * (1U << (deaths - 1));
    become(DeployableState::recovering, std::move(batch), "its policy engine died: " + reason,
           [this, key, backoff](const Result<>&) {
               const auto dead = entries_.find(key);
               if (dead == entries_.end() || dead->second.quarantined) return;
               dead->second.rebirth = ports_.alarms(loop_);
               dead->second.rebirth->set(backoff, [this, key] { reborn(key); });
           });
}

void Registry::reborn(const DeployableKey& key) {
    ports_.store.load(key, [this, key](Result<StoredDeployable> stored) {
        const auto found = entries_.find(key);
        if (shut_down_ || found == entries_.end()) return;
        if (found->second.quarantined || found->second.host) return;
        if (!stored) return quarantine(key, "it cannot be read back: " + stored.error().line());
        bring_to_life(std::move(*stored));
    });
}

Error Registry::restarting(const DeployableKey& key) {
    return {Errc::unavailable, "its policy engine died and is being restarted", key.name,
            "try again in a moment"};
}

}  // namespace cpe::registry
