// The inside of Runner: what handlers that outlive it may still reach.
//
// Thread: the loop's. Private to src/policy.
#pragma once

#include "src/policy/helper.hpp"
#include "src/policy/policy_thread.hpp"
#include "src/policy/runner.hpp"
#include "src/policy/tick_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <vector>

namespace cpe::policy_runner {

class Runner::State : public std::enable_shared_from_this<Runner::State> {
public:
    State(boost::asio::any_io_executor loop, Settings settings, LogSink sink, Hooks hooks,
          std::shared_ptr<TickJournal> journal);

    void begin(const EngineFactory& factory);
    void stop();
    void enqueue(Job job);
    void forget(const DeployableKey& key);
    void release(const DeployableKey& key);
    [[nodiscard]] Figures figures() const;
    [[nodiscard]] bool isolated(const DeployableKey& key) const;

private:
    /// A job that runs; `done` is taken away by forget().
    using Running = std::shared_ptr<Job>;

    void pump();
    [[nodiscard]] bool in_helper(const Job& job) const;
    void run_in_process(Job job);
    void in_process_finished(const Running& job, Result<TickResult> result);
    void in_process_overdue(const Running& job);
    void run_in_helper(Job job);
    boost::asio::awaitable<void> ask_helper(std::shared_ptr<Helper> helper, Running job);
    void helper_finished(const Running& job, HelperOutcome outcome);
    void finish(const Running& job, Result<TickResult> result);
    /// Later, on the loop.
    void answer(PolicyRunner::Done done, Result<TickResult> result);
    void isolate(const DeployableKey& key, const std::string& reason);
    void count_crash(const DeployableKey& key, const std::string& reason);
    void check_budget(const Job& job, const Result<TickResult>& result);

    boost::asio::any_io_executor loop_;
    Settings settings_;
    LogSink sink_;
    Hooks hooks_;
    std::shared_ptr<TickJournal> journal_;
    TickQueue queue_;
    std::map<DeployableKey, std::string> isolated_;  ///< and why
    std::unique_ptr<PolicyThread> thread_;           ///< none: all in helpers
    std::unique_ptr<PolicyThread> lost_;             ///< an abandoned one
    boost::asio::steady_timer limit_;                ///< of the tick on the thread
    Running on_thread_;
    std::vector<std::shared_ptr<Helper>> idle_helpers_;
    std::vector<std::shared_ptr<Helper>> busy_helpers_;
    std::vector<Running> in_helpers_;
    Figures figures_;
    bool stopped_ = false;
};

}  // namespace cpe::policy_runner
