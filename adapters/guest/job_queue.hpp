// Who may run next: one operation at a time for each resource, several resources at a time.
//
// Thread: any; a pure value. Order: within a resource as they came; between resources operations
// that cped asked for go before recurring monitors, then as they came. Limits: Limits::queue
// waiting operations a resource, Limits::parallel running ones in all. Recurring monitors are
// bounded by their table: each waits at most once.
#pragma once

#include "adapters/guest/monitor_table.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cpe::guest {

struct Job {
    OperationRequest request;
    bool recurring = false;  ///< a later run of a recurring monitor: nobody waits for its result
};

class JobQueue {
public:
    JobQueue(std::size_t max_waiting, std::size_t max_running)
        : max_waiting_(max_waiting), max_running_(max_running) {}

    /// False: the resource's queue is full.
    bool add(Job job);
    /// Takes out the waiting monitors of a resource, or the waiting ones of one recurring monitor.
    std::vector<Job> take_monitors(const std::string& resource);
    std::vector<Job> take_monitor(const MonitorKey& key);
    /// Takes out one that was asked for and waits. Nothing: it does not wait.
    std::optional<Job> take_asked(const std::string& resource, OperationId id);
    /// Takes out all later runs of recurring monitors that wait.
    void drop_recurring();

    /// The next job that may begin; its resource is busy until `finished`.
    std::optional<Job> next();
    void finished(const std::string& resource);

    [[nodiscard]] std::vector<OperationId> waiting() const;
    [[nodiscard]] std::size_t running() const { return running_; }

private:
    struct Waiting {
        std::uint64_t order;
        Job job;
    };
    struct Lane {
        std::deque<Waiting> waiting;
        bool busy = false;
    };
    template <class Match>
    std::vector<Job> take(const std::string& resource, Match match);
    void drop_if_empty(std::map<std::string, Lane>::iterator lane);

    std::size_t max_waiting_;
    std::size_t max_running_;
    std::size_t running_ = 0;
    std::uint64_t order_ = 0;
    std::map<std::string, Lane> lanes_;  ///< of resources that are busy or waited for
};

}  // namespace cpe::guest
