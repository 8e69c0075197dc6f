#include "test/sim/plan.hpp"

#include "test/sim/document.hpp"

#include <algorithm>
#include <map>

namespace cpe::sim {
namespace {

void float_it(ServicePlan& s, const Plan& plan, Random& random) {
    s.assembly.clear();
    s.resource = "rsc_" + s.name;
    for (const auto& assembly : plan.assemblies)
        if (random.chance(40)) s.prefer += (s.prefer.empty() ? "" : " ") + assembly.name;
    if (random.chance(35))
        s.instances =
            static_cast<std::size_t>(random.between(2, static_cast<int>(plan.assemblies.size())));
    s.promotable = random.chance(20);
    if (random.chance(40)) s.migration_threshold = static_cast<unsigned>(random.between(1, 3));
    if (random.chance(30)) s.failure_timeout_s = static_cast<unsigned>(random.between(10, 300));
    // A place that failed too often is shunned until a person acts, unless failures grow old.
    if (s.migration_threshold && !s.failure_timeout_s)
        s.failure_timeout_s = static_cast<unsigned>(random.between(10, 300));
    s.moves_back = random.chance(25);
}

void draw_orders(Plan& plan, Random& random) {
    for (std::size_t then = 1; then < plan.services.size(); ++then)
        for (std::size_t first = 0; first < then; ++first)
            if (random.chance(25))
                plan.orders.emplace_back(plan.services[first].resource,
                                         plan.services[then].resource);
}

/// Some that float keep together, or apart.
void draw_colocations(Plan& plan, Random& random) {
    for (std::size_t i = 1; i < plan.services.size(); ++i) {
        const auto& with = plan.services[random.below(i)];
        const auto& service = plan.services[i];
        if (!service.floats() || service.is_clone() || with.is_clone() || !random.chance(25))
            continue;
        const char* scores[] = {"INFINITY", "500", "-500"};
        plan.constraints.push_back("<rsc_colocation id=\"c" + std::to_string(i) + "\" rsc=\"" +
                                   service.resource + "\" with-rsc=\"" + with.resource +
                                   "\" score=\"" + scores[random.below(3)] + "\"/>");
    }
}

void draw_assemblies(Plan& plan, Random& random) {
    const int count = random.between(1, 4);
    plan.relocates = random.chance(40);
    for (int i = 0; i < count; ++i) {
        AssemblyPlan a;
        a.name = "a" + std::to_string(i);
        if (random.chance(plan.relocates ? 20 : 60)) a.provider = random.pick(provider_names());
        a.rebuild = random.chance(35);
        a.escalation = draw_limit(random, 50, 300);
        plan.assemblies.push_back(std::move(a));
    }
}

}  // namespace

Limit draw_limit(Random& random, int percent, int longest_s) {
    Limit limit;
    if (!random.chance(percent)) return limit;
    limit.failures = static_cast<unsigned>(random.between(1, 4));
    limit.period = Millis{random.between(5, longest_s) * 1000};
    return limit;
}

ServicePlan draw_service(const Plan& plan, std::size_t number, Random& random) {
    ServicePlan s;
    s.assembly = random.pick(plan.assemblies).name;
    s.name = "s" + std::to_string(number);
    s.resource = "rsc_" + s.assembly + "_" + s.name;
    s.interval = Millis{random.between(1, 10) * 1000};
    s.start_timeout = Millis{random.between(5, 20) * 1000};
    s.stop_timeout = Millis{random.between(5, 20) * 1000};
    s.monitor_timeout = Millis{random.between(5, 15) * 1000};
    s.escalation = draw_limit(random, 50, 120);
    if (plan.assemblies.size() > 1 && random.chance(40)) {
        float_it(s, plan, random);
    } else if (random.chance(15)) {
        s.has_script = true;
    }
    s.reloads = random.chance(40);
    if (random.chance(50)) s.value = random.between(1, 3);
    if (plan.assemblies.size() > 1 && random.chance(15)) {
        s.refers_to = random.pick(plan.assemblies).name;
        if (s.refers_to == s.assembly) s.refers_to.clear();
    }
    return s;
}

const std::vector<std::string>& provider_names() {
    static const std::vector<std::string> names{"cloud", "metal"};
    return names;
}

void Plan::follow(const Plan& old) {
    for (auto& s : services)
        if (const auto* was = old.find(s.resource))
            s.instances_before = std::max(was->instances, was->instances_before);
    leftovers = old.leftovers;
    leftovers.insert(leftovers.end(), old.services.begin(), old.services.end());
    std::erase_if(leftovers, [&](const auto& was) {
        return std::any_of(services.begin(), services.end(),
                           [&](const auto& s) { return s.resource == was.resource; });
    });
    for (auto& left : leftovers) left.escalation = {};
    leftover_orders = old.leftover_orders;
    leftover_orders.insert(leftover_orders.end(), old.orders.begin(), old.orders.end());
    std::erase_if(leftover_orders, [&](const auto& order) { return !is_leftover(order.second); });
}

bool Plan::is_leftover(const std::string& resource) const {
    return std::any_of(leftovers.begin(), leftovers.end(),
                       [&](const auto& s) { return s.resource == resource; });
}

const ServicePlan* Plan::find(const std::string& resource) const {
    for (const auto* among : {&services, &leftovers})
        for (const auto& s : *among)
            if (s.resource == resource) return &s;
    return nullptr;
}

const ServicePlan* Plan::named(const std::string& where, const std::string& service) const {
    for (const auto* among : {&services, &leftovers})
        for (const auto& s : *among)
            if (s.name == service && (s.floats() || s.assembly == where)) return &s;
    return nullptr;
}

const AssemblyPlan* Plan::assembly(const std::string& name) const {
    const auto at = std::find_if(assemblies.begin(), assemblies.end(),
                                 [&](const auto& a) { return a.name == name; });
    return at == assemblies.end() ? nullptr : &*at;
}

bool Plan::moves_by_itself() const {
    return std::any_of(services.begin(), services.end(),
                       [](const auto& s) { return s.moves_back; });
}

int Plan::depth() const {
    std::map<std::string, int> level;
    int deepest = 1;
    for (const auto& service : services) {  // orders go forward in this list
        int own = service.has_script ? 2 : 1;
        for (const auto& [first, then] : orders)
            if (then == service.resource) own = std::max(own, level[first] + 1);
        level[service.resource] = own;
        deepest = std::max(deepest, own);
    }
    return deepest;
}

Plan draw_plan(const DeployableKey& key, Random& random) {
    Plan plan;
    plan.key = key;
    plan.escalation = draw_limit(random, 40, 600);
    draw_assemblies(plan, random);
    const int services = random.between(1, 2 * static_cast<int>(plan.assemblies.size()));
    for (int i = 0; i < services; ++i)
        plan.services.push_back(draw_service(plan, static_cast<std::size_t>(i), random));
    draw_orders(plan, random);
    draw_colocations(plan, random);
    plan.document = document_of(plan);
    return plan;
}

}  // namespace cpe::sim
