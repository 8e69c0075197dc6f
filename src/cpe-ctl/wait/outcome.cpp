#include "src/cpe-ctl/wait/outcome.hpp"

namespace cpe::ctl {
namespace {

constexpr std::size_t most_named = 10;

bool waits_for_somebody(DeployableState state) {
    return state == DeployableState::degraded || state == DeployableState::quarantined ||
           state == DeployableState::unrecoverable;
}

class Names {
public:
    void add(const std::string& kind, const std::string& name, std::string_view state) {
        if (++count_ > most_named) return;
        text_ += (text_.empty() ? "" : "; ") + kind + " " + name + " is " + std::string{state};
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

}  // namespace

Verdict judge(Goal goal, const Seen& before, const Seen& now) {
    if (!now) return goal == Goal::gone ? Verdict::reached : Verdict::failed;
    const bool reached = (goal == Goal::running && now->state == DeployableState::running) ||
                         (goal == Goal::stopped && now->state == DeployableState::stopped);
    if (reached) return Verdict::reached;
    if (now->state == DeployableState::quarantined) return Verdict::failed;
    if (goal != Goal::running || !waits_for_somebody(now->state)) return Verdict::pending;
    const bool old = before && before->state == now->state && before->since == now->since;
    return old ? Verdict::pending : Verdict::failed;
}

std::string missing(Goal goal, const Seen& now) {
    if (!now) return "there is no such deployable any more";
    const auto assembly_goal =
        goal == Goal::running ? AssemblyState::running : AssemblyState::stopped;
    const auto service_goal = goal == Goal::running ? ServiceState::running : ServiceState::stopped;
    Names names;
    for (const auto& assembly : now->assemblies)
        if (assembly.state != assembly_goal)
            names.add("assembly", assembly.name, name_of(assembly.state));
    for (const auto& service : now->services)
        if (service.state != service_goal)
            names.add("service", service.name, name_of(service.state));
    const auto parts = names.text();
    const auto whole = "it is " + std::string{name_of(now->state)};
    return parts.empty() ? whole : whole + ": " + parts;
}

}  // namespace cpe::ctl
