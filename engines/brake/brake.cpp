#include "engines/brake/brake.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace cpe::brake {
namespace {

std::string seconds(Millis time) {
    if (time.count() % 1000 == 0) return std::to_string(time.count() / 1000) + " s";
    return std::to_string(time.count()) + " ms";
}

bool several_tenants(const std::map<AssemblyKey, MonoTime>& suspects) {
    return std::any_of(suspects.begin(), suspects.end(), [&](const auto& suspect) {
        return suspect.first.deployable.tenant != suspects.begin()->first.deployable.tenant;
    });
}

}  // namespace

std::string Brake::ScopeId::word() const {
    return kind == Kind::tenant ? "tenant" : "provider";
}

std::string Brake::ScopeId::title() const {
    return word() + " '" + name + "'";
}

void Brake::note(Scope& scope, const AssemblyKey& assembly, MonoTime now) const {
    std::erase_if(scope.suspects,
                  [&](const auto& suspect) { return now - suspect.second > settings_.window; });
    scope.suspects[assembly] = now;
    scope.last = now;
}

std::vector<Order> Brake::suspect(const AssemblyKey& assembly, const std::string& provider,
                                  const Census& census, const Now& now) {
    std::vector<Order> orders;
    suspect({Kind::tenant, assembly.deployable.tenant}, assembly, census, now, orders);
    suspect({Kind::provider, provider}, assembly, census, now, orders);
    return orders;
}

void Brake::suspect(const ScopeId& id, const AssemblyKey& assembly, const Census& census,
                    const Now& now, std::vector<Order>& orders) {
    Scope& scope = scopes_[id];
    if (scope.held.empty()) {
        note(scope, assembly, now.mono);
        return go_on(id, scope, census, now, orders);
    }
    const DeployableKey& key = assembly.deployable;
    if (scope.released.count(key)) return;
    scope.last = now.mono;
    // Told again also where it is held: it may have been stopped and started meanwhile.
    scope.held.insert(key);
    orders.push_back({key, true, scope.reason, scope.detail});
}

void Brake::go_on(const ScopeId& id, Scope& scope, const Census& census, const Now& now,
                  std::vector<Order>& orders) {
    const std::size_t failed = scope.suspects.size();
    if (failed < settings_.at_least) return;
    if (id.kind == Kind::provider && !several_tenants(scope.suspects)) return;
    std::size_t all = 0;
    std::set<DeployableKey> up;
    for (const Population& row : census()) {
        if ((id.kind == Kind::tenant ? row.deployable.tenant : row.provider) != id.name) continue;
        all += row.assemblies;
        up.insert(row.deployable);
    }
    for (const auto& [assembly, at] : scope.suspects) up.insert(assembly.deployable);
    all = std::max(all, failed);
    if (static_cast<double>(failed) <= settings_.fraction * static_cast<double>(all)) return;
    scope.held = std::move(up);
    scope.since = now.wall;
    scope.reason = std::to_string(failed) + " of " + std::to_string(all) + " assemblies of " +
                   id.title() + " seem to have failed within " + seconds(settings_.window) +
                   ": the fault is more likely ours";
    scope.detail =
        boost::json::serialize(boost::json::object{{id.word(), id.name},
                                                   {"failed", failed},
                                                   {"assemblies", all},
                                                   {"fraction", settings_.fraction},
                                                   {"at_least", settings_.at_least},
                                                   {"window_ms", settings_.window.count()},
                                                   {"hold_ms", settings_.hold.count()}});
    for (const DeployableKey& key : scope.held)
        orders.push_back({key, true, scope.reason, scope.detail});
}

void Brake::let_go(const ScopeId& id, std::vector<Order>& orders) {
    const auto ended = scopes_.extract(id);
    const Scope& scope = ended.mapped();
    const std::string reason =
        "nothing more of " + id.title() + " has seemed to fail for " + seconds(settings_.hold);
    for (const DeployableKey& key : scope.held)
        if (!holds(key)) orders.push_back({key, false, reason, scope.detail});
}

std::vector<Order> Brake::let_go(const Now& now) {
    std::vector<ScopeId> due;
    for (const auto& [id, scope] : scopes_)
        if (!scope.held.empty() && now.mono - scope.last >= settings_.hold) due.push_back(id);
    std::vector<Order> orders;
    for (const ScopeId& id : due) let_go(id, orders);
    return orders;
}

std::vector<Order> Brake::release(const DeployableKey& key, const std::string& reason) {
    std::vector<Order> orders;
    for (auto at = scopes_.begin(); at != scopes_.end();) {
        Scope& scope = at->second;
        const bool was_held = scope.held.erase(key) > 0;
        if (was_held) {
            scope.released.insert(key);
            orders = {{key, false, reason, scope.detail}};
        }
        at = was_held && scope.held.empty() ? scopes_.erase(at) : std::next(at);
    }
    return orders;
}

void Brake::resume(const DeployableKey& key, Remembered was, const Now& now) {
    Scope& scope = scopes_[{Kind::tenant, key.tenant}];
    scope.held.insert(key);
    scope.last = now.mono;
    scope.since = was.since;
    scope.reason = std::move(was.reason);
    scope.detail = std::move(was.detail);
}

void Brake::forget(const DeployableKey& key) {
    for (auto at = scopes_.begin(); at != scopes_.end();) {
        Scope& scope = at->second;
        const bool was_held = scope.held.erase(key) > 0;
        std::erase_if(scope.suspects,
                      [&](const auto& suspect) { return suspect.first.deployable == key; });
        scope.released.erase(key);
        const bool ended = scope.held.empty() && (was_held || scope.suspects.empty());
        at = ended ? scopes_.erase(at) : std::next(at);
    }
}

std::optional<Order> Brake::order_for(const DeployableKey& key) const {
    for (const auto& [id, scope] : scopes_)
        if (scope.held.count(key) > 0) return Order{key, true, scope.reason, scope.detail};
    return std::nullopt;
}

bool Brake::holds(const DeployableKey& key) const {
    return order_for(key).has_value();
}

std::optional<MonoTime> Brake::next() const {
    std::optional<MonoTime> first;
    for (const auto& [id, scope] : scopes_) {
        if (scope.held.empty()) continue;
        const MonoTime due = scope.last + settings_.hold;
        first = first ? std::min(*first, due) : due;
    }
    return first;
}

std::optional<Hold> Brake::hold_of(const DeployableKey& key) const {
    std::optional<Hold> longest;
    for (const auto& [id, scope] : scopes_) {
        const MonoTime until = scope.last + settings_.hold;
        if (scope.held.count(key) == 0 || (longest && longest->until >= until)) continue;
        longest = Hold{scope.since, until, scope.reason};
    }
    return longest;
}

}  // namespace cpe::brake
