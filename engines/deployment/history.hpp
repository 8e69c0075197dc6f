// What a node's agents did, kept as Pacemaker's controller would write it into <status>: one
// RESOURCE_last_0, one RESOURCE_monitor_INTERVAL for each recurring monitor that went well, one
// RESOURCE_last_failure_0, and the fail counts (facts: Pacemaker 2.1.5).
//
// Thread: its deployable's strand. Lives in the deployable's arena. Limits: at most one entry of
// each kind a resource, and two attributes for each failed (operation, interval).
#pragma once

#include <cpe/ids.hpp>
#include <cpe/model.hpp>

#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

namespace cpe::deployment {

/// pcmk_exec_status, as far as we write it.
namespace exec_status {
constexpr int done = 0;
constexpr int timed_out = 2;
}  // namespace exec_status

/// One operation that ended.
struct Outcome {
    std::string_view operation;
    Millis interval{0};
    int rc = 0;
    int target_rc = 0;
    bool timed_out = false;
    WallTime at;
    std::string_view digest;
    TransitionId transition;
    int action = 0;
};

struct HistoryOp {
    Text operation;
    Millis interval{0};
    bool failure = false;
    int call_id = 0;
    int rc = 0;
    int target_rc = 0;
    int op_status = exec_status::done;
    WallTime changed;
    Text digest;
    int transition = 0;
    int action = 0;
};

/// "fail-count-RSC#OPERATION_INTERVAL" and "last-failure-..." of one failed operation.
struct FailCount {
    std::size_t service = 0;
    Text operation;
    Millis interval{0};
    unsigned count = 0;
    WallTime last;
};

class NodeHistory {
public:
    explicit NodeHistory(std::pmr::memory_resource& arena);

    struct Resource {
        std::size_t service;
        std::pmr::vector<HistoryOp> ops;
    };

    /// `service` is its index. A probe that finds it as it finds it is no failure.
    void record(std::size_t service, const Outcome&);
    /// A recurring monitor that runs already failed, or goes well again.
    void monitor_changed(std::size_t service, Millis interval, int rc, bool timed_out, WallTime at);
    void forget_monitor(std::size_t service, Millis interval);
    void forget_monitors(std::size_t service);
    /// It is unknown again: the scheduler plans a probe.
    void forget(std::size_t service);
    void forget_failures(std::size_t service);
    /// The node's life has ended.
    void clear();
    /// Services have other indexes now: `to[index]`; what has none (`no_service`) is forgotten.
    void rename(std::span<const std::size_t> to);
    static constexpr std::size_t no_service = static_cast<std::size_t>(-1);

    [[nodiscard]] const std::pmr::vector<Resource>& resources() const { return resources_; }
    [[nodiscard]] const std::pmr::vector<FailCount>& fail_counts() const { return fail_counts_; }
    [[nodiscard]] bool knows(std::size_t service) const;

private:
    Resource* find(std::size_t service);
    Resource& of(std::size_t service);
    HistoryOp& place(Resource&, Millis interval, bool failure);
    void write(HistoryOp&, const Outcome&, int call_id, bool failure);
    void count_failure(std::size_t service, const Outcome&);

    std::pmr::memory_resource* arena_;
    std::pmr::vector<Resource> resources_;
    std::pmr::vector<FailCount> fail_counts_;
    int last_call_ = 0;
};

}  // namespace cpe::deployment
