#include "src/cpe-ctl/show/plan.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <map>

namespace cpe::ctl {
namespace {

Tone tone_of_change(const policy::Change& change) {
    if (change.blocked || change.what == "fence") return Tone::bad;
    if (change.what == "start" || change.what == "promote") return Tone::good;
    return Tone::busy;
}

std::string why(const policy::Change& change) {
    if (!change.blocked || change.what == "nothing") return change.why;
    return change.why.empty() ? "blocked" : "blocked: " + change.why;
}

std::string changes_table(const Round& round, const Style& style, std::string_view margin) {
    Table table({"WHAT", "NAME", "WHERE", "WHY"});
    for (const auto& change : round.changes)
        table.add({{change.what, tone_of_change(change)},
                   {change.subject},
                   {change.where},
                   {why(change)}});
    return table.empty() ? std::string{} : table.print(margin, style.colour);
}

std::string every(const GraphAction& action) {
    const auto ms = action.interval.count();
    if (ms == 0) return "";
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

std::string actions_table(const Round& round, const Style& style) {
    Table table({"#", "KIND", "OPERATION", "EVERY", "RESOURCE", "NODE"});
    std::size_t number = 0;
    for (const auto& action : round.actions)
        table.add({{std::to_string(++number), Tone::faint, true},
                   {kind_of(action)},
                   {action.operation},
                   {every(action), Tone::plain, true},
                   {action.resource},
                   {action.node}});
    return table.empty() ? std::string{} : table.print("  ", style.colour);
}

/// "12 actions (8 rsc, 3 pseudo, 1 fence)"
std::string counted(const Round& round) {
    std::map<std::string_view, std::size_t> kinds;
    for (const auto& action : round.actions) ++kinds[kind_of(action)];
    std::string parts;
    for (const auto* kind : {"rsc", "pseudo", "fence"})
        if (kinds[kind] > 0)
            parts += (parts.empty() ? "" : ", ") + std::to_string(kinds[kind]) + " " + kind;
    const auto count = round.actions.size();
    if (count == 0) return "no actions";
    return std::to_string(count) + (count == 1 ? " action" : " actions") + " (" + parts + ")";
}

std::string executed_rounds(const Simulation& simulation, const Style& style) {
    std::string text;
    std::size_t number = 0;
    for (const auto& round : simulation.rounds) {
        text += "Transition " + std::to_string(++number) + ": " + counted(round) + "\n";
        text += changes_table(round, style, "  ");
        if (!round.changes.empty() && !round.actions.empty()) text += "\n";
        text += actions_table(round, style) + "\n";
    }
    const auto count = simulation.rounds.size();
    if (!simulation.at_rest) return text;
    return text + "At rest after " + std::to_string(count) +
           (count == 1 ? " transition.\n" : " transitions.\n");
}

}  // namespace

std::string plan_table(const Simulation& simulation, bool executed,
                       std::span<const std::string> complaints, const Style& style) {
    std::string text;
    for (const auto& complaint : complaints) text += "warning: " + clean(complaint) + "\n";
    text += "As of " + local_time(simulation.now, style.moment) + ":\n";
    if (executed) {
        text += executed_rounds(simulation, style);
    } else {
        const auto& round = simulation.rounds.front();
        text += changes_table(round, style, "") + counted(round) + "\n";
    }
    if (simulation.recheck_by)
        text += "To be asked again at " + local_time(*simulation.recheck_by, style.moment) + ".\n";
    return text;
}

}  // namespace cpe::ctl
