// What a store would hold of one deployable.
#pragma once

#include <cpe/records.hpp>

#include <map>
#include <string>
#include <vector>

namespace cpe::test {

struct FakeStore {
    StoredDeployable stored;
    std::vector<EventRecord> events;
    std::map<std::uint64_t, ActionRecord> actions;
    std::vector<ActionRecord> action_order;  ///< in the order of their beginning, final state
    std::map<std::uint64_t, TransitionRecord> transitions;
    std::map<std::string, std::string> memory;
    std::size_t commits = 0;
    bool gone = false;

    void commit(const PersistBatch& batch) {
        ++commits;
        events.insert(events.end(), batch.events.begin(), batch.events.end());
        for (const auto& row : batch.actions) actions[row.id.value] = row;
        for (const auto& row : batch.transitions) {
            auto& known = transitions[row.id.value];
            const std::string input = row.input.empty() ? known.input : row.input;
            known = row;
            known.input = input;
        }
        for (const auto& row : batch.memory) memory[row.key] = row.value;
        if (batch.status) stored.status = batch.status;
        if (batch.wanted) stored.wanted = *batch.wanted;
        if (batch.deleting) stored.deleting = *batch.deleting;
        if (batch.document) stored.document = *batch.document;
        gone = gone || batch.gone;
    }

    /// As after a restart of cped.
    [[nodiscard]] StoredDeployable load() const {
        StoredDeployable loaded = stored;
        for (const auto& [key, value] : memory)
            if (!value.empty()) loaded.memory.push_back({key, value});
        for (const auto& [id, row] : actions)
            if (row.status == ActionStatus::pending) loaded.pending.push_back(row);
        for (const auto& [id, row] : transitions)
            if (row.status == "running") {
                loaded.running.push_back(row);
                loaded.running.back().input.clear();
            }
        return loaded;
    }
};

}  // namespace cpe::test
