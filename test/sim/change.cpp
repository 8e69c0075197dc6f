#include "test/sim/change.hpp"

#include "test/sim/document.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cpe::sim {
namespace {

/// Of one kind: says what it did, or nothing where it does not apply.
using Make = std::string (*)(Plan&, Random&);

ServicePlan& any_service(Plan& plan, Random& random) {
    return plan.services[random.below(plan.services.size())];
}

bool names(const std::string& constraint, const std::string& resource) {
    return constraint.find("\"" + resource + "\"") != std::string::npos;
}

bool any_constraint(const Plan& plan, const std::string& resource) {
    return std::any_of(plan.constraints.begin(), plan.constraints.end(),
                       [&](const auto& constraint) { return names(constraint, resource); });
}

void take_out(Plan& plan, const std::string& resource) {
    plan.leftovers.push_back(*plan.find(resource));
    std::erase_if(plan.services, [&](const auto& s) { return s.resource == resource; });
    std::erase_if(plan.orders, [&](const auto& order) {
        return order.first == resource || order.second == resource;
    });
    std::erase_if(plan.constraints,
                  [&](const auto& constraint) { return names(constraint, resource); });
}

bool has_service_named(const Plan& plan, const std::string& name) {
    const auto named = [&](const auto& service) { return service.name == name; };
    return std::any_of(plan.services.begin(), plan.services.end(), named) ||
           std::any_of(plan.leftovers.begin(), plan.leftovers.end(), named);
}

/// The lowest that no service has or had. The log knows a service by its name.
std::size_t free_number(const Plan& plan) {
    std::size_t n = 0;
    while (has_service_named(plan, "s" + std::to_string(n))) ++n;
    return n;
}

/// The lowest that no assembly of the document has; one that had it comes back with it.
std::string free_assembly(const Plan& plan) {
    std::size_t n = 0;
    while (plan.assembly("a" + std::to_string(n))) ++n;
    return "a" + std::to_string(n);
}

std::string another_value(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    s.value = (s.value + random.between(1, 3)) % 4;
    return s.resource + " has another value";
}
std::string another_interval(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    s.interval = Millis{random.between(1, 10) * 1000};
    return s.resource + " has another monitor interval";
}
std::string other_times(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    s.start_timeout = Millis{random.between(5, 20) * 1000};
    s.stop_timeout = Millis{random.between(5, 20) * 1000};
    s.monitor_timeout = Millis{random.between(5, 15) * 1000};
    return s.resource + " has other time limits";
}
std::string other_escalation(Plan& plan, Random& random) {
    switch (random.below(3)) {
        case 0: plan.escalation = draw_limit(random, 50, 600); break;
        case 1:
            plan.assemblies[random.below(plan.assemblies.size())].escalation =
                draw_limit(random, 50, 300);
            break;
        default: any_service(plan, random).escalation = draw_limit(random, 50, 120); break;
    }
    return "another escalation";
}
std::string another_agent(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    if (s.promotable) return {};
    s.reloads = !s.reloads;
    return s.resource + " has another agent";
}
std::string more_services(Plan& plan, Random& random) {
    if (plan.services.size() > 10) return {};
    ServicePlan s = draw_service(plan, free_number(plan), random);
    for (const auto& first : plan.services)
        if (random.chance(20)) plan.orders.emplace_back(first.resource, s.resource);
    plan.services.push_back(std::move(s));
    return plan.services.back().resource + " is new";
}
std::string service_comes_back(Plan& plan, Random& random) {
    if (plan.leftovers.empty()) return {};
    ServicePlan s = random.pick(plan.leftovers);
    if (!s.floats() && !plan.assembly(s.assembly)) return {};
    std::erase_if(plan.leftovers, [&](const auto& left) { return left.resource == s.resource; });
    if (!plan.assembly(s.refers_to)) s.refers_to.clear();
    if (!plan.assembly(s.prefer)) s.prefer.clear();
    s.instances = std::min(s.instances, plan.assemblies.size());
    plan.services.push_back(std::move(s));
    return plan.services.back().resource + " comes back";
}
std::string fewer_services(Plan& plan, Random& random) {
    if (plan.services.size() < 2) return {};
    const std::string resource = any_service(plan, random).resource;
    take_out(plan, resource);
    return resource + " is taken out";
}
std::string more_assemblies(Plan& plan, Random& random) {
    if (plan.assemblies.size() > 4) return {};
    AssemblyPlan a;
    a.name = free_assembly(plan);
    a.rebuild = random.chance(35);
    plan.assemblies.push_back(a);
    return a.name + " is new";
}
std::string fewer_assemblies(Plan& plan, Random& random) {
    if (plan.assemblies.size() < 2) return {};
    const std::string name = random.pick(plan.assemblies).name;
    const auto pinned = std::count_if(plan.services.begin(), plan.services.end(),
                                      [&](const auto& s) { return s.assembly == name; });
    if (static_cast<std::size_t>(pinned) == plan.services.size()) return {};
    std::erase_if(plan.assemblies, [&](const auto& a) { return a.name == name; });
    for (const ServicePlan& s : std::vector<ServicePlan>(plan.services))
        if (s.assembly == name) take_out(plan, s.resource);
    for (ServicePlan& s : plan.services) {
        if (s.refers_to == name) s.refers_to.clear();
        if (s.prefer.find(name) != std::string::npos) s.prefer.clear();
        s.instances = std::min(s.instances, plan.assemblies.size());
    }
    return name + " is taken out";
}
std::string another_order(Plan& plan, Random& random) {
    if (!plan.orders.empty() && random.chance(50)) {
        plan.orders.erase(plan.orders.begin() +
                          static_cast<std::ptrdiff_t>(random.below(plan.orders.size())));
        return "one order less";
    }
    if (plan.services.size() < 2) return {};
    const std::size_t then = 1 + random.below(plan.services.size() - 1);
    const std::pair order{plan.services[random.below(then)].resource, plan.services[then].resource};
    if (std::find(plan.orders.begin(), plan.orders.end(), order) != plan.orders.end()) return {};
    plan.orders.push_back(order);
    return order.second + " is to wait for " + order.first;
}
std::string another_reference(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    const std::string to = random.pick(plan.assemblies).name;
    s.refers_to = to == s.assembly || to == s.refers_to ? "" : to;
    return s.resource + " refers to " + s.refers_to;
}
std::string another_script(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    if (s.floats()) return {};
    s.has_script = !s.has_script;
    return s.resource + (s.has_script ? " has a script" : " has no script any more");
}
std::string float_otherwise(Plan& plan, Random& random) {
    ServicePlan& s = any_service(plan, random);
    if (!s.floats()) return {};
    switch (random.below(4)) {
        case 0: s.prefer = random.pick(plan.assemblies).name; break;
        case 1:
            // Several of it could not all keep to one other.
            if (any_constraint(plan, s.resource)) return {};
            s.instances = 1 + random.below(plan.assemblies.size());
            break;
        case 2: s.failure_timeout_s = static_cast<unsigned>(random.between(10, 300)); break;
        default: s.moves_back = !s.moves_back; break;
    }
    return s.resource + " floats otherwise";
}
std::string another_disk(Plan& plan, Random& random) {
    AssemblyPlan& a = plan.assemblies[random.below(plan.assemblies.size())];
    a.rebuild = !a.rebuild;
    return a.name + (a.rebuild ? " may be rebuilt" : " may not be rebuilt");
}

constexpr Make makes[] = {
    service_comes_back, service_comes_back, another_value,     another_value,   another_interval,
    other_times,        other_escalation,   another_agent,     more_services,   more_services,
    fewer_services,     fewer_services,     more_assemblies,   more_assemblies, fewer_assemblies,
    fewer_assemblies,   another_order,      another_reference, another_script,  float_otherwise,
    another_disk};

// What it may touch -------------------------------------------------------------------------------

bool takes_over(const ServicePlan& was, const ServicePlan& is) {
    return was.value == is.value || (was.reloads && is.reloads && !is.promotable);
}

bool runs_otherwise(const ServicePlan& was, const ServicePlan& is) {
    return !takes_over(was, is) || was.reloads != is.reloads || was.refers_to != is.refers_to ||
           was.has_script != is.has_script || was.prefer != is.prefer ||
           was.instances != is.instances || was.promotable != is.promotable ||
           was.moves_back != is.moves_back ||
           (is.has_script && was.value != is.value);  // which runs again
}

bool same_assemblies(const Plan& old, const Plan& fresh) {
    return std::equal(old.assemblies.begin(), old.assemblies.end(), fresh.assemblies.begin(),
                      fresh.assemblies.end(),
                      [](const auto& a, const auto& b) { return a.name == b.name; });
}

/// The scheduler may find another place for it when anything is placed anew.
bool may_move(const Plan& plan, const ServicePlan& s) {
    return s.floats() && (s.moves_back || s.is_clone() || any_constraint(plan, s.resource));
}

class Touched {
public:
    Touched(const Plan& old, const Plan& fresh) : old_(old), fresh_(fresh) {
        for (const auto& was : old.services)
            if (!in(fresh, was.resource)) touch(was);
        for (const auto& is : fresh.services) {
            const auto* was = in(old, is.resource);
            if (!was || runs_otherwise(*was, is)) touch(is);
            if (was && was->floats() && any_left()) touch(is);
        }
        if (!all_.empty() || !same_assemblies(old, fresh))
            for (const auto& s : fresh.services)
                if (may_move(fresh, s) || may_move(old, s)) touch(s);
        spread();
    }
    std::set<std::string> take() { return std::move(all_); }

private:
    static const ServicePlan* in(const Plan& plan, const std::string& resource) {
        for (const auto& s : plan.services)
            if (s.resource == resource) return &s;
        return nullptr;
    }
    bool any_left() const {
        return std::any_of(old_.assemblies.begin(), old_.assemblies.end(),
                           [&](const auto& a) { return !fresh_.assembly(a.name); });
    }
    bool touch(const ServicePlan& s) {
        all_.insert(s.script());
        return all_.insert(s.resource).second;
    }
    /// To what waits for it, and what keeps to it.
    void spread() {
        for (bool grew = true; grew;) {
            grew = false;
            for (const auto& [first, then] : fresh_.orders)
                if (all_.contains(first)) grew |= touch(*fresh_.find(then));
            for (const auto& s : fresh_.services)
                if (!all_.contains(s.resource) && s.floats() && keeps_to_touched(s))
                    grew |= touch(s);
        }
    }
    bool keeps_to_touched(const ServicePlan& s) const {
        return std::any_of(
            fresh_.constraints.begin(), fresh_.constraints.end(), [&](const auto& constraint) {
                return names(constraint, s.resource) &&
                       std::any_of(all_.begin(), all_.end(),
                                   [&](const auto& other) { return names(constraint, other); });
            });
    }

    const Plan& old_;
    const Plan& fresh_;
    std::set<std::string> all_;
};

}  // namespace

Change draw_change(const Plan& plan, Random& random) {
    Change change{{}, plan};
    for (int n = random.between(0, 3); n > 0; --n) {
        const auto make = makes[random.below(std::size(makes))];
        const std::string what = make(change.plan, random);
        if (!what.empty()) change.what += (change.what.empty() ? "" : "; ") + what;
    }
    if (change.what.empty()) change.what = "nothing";
    change.plan.leftovers.clear();
    change.plan.leftover_orders.clear();
    change.plan.document = document_of(change.plan);
    return change;
}

std::set<std::string> touched_by(const Plan& old, const Plan& fresh) {
    return Touched(old, fresh).take();
}

}  // namespace cpe::sim
