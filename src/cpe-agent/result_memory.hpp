// Acknowledged results, kept a while so that a repeated operation id is answered and not run again.
//
// Thread: any; a pure value. Limit: the newest `limit` results.
#pragma once

#include <cpe/operation.hpp>

#include <deque>

namespace cpe::guest {

class ResultMemory {
public:
    explicit ResultMemory(std::size_t limit) : limit_(limit) {}

    void keep(OperationResult result) {
        if (find(result.id) != nullptr) return;
        results_.push_back(std::move(result));
        if (results_.size() > limit_) results_.pop_front();
    }
    [[nodiscard]] const OperationResult* find(OperationId id) const {
        for (const auto& result : results_)
            if (result.id == id) return &result;
        return nullptr;
    }

private:
    std::size_t limit_;
    std::deque<OperationResult> results_;
};

}  // namespace cpe::guest
