#include "engines/deployment/punctuality.hpp"

#include "engines/deployment/transition.hpp"

#include <string>

namespace cpe::deployment {

void forgive(World& w, Millis span) {
    w.note(LogLevel::warning, "this daemon stood still for " + std::to_string(span.count()) +
                                  " ms; what was due meanwhile is waited for anew");
    for (AssemblyUnit& a : w.assemblies) {
        if (a.life.state() == Life::State::member) a.heard = w.now.mono;
        a.differs_since.reset();
        a.silent_since += span;  // nobody was listened to
        a.boot_limit += span;
    }
    w.timers.postpone(TimerKind::life, span);
    for (AssemblyUnit& a : w.assemblies)
        for (KnownAgent& agent : a.agents) agent.limit += span;
    if (!w.transition) return;
    for (Operation& op : w.transition->operations) op.limit += span;
    arm_operations(w);
}

}  // namespace cpe::deployment
