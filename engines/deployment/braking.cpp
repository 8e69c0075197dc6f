#include "engines/deployment/braking.hpp"
#include "engines/deployment/memory_json.hpp"

#include "engines/deployment/overhaul.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

constexpr std::string_view brake_key = "brake";

void put_on(World& w, const event::Brake& event) {
    auto& restraint = w.restraint;
    const bool wanted = w.phase == Phase::up || w.ladder.begun;
    if (!wanted || restraint.brake) return;  // nothing to hold, or held
    restraint.brake = restraint.remember_brake = true;
    restraint.brake_since = w.now.wall;
    restraint.brake_reason = event.reason;
    restraint.brake_detail = event.detail;
    w.why = "the brake is on: " + event.reason;
    w.journal.tell("brake", {}, "on", event.reason, event.detail);
    suspend_overhaul(w);
    interrupt(w, "the brake is on");
}

void take_off(World& w, const std::string& why, const std::string& detail) {
    if (!std::exchange(w.restraint.brake, false)) return;
    w.restraint.remember_brake = true;
    w.why = "the brake lets go: " + why;
    w.journal.tell("brake", {}, "off", why, detail);
    if (w.phase != Phase::up) return;
    for (AssemblyUnit& a : w.assemblies) go_on(w, a, "the brake lets go");
    interrupt(w, "the brake lets go");
}

}  // namespace

void on_brake(World& w, const event::Brake& event) {
    event.on ? put_on(w, event) : take_off(w, event.reason, event.detail);
    if (event.token) w.journal.act(effect::Reply{event.token, {}});
}

void end_brake(World& w, const std::string& why) {
    take_off(w, why, w.restraint.brake_detail);
}

std::optional<BrakeMemory> brake_memory(const std::vector<MemoryRecord>& records) {
    const auto row = std::find_if(records.begin(), records.end(), [](const MemoryRecord& record) {
        return record.key == brake_key && !record.value.empty();
    });
    if (row == records.end()) return std::nullopt;
    boost::system::error_code failed;
    const json::value parsed = json::parse(row->value, failed);
    // What cannot be read was on all the same.
    if (failed || !parsed.is_object()) return BrakeMemory{{}, "it was on before", {}};
    const json::object& value = parsed.get_object();
    const auto* since = value.if_contains("since");
    return BrakeMemory{{since && since->is_int64() ? since->as_int64() : 0},
                       text(value, "reason"),
                       text(value, "detail")};
}

void recall_brake(World& w, const std::vector<MemoryRecord>& records) {
    auto was = brake_memory(records);
    if (!was) return;
    auto& restraint = w.restraint;
    restraint.brake = true;
    restraint.brake_since = was->since;
    restraint.brake_reason = std::move(was->reason);
    restraint.brake_detail = std::move(was->detail);
}

void remember_brake(World& w) {
    auto& restraint = w.restraint;
    if (!std::exchange(restraint.remember_brake, false)) return;
    std::string value;
    if (restraint.brake)
        value = json::serialize(json::object{{"since", restraint.brake_since.ms},
                                             {"reason", restraint.brake_reason},
                                             {"detail", restraint.brake_detail}});
    w.journal.batch().memory.push_back({std::string(brake_key), std::move(value)});
}

}  // namespace cpe::deployment
