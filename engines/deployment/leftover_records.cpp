#include "engines/deployment/leftover_records.hpp"

#include "engines/deployable/merge.hpp"
#include "engines/deployment/memory_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

constexpr std::string_view retired_key = "retired ";
constexpr std::string_view leaving_key = "leaving ";

std::string value_of(const Assembly& assembly) {
    return json::serialize(json::object{{"uuid", std::string_view(assembly.uuid)},
                                        {"provider", std::string_view(assembly.provider)},
                                        {"image", std::string_view(assembly.image)},
                                        {"flavor", std::string_view(assembly.flavor)},
                                        {"address", std::string_view(assembly.address)},
                                        {"port", assembly.port}});
}

json::array parameters_of(const Service& service) {
    json::array list;
    for (const Parameter& parameter : service.parameters)
        if (const auto* value = std::get_if<Text>(&parameter.value))
            list.push_back(json::array{std::string_view(parameter.name), std::string_view(*value)});
    return list;
}

std::string value_of(const Deployable& model, const Service& service, std::string_view assembly) {
    json::object value{{"name", std::string_view(service.name)},
                       {"class", static_cast<int>(service.agent_class)},
                       {"provider", std::string_view(service.provider)},
                       {"type", std::string_view(service.type)},
                       {"stop_timeout", service.stop_timeout.count()},
                       {"monitor_timeout", service.monitor_timeout.count()},
                       {"parameters", parameters_of(service)}};
    if (!service.configures.empty()) value["configures"] = std::string_view(service.configures);
    if (service.floating) {
        value["instances"] = service.floating->instances;
        value["promotable"] = service.floating->promotable;
    } else {
        value["assembly"] = assembly;
    }
    json::array firsts;
    for (const Dependency& order : model.dependencies)
        if (order.then == service.resource) firsts.emplace_back(std::string_view(order.first));
    if (!firsts.empty()) value["before"] = std::move(firsts);
    return json::serialize(value);
}

template <class Visit>
void each_leftover(const Deployable& model, const Visit& visit) {
    const auto retired = [&](const List<Service>& services, std::string_view home) {
        for (const Service& service : services)
            if (service.retired)
                visit(std::string(retired_key) + std::string(service.resource),
                      [&] { return value_of(model, service, home); });
    };
    for (const Assembly& assembly : model.assemblies) {
        if (assembly.leaving)
            visit(std::string(leaving_key) + std::string(assembly.name),
                  [&] { return value_of(assembly); });
        retired(assembly.services, assembly.name);
    }
    retired(model.services, {});
}

/// Reads what was written above; anything else gives defaults.
class Reader {
public:
    Reader(const json::object& from, std::pmr::memory_resource& arena)
        : from_(from), arena_(arena) {}

    Text text(std::string_view key) const {
        const auto* value = from_.if_contains(key);
        return value && value->is_string() ? of(*value) : Text(&arena_);
    }
    std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t otherwise) const {
        const auto* value = from_.if_contains(key);
        if (!value || !value->is_int64()) return otherwise;
        return std::clamp(value->as_int64(), least, most);
    }
    bool flag(std::string_view key) const {
        const auto* value = from_.if_contains(key);
        return value && value->is_bool() && value->as_bool();
    }
    List<Text> texts(std::string_view key) const {
        List<Text> list(&arena_);
        for (const auto& each : array(key))
            if (each.is_string()) list.push_back(of(each));
        return list;
    }
    List<Parameter> parameters() const {
        List<Parameter> list(&arena_);
        for (const auto& each : array("parameters")) {
            const auto* pair = each.if_array();
            if (pair && pair->size() == 2 && pair->at(0).is_string() && pair->at(1).is_string())
                list.push_back({of(pair->at(0)), of(pair->at(1))});
        }
        return list;
    }

private:
    Text of(const json::value& text) const {
        return Text(std::string_view(text.get_string()), &arena_);
    }
    json::array array(std::string_view key) const {
        const auto* value = from_.if_contains(key);
        return value && value->is_array() ? value->get_array() : json::array{};
    }

    const json::object& from_;
    std::pmr::memory_resource& arena_;
};

std::optional<Floating> floating_of(const json::object& value, const Reader& read,
                                    std::pmr::memory_resource& arena) {
    if (!value.contains("instances")) return std::nullopt;
    constexpr std::int64_t most = 10'000;
    return Floating{.prefer = List<Text>(&arena),
                    .instances = static_cast<std::uint32_t>(read.number("instances", 1, most, 1)),
                    .promotable = read.flag("promotable"),
                    .stickiness = {},
                    .migration_threshold = {},
                    .failure_timeout = {}};
}

Service service_of(std::string_view resource, const json::object& value,
                   std::pmr::memory_resource& arena) {
    constexpr std::int64_t week_ms = 7LL * 24 * 3600 * 1000;
    const Reader read(value, arena);
    return {.name = read.text("name"),
            .resource = Text(resource, &arena),
            .agent_class = static_cast<AgentClass>(read.number("class", 0, 2, 0)),
            .provider = read.text("provider"),
            .type = read.text("type"),
            .monitor_interval = std::nullopt,
            .stop_timeout = Millis{read.number("stop_timeout", 1, week_ms, 60'000)},
            .monitor_timeout = Millis{read.number("monitor_timeout", 1, week_ms, 20'000)},
            .escalation = {},
            .parameters = read.parameters(),
            .utilization = List<Capacity>(&arena),
            .floating = floating_of(value, read, arena),
            .configures = read.text("configures"),
            .retired = true};
}

Assembly assembly_of(std::string_view name, const json::object& value,
                     std::pmr::memory_resource& arena) {
    const Reader read(value, arena);
    return {.name = Text(name, &arena),
            .uuid = read.text("uuid"),
            .image = read.text("image"),
            .flavor = read.text("flavor"),
            .address = read.text("address"),
            .port = static_cast<std::uint16_t>(read.number("port", 1, 65'535, 22)),
            .provider = read.text("provider"),
            .escalation = {},
            .services = List<Service>(&arena),
            .utilization = List<Capacity>(&arena),
            .leaving = true};
}

class Recall {
public:
    Recall(Deployable& model, std::pmr::memory_resource& arena) : model_(model), arena_(arena) {}

    void assembly(std::string_view name, const json::object& value) {
        if (!find(name)) model_.assemblies.push_back(assembly_of(name, value, arena_));
    }

    void service(std::string_view resource, const json::object& value) {
        if (is_known(resource)) return;
        const Reader read(value, arena_);
        Service left = service_of(resource, value, arena_);
        Assembly* home = find(read.text("assembly"));
        if (!home && !left.floating) return;
        (home ? home->services : model_.services).push_back(std::move(left));
        for (const Text& first : read.texts("before")) orders_.emplace_back(first, resource);
    }

    void orders() {
        for (const auto& [first, then] : orders_)
            if (is_known(first))
                model_.dependencies.push_back(deployable::leftover_order(first, then, arena_));
    }

private:
    Assembly* find(std::string_view name) {
        const auto at = std::find_if(model_.assemblies.begin(), model_.assemblies.end(),
                                     [&](const Assembly& a) { return a.name == name; });
        return at == model_.assemblies.end() ? nullptr : &*at;
    }
    bool is_known(std::string_view resource) const {
        const auto among = [&](const List<Service>& services) {
            return std::any_of(services.begin(), services.end(),
                               [&](const Service& s) { return s.resource == resource; });
        };
        return among(model_.services) ||
               std::any_of(model_.assemblies.begin(), model_.assemblies.end(),
                           [&](const Assembly& a) { return among(a.services); });
    }

    Deployable& model_;
    std::pmr::memory_resource& arena_;
    std::vector<std::pair<std::string, std::string>> orders_;  ///< (first, then)
};

/// Its value is empty where it cannot be read.
template <class Take>
void each_record(const StoredDeployable& stored, std::string_view prefix, const Take& take) {
    for (const MemoryRecord& record : stored.memory) {
        if (!record.key.starts_with(prefix)) continue;
        boost::system::error_code failed;
        const json::value value = json::parse(record.value, failed);
        const json::object nothing;
        take(std::string_view(record.key).substr(prefix.size()),
             !failed && value.is_object() ? value.get_object() : nothing);
    }
}

/// Scripts are shown in no status: they are looked for anew.
bool is_over(const StoredDeployable& stored, std::string_view prefix, std::string_view what,
             const json::object& value) {
    if (!stored.status || value.contains("configures")) return false;
    if (prefix == leaving_key)
        return std::none_of(stored.status->assemblies.begin(), stored.status->assemblies.end(),
                            [&](const auto& a) { return a.name == what; });
    return std::none_of(stored.status->services.begin(), stored.status->services.end(),
                        [&](const auto& s) { return s.resource == what; });
}

}  // namespace

void remember_leftovers(World& w) {
    auto& rows = w.journal.batch().memory;
    each_leftover(w.model, [&](std::string key, const auto& value) {
        rows.push_back({std::move(key), value()});
    });
}

void forget_leftovers(World& w) {
    auto& rows = w.journal.batch().memory;
    each_leftover(w.model, [&](std::string key, const auto&) {
        rows.push_back({std::move(key), {}});
    });
}

void recall_leftovers(Deployable& model, const StoredDeployable& stored,
                      std::pmr::memory_resource& arena) {
    Recall recall(model, arena);
    each_record(stored, leaving_key, [&](auto name, const auto& value) {
        if (!value.empty() && !is_over(stored, leaving_key, name, value))
            recall.assembly(name, value);
    });
    each_record(stored, retired_key, [&](auto resource, const auto& value) {
        if (!value.empty() && !is_over(stored, retired_key, resource, value))
            recall.service(resource, value);
    });
    recall.orders();
}

void settle_leftovers(World& w, const StoredDeployable& stored) {
    std::set<std::string> known;
    each_leftover(w.model, [&](std::string key, const auto&) { known.insert(std::move(key)); });
    for (const std::string_view prefix : {retired_key, leaving_key})
        each_record(stored, prefix, [&](auto what, const json::object& value) {
            const std::string key = std::string(prefix) + std::string(what);
            if (known.contains(key)) return;
            const bool service = prefix == retired_key;
            auto& rows = w.journal.batch().memory;
            rows.push_back({key, {}});
            if (service ? !w.find_service(what) : !w.find_assembly(what))
                rows.push_back({(service ? "service " : "assembly ") + std::string(what), {}});
            if (value.empty() || value.contains("configures")) return;
            w.journal.tell("configuration_change",
                           {service ? text(value, "assembly") : std::string(what),
                            service ? text(value, "name") : std::string()},
                           "removed",
                           service ? "it does not run any more" : "nothing of it is left");
        });
}

}  // namespace cpe::deployment
