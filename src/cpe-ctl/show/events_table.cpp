#include "src/cpe-ctl/show/tables.hpp"
#include "src/cpe-ctl/text/clean.hpp"

namespace cpe::ctl {
namespace {

/// What an event is of: "web", "web/httpd", or nothing for the deployable itself.
std::string subject(const EventRecord& event) {
    if (event.service.empty()) return event.assembly;
    return event.assembly.empty() ? event.service : event.assembly + "/" + event.service;
}

}  // namespace

std::string events_table(std::span<const StoredEvent> events, const Style& style) {
    Table table({"ID", "TIME", "DEPLOYABLE", "OF", "KIND", "STATE", "REASON"});
    for (const auto& stored : events) {
        const auto& event = stored.event;
        table.add({{std::to_string(stored.id.value), Tone::plain, true},
                   {time_and_age(event.at, style.moment)},
                   {stored.key.name},
                   {subject(event)},
                   {event.kind},
                   {event.state, tone_of(event.state)},
                   {event.reason}});
    }
    return table.print("", style.colour);
}

std::string event_line(const StoredEvent& stored, const Style& style) {
    const auto& event = stored.event;
    std::string line = "#" + std::to_string(stored.id.value) + "  " +
                       local_time(event.at, style.moment) + "  " + clean(stored.key.name);
    const auto of = clean(subject(event));
    if (!of.empty()) line += "  " + of;
    line += "  " + clean(event.kind);
    if (!event.state.empty())
        line += "  " + painted(clean(event.state), tone_of(event.state), style.colour);
    if (!event.reason.empty()) line += "  " + clean(event.reason);
    return line + "\n";
}

}  // namespace cpe::ctl
