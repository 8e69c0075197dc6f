#include "engines/deployment/watches.hpp"

#include "engines/deployment/membership.hpp"
#include "engines/deployment/operations.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/deployment/ticks.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace cpe::deployment {
namespace {

/// So many reschedulings without a good heartbeat between, then the guest itself is taken for ill.
constexpr int strikes_until_restart = 3;

void rehash(World& w, AssemblyUnit& a) {
    std::vector<MonitorEntry> table;
    w.each_placement(a, [&](const Placement& p) {
        for (const Watch& watch : p.watches)
            table.push_back({std::string(w.service_of(p).model->resource), watch.interval,
                             std::string(watch.digest), 0});
    });
    a.watch_hash = hash_of_monitors(std::move(table));
    a.differs_since.reset();
}

bool lists(const GuestHello& hello, const Service& model, const Watch& watch) {
    return std::any_of(hello.monitors.begin(), hello.monitors.end(), [&](const auto& row) {
        return row.resource == std::string_view(model.resource) && row.interval == watch.interval &&
               row.digest == std::string_view(watch.digest);
    });
}

bool believes(const Placement& p, const MonitorEntry& row) {
    return std::any_of(p.watches.begin(), p.watches.end(), [&](const Watch& watch) {
        return watch.interval == row.interval && row.digest == std::string_view(watch.digest);
    });
}

bool is_on_its_way(const World& w, const AssemblyUnit& a, const MonitorEntry& row) {
    if (!w.transition) return false;
    const auto& operations = w.transition->operations;
    return std::any_of(operations.begin(), operations.end(), [&](const Operation& op) {
        return op.assembly == w.index_of(a) && op.row.resource == row.resource &&
               op.interval == row.interval;
    });
}

void cancel(World& w, const AssemblyUnit& a, const std::string& resource, Millis interval) {
    w.journal.act(effect::CancelMonitor{std::string(a.model->name), resource, interval});
}

/// All its monitors leave the history and the guest's table, and are scheduled anew.
void reschedule(World& w, AssemblyUnit& a, const std::string& why) {
    ++a.strikes;
    const std::string name(a.model->name);
    if (a.strikes > strikes_until_restart && !in_maintenance(w, a)) {
        suspect(w, a);
        return lose(w, a, "its monitors cannot be relied on: " + why, Counted::yes);
    }
    w.journal.tell("monitors", {name, {}}, {}, why + "; all its monitors are scheduled anew");
    w.each_placement(a, [&](Placement& p) {
        const Service& model = *w.service_of(p).model;
        for (const Watch& watch : p.watches)
            cancel(w, a, std::string(model.resource), watch.interval);
        if (p.watches.empty() && model.monitor_interval)
            cancel(w, a, std::string(model.resource), *model.monitor_interval);
        p.watches.clear();
        a.history.forget_monitors(p.service);
    });
    rehash(w, a);
    interrupt(w, "monitors of assembly " + name + " are scheduled anew");
}

Millis longest_wait(const World& w, const AssemblyUnit& a) {
    Millis longest{0};
    w.each_placement(a, [&](const Placement& p) {
        for (const Watch& watch : p.watches)
            longest = std::max(longest, watch.interval + watch.timeout);
    });
    return longest;
}

/// True when it was dealt with.
bool check_overdue(World& w, AssemblyUnit& a, Millis overdue) {
    if (overdue == Millis{0} || (a.overdue_grace && w.now.mono < *a.overdue_grace)) return false;
    const Millis bound = longest_wait(w, a);
    if (bound == Millis{0} || overdue <= bound) return false;
    a.overdue_grace = w.now.mono + bound;
    reschedule(w, a, "a monitor is overdue by " + std::to_string(overdue.count()) + " ms");
    return true;
}

}  // namespace

void add_watch(World& w, Placement& p, Watch watch) {
    std::erase_if(p.watches, [&](const Watch& old) { return old.interval == watch.interval; });
    p.watches.push_back(std::move(watch));
    rehash(w, w.home_of(p));
}

void forget_watches(World& w, Placement& p) {
    p.watches.clear();
    rehash(w, w.home_of(p));
}

void believe_no_watch(AssemblyUnit& a) {
    a.watch_hash = hash_of_monitors({});
    a.differs_since.reset();
}

void cancel_watch(World& w, Placement& p, Millis interval) {
    AssemblyUnit& a = w.home_of(p);
    cancel(w, a, std::string(w.service_of(p).model->resource), interval);
    std::erase_if(p.watches, [&](const Watch& watch) { return watch.interval == interval; });
    a.history.forget_monitor(p.service, interval);
    rehash(w, a);
}

void compare_watches(World& w, AssemblyUnit& a, const GuestHello& hello) {
    int missing = 0;
    w.each_placement(a, [&](Placement& p) {
        std::erase_if(p.watches, [&](const Watch& watch) {
            if (lists(hello, *w.service_of(p).model, watch)) return false;
            a.history.forget_monitor(p.service, watch.interval);
            return ++missing > 0;
        });
    });
    for (const MonitorEntry& row : hello.monitors) {
        const ServiceUnit* s = w.find_service(row.resource);
        const Placement* p = s ? s->in(w.index_of(a)) : nullptr;
        if (p && believes(*p, row)) continue;
        if (!is_on_its_way(w, a, row)) cancel(w, a, row.resource, row.interval);
    }
    rehash(w, a);
    if (missing == 0) return;
    const std::string name(a.model->name);
    w.journal.tell("monitors", {name, {}}, {},
                   std::to_string(missing) +
                       " monitors do not run any more in its guest; they "
                       "are scheduled anew");
    interrupt(w, "monitors of assembly " + name + " are scheduled anew");
}

void cancel_all(World& w, const AssemblyUnit& a, const GuestHello& hello) {
    for (const MonitorEntry& row : hello.monitors) cancel(w, a, row.resource, row.interval);
}

void check_heartbeat(World& w, AssemblyUnit& a, const event::GuestHeartbeat& beat) {
    if (check_overdue(w, a, beat.oldest_overdue)) return;
    if (beat.monitors_hash == a.watch_hash || has_operations(w, a)) {
        a.differs_since.reset();
        if (beat.oldest_overdue > Millis{0} || beat.monitors_hash != a.watch_hash) return;
        a.strikes = 0;
        // Its monitors stand, and none is overdue.
        w.each_placement(a, [&](Placement& p) {
            if (!p.watches.empty()) p.checked = w.now.wall;
        });
        return;
    }
    // Heartbeats that were held up come all at once, and tell of a table that is no more.
    if (!a.differs_since) a.differs_since = w.now.mono;
    const bool lasts = w.now.mono - *a.differs_since >= w.settings.heartbeat_interval / 2;
    if (!lasts || w.ticks.wanted || w.ticks.asked) return;
    a.differs_since.reset();
    reschedule(w, a, "its guest runs other monitors than it was told to");
}

}  // namespace cpe::deployment
