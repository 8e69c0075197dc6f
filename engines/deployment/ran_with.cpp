#include "engines/deployment/ran_with.hpp"

#include "engines/deployment/cib_input.hpp"
#include "engines/deployment/world.hpp"

#include <string_view>

namespace cpe::deployment {
namespace {

/// Never begun here, or stopped, or looked for in vain: there is nothing to be kept.
bool may_run_there(const World& w, const Placement& p) {
    const bool begun = !p.start_digest.empty() || p.state == ServiceState::starting;
    return begun && p.may_run && !w.home_of(p).proven_down;
}

}  // namespace

RanWith would_run_with(const World& w, const Service& model) {
    RanWith with(w.arena);
    with.agent_class = model.agent_class;
    with.provider = model.provider;
    with.type = model.type;
    with.parameters.reserve(model.parameters.size());
    for (const Parameter& parameter : model.parameters) {
        const auto* text = std::get_if<Text>(&parameter.value);
        const auto value =
            text ? std::string_view(*text) : resolve(w, std::get<Reference>(parameter.value));
        if (text || !value.empty()) with.parameters.emplace_back(parameter.name, value);
    }
    return with;
}

void keep_what_runs(World& w, ServiceUnit& s) {
    for (Placement& p : s.placements) {
        if (p.ran_with || !may_run_there(w, p)) continue;
        p.ran_with.emplace(would_run_with(w, *s.model));
        s.remember = true;
    }
    if (!w.transition) return;
    for (Operation& op : w.transition->operations)
        if (op.service == w.index_of(s)) op.outdated = true;
}

void drop_what_is_same(World& w, ServiceUnit& s) {
    for (Placement& p : s.placements)
        if (p.ran_with && *p.ran_with == would_run_with(w, *s.model)) forget_ran_with(w, p);
}

void forget_ran_with(World& w, Placement& p) {
    if (!p.ran_with) return;
    p.ran_with.reset();
    w.service_of(p).remember = true;
}

}  // namespace cpe::deployment
