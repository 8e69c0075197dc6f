// Which actions of a transition graph may be begun now (Pacemaker's rules: a synapse fires when all
// its inputs are confirmed, higher priority first, at most batch_limit in flight).
//
// Thread: its deployable's strand. Pure; its tables live in the transition's scratch arena.
#pragma once

#include <cpe/transition_graph.hpp>

#include <memory_resource>
#include <set>
#include <unordered_map>
#include <vector>

namespace cpe::deployment {

class Executor {
public:
    Executor(TransitionGraph graph, std::pmr::memory_resource& scratch);

    /// The next action to begin, now counted as in flight; nullptr when none may begin.
    const GraphAction* next();
    /// It had the expected outcome. Ids that are not in flight are ignored.
    void confirm(int action_id);
    /// It had not: what depends on it is never begun, and nothing else is either.
    void fail(int action_id);
    /// It had not, and the rest goes on: only what depends on it is never begun.
    void leave_out(int action_id) { end(action_id, Stage::failed); }
    /// Nothing new is begun from here on.
    void halt() { halted_ = true; }

    [[nodiscard]] bool halted() const { return halted_; }
    [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
    /// Every action is confirmed.
    [[nodiscard]] bool complete() const { return confirmed_ == actions_.size(); }
    /// Nothing is in flight and nothing may begin.
    [[nodiscard]] bool at_rest() const;
    [[nodiscard]] std::size_t size() const { return actions_.size(); }
    [[nodiscard]] const GraphAction* find(int action_id) const;

private:
    enum class Stage { waiting, in_flight, confirmed, failed };
    struct Entry {
        const GraphAction* action;
        Stage stage = Stage::waiting;
        std::pmr::vector<std::size_t> releases;  ///< synapses that wait for it
    };
    struct Pending {
        int priority;
        std::size_t synapse;
        std::size_t action;
        bool operator<(const Pending& other) const;
    };

    void fire(std::size_t synapse);
    void end(int action_id, Stage stage);

    TransitionGraph graph_;
    std::pmr::vector<Entry> actions_;
    std::pmr::unordered_map<int, std::size_t> by_id_;
    std::pmr::vector<std::size_t> inputs_left_;           ///< of each synapse
    std::pmr::vector<std::pmr::vector<std::size_t>> of_;  ///< actions of each synapse
    std::pmr::set<Pending> ready_;
    std::size_t in_flight_ = 0;
    std::size_t confirmed_ = 0;
    bool halted_ = false;
};

}  // namespace cpe::deployment
