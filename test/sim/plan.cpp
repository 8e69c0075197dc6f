#include "test/sim/plan.hpp"

#include <algorithm>
#include <map>

namespace cpe::sim {
namespace {

std::string seconds(Millis span) {
    return std::to_string(span.count()) + "ms";
}

std::string attribute(const std::string& name, const std::string& value) {
    return " " + name + "=\"" + value + "\"";
}

ServicePlan draw_service(const Plan& plan, std::size_t number, Random& random) {
    ServicePlan s;
    s.assembly = random.pick(plan.assemblies);
    s.name = "s" + std::to_string(number);
    s.resource = "rsc_" + s.assembly + "_" + s.name;
    s.interval = Millis{random.between(1, 10) * 1000};
    s.start_timeout = Millis{random.between(5, 20) * 1000};
    s.stop_timeout = Millis{random.between(5, 20) * 1000};
    s.monitor_timeout = Millis{random.between(5, 15) * 1000};
    if (random.chance(50)) {
        s.escalation_failures = static_cast<unsigned>(random.between(1, 4));
        s.escalation_period = Millis{random.between(5, 120) * 1000};
    }
    if (plan.assemblies.size() > 1 && random.chance(15)) {
        s.refers_to = random.pick(plan.assemblies);
        if (s.refers_to == s.assembly) s.refers_to.clear();
    }
    return s;
}

void draw_orders(Plan& plan, Random& random) {
    for (std::size_t then = 1; then < plan.services.size(); ++then)
        for (std::size_t first = 0; first < then; ++first)
            if (random.chance(30))
                plan.orders.emplace_back(plan.services[first].resource,
                                         plan.services[then].resource);
}

std::string render(const ServicePlan& s) {
    std::string text = "<service" + attribute("name", s.name) + attribute("class", "ocf") +
                       attribute("type", "Dummy") +
                       attribute("monitor_interval", seconds(s.interval)) +
                       attribute("start_timeout", seconds(s.start_timeout)) +
                       attribute("stop_timeout", seconds(s.stop_timeout)) +
                       attribute("monitor_timeout", seconds(s.monitor_timeout));
    if (s.escalation_failures)
        text += attribute("escalation_failures", std::to_string(*s.escalation_failures)) +
                attribute("escalation_period", std::to_string(s.escalation_period.count() / 1000));
    if (s.refers_to.empty()) return text + "/>\n";
    return text + "><parameters><parameter name=\"peer\"><reference" +
           attribute("assembly", s.refers_to) + attribute("parameter", "ipaddress") +
           "/></parameter></parameters></service>\n";
}

std::string render(const Plan& plan) {
    std::string text = "<deployable" + attribute("name", plan.key.name) +
                       attribute("uuid", plan.key.tenant + "-" + plan.key.name) +
                       ">\n<assemblies>\n";
    for (std::size_t i = 0; i < plan.assemblies.size(); ++i) {
        text += "<assembly" + attribute("name", plan.assemblies[i]) +
                attribute("uuid", "u" + std::to_string(i)) +
                attribute("provider", plan.providers[i]) + "><services>\n";
        for (const auto& service : plan.services)
            if (service.assembly == plan.assemblies[i]) text += render(service);
        text += "</services></assembly>\n";
    }
    text += "</assemblies>\n<constraints>\n";
    std::size_t number = 0;
    for (const auto& [first, then] : plan.orders)
        text += "<service_dependency" + attribute("id", "o" + std::to_string(++number)) +
                attribute("first", first) + attribute("then", then) + "/>\n";
    return text + "</constraints>\n</deployable>\n";
}

}  // namespace

const std::vector<std::string>& provider_names() {
    static const std::vector<std::string> names{"cloud", "metal"};
    return names;
}

const ServicePlan* Plan::find(const std::string& resource) const {
    const auto at = std::find_if(services.begin(), services.end(),
                                 [&](const auto& s) { return s.resource == resource; });
    return at == services.end() ? nullptr : &*at;
}

int Plan::depth() const {
    std::map<std::string, int> level;
    int deepest = 1;
    for (const auto& service : services) {  // orders go forward in this list
        int own = 1;
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
    const int assemblies = random.between(1, 4);
    for (int i = 0; i < assemblies; ++i) {
        plan.assemblies.push_back("a" + std::to_string(i));
        plan.providers.push_back(random.pick(provider_names()));
    }
    const int services = random.between(1, 2 * assemblies);
    for (int i = 0; i < services; ++i)
        plan.services.push_back(draw_service(plan, static_cast<std::size_t>(i), random));
    draw_orders(plan, random);
    plan.document = render(plan);
    return plan;
}

}  // namespace cpe::sim
