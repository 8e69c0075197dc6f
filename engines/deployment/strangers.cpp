#include "engines/deployment/strangers.hpp"

#include <algorithm>
#include <utility>

namespace cpe::deployment {
namespace {

void tell_disproved(World& w, const AssemblyUnit& a, const std::string& boot_id) {
    w.journal.tell("fencing", {std::string(a.model->name), {}}, "disproved",
                   "a machine that was proven to be down speaks in its name (boot id " + boot_id +
                       "); it is not let in, and what runs there may run twice: make sure that it "
                       "is down");
}

void tell_stranger(World& w, const AssemblyUnit& a, const event::GuestStranger& event) {
    if (is_buried(a, event.boot_id)) return tell_disproved(w, a, event.boot_id);
    w.journal.tell("login", {event.assembly, {}}, "refused",
                   event.reason + " (boot id " + event.boot_id + " is not let in)");
}

/// What it said may have been under way for long: only who tries again is certain to be there. True
/// for the second time, and then no more.
bool is_certain(AssemblyUnit& a, const std::string& boot_id) {
    auto& known = a.strangers;
    const auto at = std::find_if(known.begin(), known.end(),
                                 [&](const auto& each) { return each.first == boot_id; });
    if (at != known.end()) return ++at->second == 2;
    if (known.size() >= most_strangers) known.erase(known.begin());
    known.emplace_back(boot_id, 1);
    return false;
}

}  // namespace

void bury(AssemblyUnit& a) {
    const std::string boot_id = std::exchange(a.boot_id, {});
    a.remember = true;
    if (boot_id.empty() || is_buried(a, boot_id)) return;
    if (a.dead_boots.size() >= most_dead_boots) a.dead_boots.erase(a.dead_boots.begin());
    a.dead_boots.push_back(boot_id);
    a.peer_outdated = true;
}

bool is_buried(const AssemblyUnit& a, const std::string& boot_id) {
    return std::find(a.dead_boots.begin(), a.dead_boots.end(), boot_id) != a.dead_boots.end();
}

void heard_of_the_dead(World& w, AssemblyUnit& a) {
    if (is_certain(a, a.dead_voice)) tell_disproved(w, a, a.dead_voice);
}

void on_guest_stranger(World& w, const event::GuestStranger& event) {
    AssemblyUnit* a = w.find_assembly(event.assembly);
    if (a && is_certain(*a, event.boot_id)) tell_stranger(w, *a, event);
}

}  // namespace cpe::deployment
