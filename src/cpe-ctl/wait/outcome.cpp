#include "src/cpe-ctl/wait/outcome.hpp"

#include "src/cpe-ctl/text/clean.hpp"

namespace cpe::ctl {
namespace {

constexpr std::size_t most_named = 10;

bool waits_for_somebody(DeployableState state) {
    return state == DeployableState::degraded || state == DeployableState::quarantined ||
           state == DeployableState::unrecoverable;
}

class Names {
public:
    void add(const std::string& kind, const std::string& name, std::string_view state,
             const std::string& reason = {}) {
        if (++count_ > most_named) return;
        text_ += (text_.empty() ? "" : "; ") + kind + " " + name + " is " + std::string{state};
        if (!reason.empty()) text_ += " (" + clean(reason) + ")";
    }

    [[nodiscard]] std::string text() const {
        return count_ > most_named
                   ? text_ + "; and " + std::to_string(count_ - most_named) + " more"
                   : text_;
    }

private:
    std::string text_;
    std::size_t count_ = 0;
};

const AssemblyStatus* assembly_in(const Seen& seen, const std::string& name) {
    if (!seen) return nullptr;
    for (const auto& assembly : seen->assemblies)
        if (assembly.name == name) return &assembly;
    return nullptr;
}

/// One that ran before is to be seen running since a later time.
Verdict judge_assembly(const std::string& name, const Seen& before, const Seen& now) {
    const auto* is = assembly_in(now, name);
    if (!is || now->state == DeployableState::quarantined) return Verdict::failed;
    const auto* was = assembly_in(before, name);
    const bool old = was && was->state == is->state && was->since == is->since;
    if (old) return Verdict::pending;
    if (is->state == AssemblyState::running) return Verdict::reached;
    const bool stopped =
        now->state == DeployableState::stopping || now->state == DeployableState::stopped;
    return stopped || is->state == AssemblyState::unrecoverable ? Verdict::failed
                                                                : Verdict::pending;
}

Verdict judge_settled(const DeployableStatus& now) {
    if (waits_for_somebody(now.state)) return Verdict::failed;
    const bool at_rest =
        now.state == DeployableState::running || now.state == DeployableState::stopped;
    return at_rest && !now.transition ? Verdict::reached : Verdict::pending;
}

}  // namespace

Verdict judge(const Aim& aim, const Seen& before, const Seen& now) {
    const Goal goal = aim.goal;
    if (!now) return goal == Goal::gone ? Verdict::reached : Verdict::failed;
    if (!aim.assembly.empty()) return judge_assembly(aim.assembly, before, now);
    if (goal == Goal::settled) return judge_settled(*now);
    const bool reached = (goal == Goal::running && now->state == DeployableState::running) ||
                         (goal == Goal::stopped && now->state == DeployableState::stopped);
    if (reached) return Verdict::reached;
    if (now->state == DeployableState::quarantined) return Verdict::failed;
    if (goal != Goal::running || !waits_for_somebody(now->state)) return Verdict::pending;
    const bool old = before && before->state == now->state && before->since == now->since;
    return old ? Verdict::pending : Verdict::failed;
}

std::string missing(const Aim& aim, const Seen& now) {
    if (!now) return "there is no such deployable any more";
    if (!aim.assembly.empty()) {
        const auto* assembly = assembly_in(now, aim.assembly);
        if (!assembly) return "there is no such assembly any more";
        const auto state = "it is " + std::string{name_of(assembly->state)};
        return assembly->reason.empty() ? state : state + " (" + clean(assembly->reason) + ")";
    }
    // What has settled as stopped is not missed by anybody.
    const Goal goal = aim.goal == Goal::settled ? Goal::running : aim.goal;
    const auto assembly_goal =
        goal == Goal::running ? AssemblyState::running : AssemblyState::stopped;
    const auto service_goal = goal == Goal::running ? ServiceState::running : ServiceState::stopped;
    Names names;
    for (const auto& assembly : now->assemblies)
        if (assembly.state != assembly_goal)
            names.add("assembly", assembly.name, name_of(assembly.state), assembly.reason);
    for (const auto& service : now->services)
        if (service.state != service_goal)
            names.add("service", service.name, name_of(service.state));
    const auto parts = names.text();
    const auto whole = "it is " + std::string{name_of(now->state)};
    return parts.empty() ? whole : whole + ": " + parts;
}

}  // namespace cpe::ctl
