#include "engines/deployment/memory.hpp"

#include "engines/deployment/braking.hpp"
#include "engines/deployment/ladder_memory.hpp"
#include "engines/deployment/maintenance.hpp"
#include "engines/deployment/memory_json.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

/// Of a service that floats: what is remembered of each place, by the assembly's name.
json::object places_of(const World& w, const ServiceUnit& s) {
    json::object places;
    for (const Placement& p : s.placements) {
        json::object place;
        if (!p.start_digest.empty()) place["digest"] = std::string_view(p.start_digest);
        if (p.hard) place["hard"] = true;
        if (p.promoted) place["promoted"] = true;
        if (!place.empty()) places[std::string_view(w.home_of(p).model->name)] = std::move(place);
    }
    return places;
}

std::string value_of(const World& w, const ServiceUnit& s) {
    json::object value;
    if (!s.floats() && !s.placements.front().start_digest.empty())
        value["digest"] = std::string_view(s.placements.front().start_digest);
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
    if (!a.host_key.empty()) value["host_key"] = a.host_key;
    add_memory(value, a);
    return value.empty() ? std::string() : json::serialize(value);
}

void recall(Placement& p, const json::object& value) {
    const auto* digest = value.if_contains("digest");
    if (digest && digest->is_string()) p.start_digest = std::string_view(digest->as_string());
    p.hard = flag(value, "hard");
    p.promoted = flag(value, "promoted");
}

void recall_places(const World& w, ServiceUnit& s, const json::object& value) {
    if (!s.floats()) return recall(s.placements.front(), value);
    const auto* places = value.if_contains("places");
    if (!places || !places->is_object()) return;
    for (Placement& p : s.placements) {
        const auto* place =
            places->get_object().if_contains(std::string_view(w.home_of(p).model->name));
        if (place && place->is_object()) recall(p, place->get_object());
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
    a.host_key = text(value, "host_key");
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
