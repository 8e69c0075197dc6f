#include "engines/deployment/ladder_memory.hpp"

#include "engines/deployment/give_up.hpp"
#include "engines/deployment/memory_json.hpp"

#include <algorithm>

namespace cpe::deployment {
namespace {

namespace json = boost::json;

int small_number(const json::object& from, std::string_view key) {
    return static_cast<int>(std::clamp<std::int64_t>(number(from, key), 0, 1000));
}

void recall_overhaul(Ladder& ladder, const json::object& value) {
    const std::string overhaul = text(value, "overhaul");
    ladder.next = text(value, "next");
    ladder.begun = flag(value, "begun");
    if (overhaul == "restart") ladder.overhaul = Overhaul::restart;
    if (overhaul == "relocate" && !ladder.next.empty()) ladder.overhaul = Overhaul::relocate;
}

}  // namespace

json::object memory_of(const World& w) {
    const Ladder& ladder = w.ladder;
    json::object value;
    if (!ladder.window.failures().empty()) value["failures"] = times_of(ladder.window);
    if (!ladder.provider.empty()) value["provider"] = ladder.provider;
    if (!ladder.tried.empty()) value["tried"] = array_of(ladder.tried);
    if (ladder.given_up > 0) value["given_up"] = ladder.given_up;
    if (ladder.retry_at)
        value["retry_at"] = w.now.wall.ms + (*ladder.retry_at - w.now.mono).count();
    if (ladder.overhaul == Overhaul::none) return value;
    value["overhaul"] = ladder.overhaul == Overhaul::restart ? "restart" : "relocate";
    if (!ladder.next.empty()) value["next"] = ladder.next;
    if (ladder.begun) value["begun"] = true;
    return value;
}

void recall_ladder(World& w, const json::object& value) {
    Ladder& ladder = w.ladder;
    ladder.window.restore(times(value));
    ladder.provider = text(value, "provider");
    ladder.tried = names(value, "tried");
    ladder.given_up = small_number(value, "given_up");
    recall_overhaul(ladder, value);
    if (!value.contains("retry_at")) return;
    const Millis left{number(value, "retry_at") - w.now.wall.ms};
    ladder.retry_at = w.now.mono + std::clamp(left, Millis{0}, longest_give_up);
    w.timers.set({TimerKind::retry, 0}, *ladder.retry_at);
}

void add_memory(json::object& to, const AssemblyUnit& a) {
    if (a.boots_failed > 0) to["boots_failed"] = a.boots_failed;
    if (a.held) to["held"] = true;
    if (!a.restart_by.empty()) to["restart_by"] = a.restart_by;
    if (!a.left_at.empty()) to["left_at"] = array_of(a.left_at);
    if (a.life.renews()) to["renew"] = true;
    if (a.held_outside) to["held_outside"] = true;
    const bool lost = a.life.state() == Life::State::fencing ||
                      a.life.state() == Life::State::unfenced || a.unclean;
    if (lost && a.state == AssemblyState::maintenance) to["unclean"] = true;
}

void recall_ladder(AssemblyUnit& a, const json::object& value) {
    a.boots_failed = small_number(value, "boots_failed");
    a.held = flag(value, "held");
    a.restart_by = text(value, "restart_by");
    a.left_at = names(value, "left_at");
    if (flag(value, "renew")) a.life.renew();
    a.unclean = flag(value, "unclean");
    // Its provider is asked anew whether it still is; that it was stopped was not our doing.
    if (flag(value, "held_outside")) a.proven_down = false;
}

}  // namespace cpe::deployment
