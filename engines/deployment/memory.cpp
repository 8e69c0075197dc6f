#include "engines/deployment/memory.hpp"

#include "engines/deployment/braking.hpp"
#include "engines/deployment/ladder_memory.hpp"
#include "engines/deployment/maintenance.hpp"
#include "engines/deployment/memory_json.hpp"
#include "engines/deployment/strangers.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

json::object ran_with_of(const RanWith& with) {
    json::array parameters;
    for (const auto& [name, value] : with.parameters)
        parameters.push_back(json::array{std::string_view(name), std::string_view(value)});
    return {{"class", static_cast<int>(with.agent_class)},
            {"provider", std::string_view(with.provider)},
            {"type", std::string_view(with.type)},
            {"parameters", std::move(parameters)}};
}

/// Of a service that floats: what is remembered of each place, by the assembly's name.
json::object places_of(const World& w, const ServiceUnit& s) {
    json::object places;
    for (const Placement& p : s.placements) {
        json::object place;
        if (!p.start_digest.empty()) place["digest"] = std::string_view(p.start_digest);
        if (p.hard) place["hard"] = true;
        if (p.promoted) place["promoted"] = true;
        if (p.ran_with) place["ran_with"] = ran_with_of(*p.ran_with);
        if (!place.empty()) places[std::string_view(w.home_of(p).model->name)] = std::move(place);
    }
    return places;
}

std::string value_of(const World& w, const ServiceUnit& s) {
    json::object value;
    if (!s.floats() && !s.placements.front().start_digest.empty())
        value["digest"] = std::string_view(s.placements.front().start_digest);
    if (!s.floats() && s.placements.front().ran_with)
        value["ran_with"] = ran_with_of(*s.placements.front().ran_with);
    if (s.floats())
        if (auto places = places_of(w, s); !places.empty()) value["places"] = std::move(places);
    if (!s.window.failures().empty()) value["failures"] = times_of(s.window);
    if (s.backoff.attempts() > 0) value["attempts"] = s.backoff.attempts();
    if (s.hard) value["hard"] = true;
    if (s.held_until && *s.held_until > w.now.mono)
        value["held_until"] = w.now.wall.ms + (*s.held_until - w.now.mono).count();
    return value.empty() ? std::string() : json::serialize(value);
}

std::string value_of(const AssemblyUnit& a) {
    json::object value;
    if (!a.window.failures().empty()) value["failures"] = times_of(a.window);
    if (a.backoff.attempts() > 0) value["attempts"] = a.backoff.attempts();
    if (!a.instance.hostname.empty()) value["hostname"] = a.instance.hostname;
    // A dead guest's last address is in no status, and those who refer to it run with it.
    if (!a.instance.address.empty()) value["address"] = a.instance.address;
    if (!a.host_key.empty()) value["host_key"] = a.host_key;
    if (!a.boot_id.empty()) value["boot_id"] = a.boot_id;
    if (!a.dead_boots.empty()) value["dead_boots"] = array_of(a.dead_boots);
    add_memory(value, a);
    return value.empty() ? std::string() : json::serialize(value);
}

void recall_text(Text& into, const json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    if (value && value->is_string()) into = std::string_view(value->get_string());
}

void recall_ran_with(const World& w, Placement& p, const json::object& value) {
    const auto* known = value.if_contains("ran_with");
    const auto* from = known ? known->if_object() : nullptr;
    const auto* parameters = from ? from->if_contains("parameters") : nullptr;
    if (!parameters || !parameters->is_array()) return;
    RanWith& with = p.ran_with.emplace(w.arena);
    with.agent_class =
        static_cast<AgentClass>(std::clamp<std::int64_t>(number(*from, "class"), 0, 2));
    recall_text(with.provider, *from, "provider");
    recall_text(with.type, *from, "type");
    for (const auto& each : parameters->get_array()) {
        const auto* pair = each.if_array();
        if (pair && pair->size() == 2 && pair->at(0).is_string() && pair->at(1).is_string())
            with.parameters.emplace_back(std::string_view(pair->at(0).get_string()),
                                         std::string_view(pair->at(1).get_string()));
    }
}

void recall(const World& w, Placement& p, const json::object& value) {
    recall_ran_with(w, p, value);
    const auto* digest = value.if_contains("digest");
    if (digest && digest->is_string()) p.start_digest = std::string_view(digest->as_string());
    p.hard = flag(value, "hard");
    p.promoted = flag(value, "promoted");
}

void recall_places(const World& w, ServiceUnit& s, const json::object& value) {
    if (!s.floats()) return recall(w, s.placements.front(), value);
    const auto* places = value.if_contains("places");
    if (!places || !places->is_object()) return;
    for (Placement& p : s.placements) {
        const auto* place =
            places->get_object().if_contains(std::string_view(w.home_of(p).model->name));
        if (place && place->is_object()) recall(w, p, place->get_object());
    }
}

void recall(World& w, ServiceUnit& s, const json::object& value) {
    recall_places(w, s, value);
    s.window.restore(times(value));
    s.backoff.restore(static_cast<int>(std::clamp<std::int64_t>(number(value, "attempts"), 0, 99)));
    s.hard = flag(value, "hard");
    const Millis left =
        std::min(Millis{number(value, "held_until") - w.now.wall.ms}, Backoff::longest);
    if (left <= Millis{0}) return;
    s.held_until = w.now.mono + left;
    w.timers.set({TimerKind::hold, w.index_of(s)}, *s.held_until);
}

void recall(AssemblyUnit& a, const json::object& value) {
    const auto* hostname = value.if_contains("hostname");
    if (hostname && hostname->is_string()) a.instance.hostname = std::string(hostname->as_string());
    const auto* address = value.if_contains("address");
    if (address && address->is_string()) a.instance.address = std::string(address->as_string());
    a.host_key = text(value, "host_key");
    a.boot_id = text(value, "boot_id");
    a.dead_boots = names(value, "dead_boots");
    if (a.dead_boots.size() > most_dead_boots) a.dead_boots.clear();  // not of our making
    a.window.restore(times(value));
    a.backoff.restore(static_cast<int>(std::clamp<std::int64_t>(number(value, "attempts"), 0, 99)));
    recall_ladder(a, value);
}

void recall_one(World& w, const MemoryRecord& record) {
    boost::system::error_code failed;
    const json::value parsed = json::parse(record.value, failed);
    if (failed || !parsed.is_object()) {
        w.note(LogLevel::warning, "memory record '" + record.key + "' cannot be read; ignored");
        return;
    }
    const std::string_view key = record.key;
    if (key == "deployable") {
        w.all_ran = flag(parsed.get_object(), "all_ran");
        recall_ladder(w, parsed.get_object());
    } else if (key.starts_with("service ")) {
        if (auto* s = w.find_service(key.substr(8))) recall(w, *s, parsed.get_object());
    } else if (key.starts_with("assembly ")) {
        if (auto* a = w.find_assembly(key.substr(9))) recall(*a, parsed.get_object());
    }
}

}  // namespace

void remember(World& w) {
    remember_brake(w);
    remember_maintenance(w);
    auto& rows = w.journal.batch().memory;
    for (ServiceUnit& s : w.services)
        if (std::exchange(s.remember, false))
            rows.push_back({"service " + std::string(s.model->resource), value_of(w, s)});
    for (AssemblyUnit& a : w.assemblies)
        if (std::exchange(a.remember, false))
            rows.push_back({"assembly " + std::string(a.model->name), value_of(a)});
    if (std::exchange(w.remember, false)) {
        json::object value = memory_of(w);
        if (w.all_ran) value["all_ran"] = true;
        rows.push_back({"deployable", value.empty() ? std::string() : json::serialize(value)});
    }
}

void recall(World& w, const std::vector<MemoryRecord>& records) {
    for (const MemoryRecord& record : records) recall_one(w, record);
    recall_brake(w, records);
    recall_maintenance(w, records);
}

}  // namespace cpe::deployment
