// Registry: the brake's census and voice, and its release by hand (design.md §6.3).
#include "src/registry/registry.hpp"

#include <utility>

namespace cpe::registry {

Braking::Owner Registry::brake_owner() {
    Braking::Owner owner;
    owner.census = [this] {
        std::vector<brake::Population> rows;
        for (const auto& [key, entry] : entries_) {
            if (!entry.host) continue;
            for (auto& row : entry.host->census())
                rows.push_back({key, std::move(row.provider), row.assemblies});
        }
        return rows;
    };
    owner.tell = [this](const DeployableKey& key, event::Brake order) {
        const auto found = entries_.find(key);
        if (found != entries_.end() && found->second.host)
            found->second.host->post(std::move(order));
    };
    return owner;
}

void Registry::release_brake(const DeployableKey& key, const std::string& who, Done<> done) {
    const auto entry = living(key);
    if (!entry) return done(entry.error());
    auto order = braking_.release(key, who);
    if (!order)
        return done(Error{Errc::refused, "it is neither quarantined nor held by the brake",
                          key.name, "cpe-ctl status shows what is"});
    EventRecord event;
    event.kind = "operator";
    event.state = "release";
    event.reason = order->reason;
    note(key, std::move(event));
    (*entry)->host->let_go(std::move(*order), std::move(done));
}

}  // namespace cpe::registry
