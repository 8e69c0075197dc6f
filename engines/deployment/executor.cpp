#include "engines/deployment/executor.hpp"

#include <tuple>
#include <utility>

namespace cpe::deployment {

bool Executor::Pending::operator<(const Pending& other) const {
    return std::tuple(-priority, synapse, action) <
           std::tuple(-other.priority, other.synapse, other.action);
}

Executor::Executor(TransitionGraph graph, std::pmr::memory_resource& scratch)
    : graph_(std::move(graph)),
      actions_(&scratch),
      by_id_(&scratch),
      inputs_left_(&scratch),
      of_(&scratch),
      ready_(&scratch) {
    for (const Synapse& synapse : graph_.synapses) {
        auto& own = of_.emplace_back();
        for (const GraphAction& action : synapse.actions) {
            by_id_.emplace(action.id, actions_.size());
            own.push_back(actions_.size());
            actions_.push_back({&action, Stage::waiting, std::pmr::vector<std::size_t>(&scratch)});
        }
    }
    for (std::size_t i = 0; i < graph_.synapses.size(); ++i) {
        // An input that no synapse brings is never confirmed: the graph comes to rest incomplete.
        const std::set<int> inputs(graph_.synapses[i].inputs.begin(),
                                   graph_.synapses[i].inputs.end());
        inputs_left_.push_back(inputs.size());
        for (const int input : inputs)
            if (const auto at = by_id_.find(input); at != by_id_.end())
                actions_[at->second].releases.push_back(i);
        if (inputs.empty()) fire(i);
    }
}

void Executor::fire(std::size_t synapse) {
    for (const std::size_t action : of_[synapse])
        ready_.insert({graph_.synapses[synapse].priority, synapse, action});
}

const GraphAction* Executor::next() {
    if (halted_ || ready_.empty()) return nullptr;
    const bool pseudo = actions_[ready_.begin()->action].action->kind == GraphAction::Kind::pseudo;
    const auto limit = static_cast<std::size_t>(graph_.batch_limit);
    if (!pseudo && graph_.batch_limit > 0 && in_flight_ >= limit) return nullptr;
    Entry& entry = actions_[ready_.begin()->action];
    ready_.erase(ready_.begin());
    entry.stage = Stage::in_flight;
    ++in_flight_;
    return entry.action;
}

void Executor::end(int action_id, Stage stage) {
    const auto at = by_id_.find(action_id);
    if (at == by_id_.end() || actions_[at->second].stage != Stage::in_flight) return;
    Entry& entry = actions_[at->second];
    entry.stage = stage;
    --in_flight_;
    if (stage != Stage::confirmed) return;
    ++confirmed_;
    for (const std::size_t synapse : entry.releases)
        if (--inputs_left_[synapse] == 0) fire(synapse);
}

void Executor::confirm(int action_id) {
    end(action_id, Stage::confirmed);
}

void Executor::fail(int action_id) {
    end(action_id, Stage::failed);
    halted_ = true;
}

bool Executor::at_rest() const {
    return in_flight_ == 0 && (halted_ || ready_.empty());
}

const GraphAction* Executor::find(int action_id) const {
    const auto at = by_id_.find(action_id);
    return at == by_id_.end() ? nullptr : actions_[at->second].action;
}

}  // namespace cpe::deployment
