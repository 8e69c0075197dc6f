#include "src/cpe-ctl/simulate/rounds.hpp"

#include "engines/translate/simulated_status.hpp"
#include "src/cpe-ctl/simulate/carry_out.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ctl {
namespace {

/// Pseudo events change no status: what asks for nothing else would be asked for again for ever.
bool has_work(const TransitionGraph& graph) {
    return std::any_of(graph.synapses.begin(), graph.synapses.end(), [](const Synapse& synapse) {
        return std::any_of(synapse.actions.begin(), synapse.actions.end(), [](const auto& action) {
            return action.kind != GraphAction::Kind::pseudo;
        });
    });
}

Error stuck(const CarriedOut& done) {
    return {Errc::refused,
            "the plan can never complete: " + std::to_string(done.stuck.size()) +
                " actions wait for each other, or for what is not planned",
            done.stuck.front()->operation_key, "look at the order constraints"};
}

/// What the next question is asked with.
Result<std::string> status_after(const policy::Simulated& before, const Round& round) {
    auto status = translate::SimulatedStatus::read(before.cib);
    if (!status) return status.error();
    for (const auto& action : round.actions) status->succeeded(action, before.now);
    return status->text();
}

class Rounds {
public:
    Rounds(policy::SimulationRequest request, bool execute, const Ask& ask)
        : request_(std::move(request)), execute_(execute), ask_(ask) {
        request_.return_cib = execute;
    }

    Simulation run() && {
        while (!result_.error && !result_.at_rest && result_.rounds.size() < most()) next();
        if (execute_ && !result_.error && !result_.at_rest) look_whether_at_rest();
        return std::move(result_);
    }

private:
    [[nodiscard]] std::size_t most() const { return execute_ ? max_simulated_transitions : 1; }

    void fail(Error error) {
        if (!result_.rounds.empty()) {
            const auto transition = "transition " + std::to_string(result_.rounds.size() + 1);
            error.where = transition + (error.where.empty() ? "" : ", " + error.where);
        }
        result_.error = std::move(error);
    }

    void next() {
        const auto plan = ask_(request_);
        if (!plan) return fail(plan.error());
        if (result_.rounds.empty()) result_.graph_xml = plan->graph_xml;
        result_.now = plan->now;
        result_.recheck_by = plan->graph.recheck_by;
        const bool work = has_work(plan->graph);
        // The first is shown in any case, with its pseudo events and with what cannot be done.
        if (work || result_.rounds.empty()) carry_out_plan(*plan);
        result_.at_rest = execute_ && !work && !result_.error;
    }

    void carry_out_plan(const policy::Simulated& plan) {
        const auto done = carry_out(plan.graph);
        Round round{plan.changes, {}};
        for (const auto* action : done.actions) round.actions.push_back(*action);
        if (!done.stuck.empty()) fail(stuck(done));
        if (execute_ && !result_.error) {
            auto cib = status_after(plan, round);
            if (cib)
                request_.cib = std::move(*cib);
            else
                fail(cib.error());
        }
        result_.rounds.push_back(std::move(round));
    }

    /// After the last transition that is allowed.
    void look_whether_at_rest() {
        const auto plan = ask_(request_);
        if (!plan) return fail(plan.error());
        result_.at_rest = !has_work(plan->graph);
        if (result_.at_rest) return;
        result_.error = Error{Errc::refused,
                              "it does not come to rest: something is left to do after " +
                                  std::to_string(result_.rounds.size()) + " transitions",
                              "", "look at what the last ones repeat"};
    }

    policy::SimulationRequest request_;
    bool execute_;
    const Ask& ask_;
    Simulation result_;
};

}  // namespace

Simulation simulate(policy::SimulationRequest request, bool execute, const Ask& ask) {
    return Rounds(std::move(request), execute, ask).run();
}

}  // namespace cpe::ctl
