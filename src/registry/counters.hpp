// The numbers of transitions and operations: unique over all deployables and restarts.
//
// Thread: the loop thread.
#pragma once

#include <cpe/ids.hpp>

namespace cpe::registry {

class Counters final : public IdSource {
public:
    /// The greatest numbers that the store holds.
    void seed(TransitionId transition, OperationId operation) {
        transition_ = transition.value;
        operation_ = operation.value;
    }
    TransitionId next_transition() override { return {++transition_}; }
    OperationId next_operation() override { return {++operation_}; }

private:
    std::uint64_t transition_ = 0;
    std::uint64_t operation_ = 0;
};

}  // namespace cpe::registry
