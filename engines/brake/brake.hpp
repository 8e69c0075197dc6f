// The brake: when too much of a tenant or of a provider seems to fail at once, the fault is more
// likely ours, and its recovery pauses (design.md §6.3).
//
// Thread: the loop thread. Pure: suspicions and times in, orders for deployables out; no clock, no
// timer. Limits: it remembers at most one suspicion of each assembly, for `window`.
//
// What it holds is what was up when it went on; what is started afterwards is held from its own
// first suspicious failure on. It lets go `hold` after the last such failure, or of one deployable
// by hand; when it holds nothing any more it has ended, and everything is counted from zero.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/time.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cpe::brake {

/// From the configuration (design.md §12).
struct Settings {
    double fraction = 0.5;     ///< more than this part of what runs; 1 = never
    std::size_t at_least = 3;  ///< and not fewer than so many
    Millis window{60'000};     ///< failures within it belong together
    Millis hold{300'000};      ///< lets go so long after the last of them
};

/// Assemblies of one deployable at one provider that run, or did until they failed: neither those
/// that boot, nor those that are being stopped, nor those in maintenance.
struct Population {
    DeployableKey deployable;
    std::string provider;
    std::size_t assemblies = 0;
};
/// Asked only when enough has failed for the answer to matter.
using Census = std::function<std::vector<Population>()>;

/// What one deployable is to be told.
struct Order {
    DeployableKey deployable;
    bool on = false;
    std::string reason;
    std::string detail;  ///< a JSON object
    friend bool operator==(const Order&, const Order&) = default;
};

/// What a deployable remembers of the brake that holds it.
struct Remembered {
    WallTime since;
    std::string reason;
    std::string detail;
};

/// What holds a deployable.
struct Hold {
    WallTime since;
    MonoTime until;
    std::string reason;
};

class Brake {
public:
    explicit Brake(Settings settings) : settings_(settings) {}

    /// An assembly that ran seems to have failed, and it was not us.
    std::vector<Order> suspect(const AssemblyKey&, const std::string& provider, const Census&,
                               const Now&);
    /// Lets go what is due by time.
    std::vector<Order> let_go(const Now&);
    /// Lets go of one by hand: it is not held again before the brake has ended. Empty when nothing
    /// holds it.
    std::vector<Order> release(const DeployableKey&, const std::string& reason);
    /// It was held when cped ended: it stays so, for `hold` from now.
    void resume(const DeployableKey&, Remembered, const Now&);
    /// It is gone.
    void forget(const DeployableKey&);

    /// What one that begins to live again is to be told; nothing when nothing holds it.
    [[nodiscard]] std::optional<Order> order_for(const DeployableKey&) const;
    [[nodiscard]] bool holds(const DeployableKey&) const;
    /// When let_go() is due.
    [[nodiscard]] std::optional<MonoTime> next() const;
    /// Of several the one that lets go last.
    [[nodiscard]] std::optional<Hold> hold_of(const DeployableKey&) const;

private:
    enum class Kind { tenant, provider };
    struct ScopeId {
        Kind kind = Kind::tenant;
        std::string name;
        friend auto operator<=>(const ScopeId&, const ScopeId&) = default;
        [[nodiscard]] std::string word() const;   ///< tenant
        [[nodiscard]] std::string title() const;  ///< tenant 'default'
    };
    struct Scope {
        std::map<AssemblyKey, MonoTime> suspects;  ///< the last time of each
        std::set<DeployableKey> held;              ///< not empty: it is on
        std::set<DeployableKey> released;          ///< by hand, since it is on
        MonoTime last;                             ///< of all suspicions
        WallTime since;
        std::string reason;
        std::string detail;
    };

    void suspect(const ScopeId&, const AssemblyKey&, const Census&, const Now&,
                 std::vector<Order>& orders);
    void note(Scope&, const AssemblyKey&, MonoTime now) const;
    void go_on(const ScopeId&, Scope&, const Census&, const Now&, std::vector<Order>& orders);
    void let_go(const ScopeId&, std::vector<Order>& orders);

    Settings settings_;
    std::map<ScopeId, Scope> scopes_;
};

}  // namespace cpe::brake
