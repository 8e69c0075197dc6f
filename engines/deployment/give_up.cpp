#include "engines/deployment/give_up.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/membership.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace cpe::deployment {
namespace {

constexpr TimerId retry_timer{TimerKind::retry, 0};
/// 1 min doubled so often is over the longest pause.
constexpr int doublings_at_most = 6;

/// FNV-1a 64 with a last mix, so that its low digits differ where names hardly do.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdULL;
    return hash ^ (hash >> 33U);
}

}  // namespace

Millis give_up_pause(const World& w, int count) {
    const int doublings = std::clamp(count, 0, doublings_at_most);
    const Millis pause = std::min(shortest_give_up * (1 << doublings), longest_give_up);
    const std::uint64_t drawn = digest(w.settings.transition_uuid + "/" + w.key.tenant + "/" +
                                       w.key.name + "/" + std::to_string(count));
    const Millis half = pause / 2;
    return pause -
           Millis{static_cast<std::int64_t>(drawn % static_cast<std::uint64_t>(half.count() + 1))};
}

void give_up(World& w, AssemblyUnit& a, const std::string& cause, boost::json::object detail) {
    auto& ladder = w.ladder;
    a.held = a.remember = true;
    if (!ladder.retry_at) {
        ladder.retry_at = w.now.mono + give_up_pause(w, ladder.given_up++);
        w.timers.set(retry_timer, *ladder.retry_at);
        w.remember = true;
    }
    const auto seconds = (*ladder.retry_at - w.now.mono).count() / 1000;
    detail["rung"] = "give_up";
    detail["given_up"] = ladder.given_up;
    detail["retry_in_ms"] = (*ladder.retry_at - w.now.mono).count();
    w.journal.tell("escalation", {std::string(a.model->name), {}}, "give_up",
                   cause + "; nothing is left to try: next try in " + std::to_string(seconds) +
                       " s, or at once by cpe-ctl deployable start " + w.key.name,
                   boost::json::serialize(detail));
}

bool try_again(World& w, const std::string& why) {
    if (!w.ladder.retry_at) return false;
    w.ladder.retry_at.reset();
    w.ladder.tried.clear();
    w.remember = w.touched = true;
    w.timers.clear(retry_timer);
    if (w.why.empty()) w.why = why;
    for (AssemblyUnit& a : w.assemblies) {
        if (!a.held) continue;
        a.held = false;
        a.not_before.reset();
        a.remember = true;
        drive(w, a, Life::Input::wish);
    }
    return true;
}

void no_longer_held(World& w, AssemblyUnit& a) {
    if (!a.held) return;
    a.held = false;
    a.remember = true;
    if (std::none_of(w.assemblies.begin(), w.assemblies.end(),
                     [](const AssemblyUnit& other) { return other.held; }))
        try_again(w, "assembly " + std::string(a.model->name) + " answers again");
}

}  // namespace cpe::deployment
