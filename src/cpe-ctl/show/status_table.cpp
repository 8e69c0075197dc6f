#include "src/cpe-ctl/show/tables.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <algorithm>

namespace cpe::ctl {
namespace {

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

Cell state_cell(std::string_view state) {
    return {std::string{state}, tone_of(state)};
}

Cell number_cell(std::int64_t number) {
    return {std::to_string(number), Tone::plain, true};
}

Cell age_cell(const std::optional<WallTime>& time, const Style& style) {
    return {time && time->ms != 0 ? age(*time, style.moment) : "-"};
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return or_dash(text);
}

template <class Things, class State>
std::string running_of(const Things& things, State running) {
    const auto up = std::count_if(things.begin(), things.end(),
                                  [&](const auto& thing) { return thing.state == running; });
    return std::to_string(up) + "/" + std::to_string(things.size());
}

/// What a person who is paged must see first: nothing is being repaired, why, and till when.
std::string brake_line(const DeployableStatus& deployable, const Style& style) {
    const auto& brake = deployable.brake;
    if (!brake) return {};
    return "  " + painted("brake", Tone::bad, style.colour) + " on since " +
           time_and_age(brake.since, style.moment) + ", lets go " + age(brake.until, style.moment) +
           ": " + clean(brake.reason) + "\n  (cpe-ctl deployable release " +
           clean(deployable.key.name) + " lets it go on now)\n";
}

std::string headline(const DeployableStatus& deployable, const Style& style) {
    const auto state = name_of(deployable.state);
    return clean(deployable.key.name) + ": " + painted(state, tone_of(state), style.colour) +
           " since " + time_and_age(deployable.since, style.moment) + "\n" +
           brake_line(deployable, style);
}

/// "a, b"; of a promotable service "a (promoted), b".
std::string places(const ServiceStatus& service) {
    std::vector<std::string> names = service.assemblies;
    for (auto& name : names)
        if (std::find(service.promoted.begin(), service.promoted.end(), name) !=
            service.promoted.end())
            name += " (promoted)";
    return listed(names);
}

std::string services(const DeployableStatus& deployable, const Style& style, bool full) {
    std::vector<std::string> head{"SERVICE", "STATE", "ON", "LAST CHECKED", "FAILURES", "SINCE"};
    if (full) head.emplace_back("RESOURCE");
    Table table(head);
    for (const auto& service : deployable.services) {
        std::vector<Cell> row{{service.name},
                              state_cell(name_of(service.state)),
                              {places(service)},
                              age_cell(service.last_checked, style),
                              number_cell(service.failures),
                              {time_and_age(service.since, style.moment)}};
        if (full) row.push_back({service.resource});
        table.add(std::move(row));
    }
    return table.empty() ? "" : table.print("  ", style.colour);
}

std::string assemblies(const DeployableStatus& deployable, const Style& style) {
    Table table({"ASSEMBLY", "STATE", "ADDRESS", "HEARTBEAT", "SINCE"});
    for (const auto& assembly : deployable.assemblies)
        table.add({{assembly.name},
                   state_cell(name_of(assembly.state)),
                   {or_dash(assembly.address)},
                   age_cell(assembly.heartbeat, style),
                   {time_and_age(assembly.since, style.moment)}});
    return table.empty() ? "" : table.print("  ", style.colour);
}

std::string full_assemblies(const DeployableStatus& deployable, const Style& style) {
    Table table({"ASSEMBLY", "STATE", "ADDRESS", "PROVIDER", "INSTANCE", "INSTANCE STATE",
                 "CHANNEL", "HEARTBEAT", "SINCE", "UUID"});
    for (const auto& assembly : deployable.assemblies)
        table.add({{assembly.name},
                   state_cell(name_of(assembly.state)),
                   {or_dash(assembly.address)},
                   {or_dash(assembly.provider)},
                   {or_dash(assembly.instance)},
                   {std::string{name_of(assembly.instance_state)}},
                   {or_dash(assembly.channel)},
                   age_cell(assembly.heartbeat, style),
                   {time_and_age(assembly.since, style.moment)},
                   {assembly.uuid}});
    return table.empty() ? "" : table.print("  ", style.colour);
}

/// Below the assemblies: why those that do not run do not.
std::string troubles(const DeployableStatus& deployable) {
    std::string lines;
    for (const auto& assembly : deployable.assemblies)
        if (!assembly.reason.empty())
            lines += "  " + clean(assembly.name) + ": " + clean(assembly.reason) + "\n";
    return lines;
}

std::string parted(const std::string& first, const std::string& second) {
    return first + (first.empty() || second.empty() ? "" : "\n") + second;
}

}  // namespace

Tone tone_of(std::string_view state) {
    constexpr std::string_view bad[] = {"failed", "unrecoverable", "degraded", "quarantined",
                                        "error"};
    constexpr std::string_view busy[] = {"starting", "stopping",   "pending",     "booting",
                                         "fencing",  "recovering", "maintenance", "unknown"};
    if (state == "running" || state == "complete") return Tone::good;
    if (std::find(std::begin(bad), std::end(bad), state) != std::end(bad)) return Tone::bad;
    if (std::find(std::begin(busy), std::end(busy), state) != std::end(busy)) return Tone::busy;
    return Tone::plain;
}

std::string list_table(std::span<const DeployableStatus> deployables, const Style& style) {
    Table table({"NAME", "STATE", "ASSEMBLIES", "SERVICES", "SINCE"});
    for (const auto& deployable : deployables)
        table.add({{deployable.key.name},
                   state_cell(name_of(deployable.state)),
                   {running_of(deployable.assemblies, AssemblyState::running), Tone::plain, true},
                   {running_of(deployable.services, ServiceState::running), Tone::plain, true},
                   {time_and_age(deployable.since, style.moment)}});
    return table.print("", style.colour);
}

std::string status_table(std::span<const DeployableStatus> deployables, const Style& style) {
    if (deployables.empty()) return "There is no deployable.\n";
    std::string text;
    for (const auto& deployable : deployables)
        text += (text.empty() ? "" : "\n") + headline(deployable, style) +
                parted(assemblies(deployable, style) + troubles(deployable),
                       services(deployable, style, false));
    return text;
}

std::string show_table(const DeployableStatus& deployable, const Style& style) {
    const auto transition = deployable.transition.value;
    return headline(deployable, style) + "  uuid " + clean(deployable.uuid) + ", tenant " +
           clean(deployable.key.tenant) + ", transition " +
           (transition == 0 ? "none" : std::to_string(transition)) + ", memory " +
           std::to_string((deployable.memory + 1023) / 1024) + " KiB\n\n" +
           parted(full_assemblies(deployable, style) + troubles(deployable),
                  services(deployable, style, true));
}

}  // namespace cpe::ctl
