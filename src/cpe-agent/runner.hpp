// The agent's hands: starts resource agents, drains them, notices their end, kills their trees.
//
// Thread: the loop. Ownership: the processes' ends are told through `Exited`, never from within a
// call. One runner in a process: it reaps every child, also orphans (prctl PR_SET_CHILD_SUBREAPER).
// Limits: kill_wait until a killed tree must be gone; drained_pipes of services that hold theirs.
#pragma once

#include "src/cpe-agent/agent_command.hpp"
#include "src/cpe-agent/core.hpp"
#include "src/cpe-agent/output_reader.hpp"
#include "src/cpe-agent/run_journal.hpp"

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>

namespace cpe::guest {

class Runner {
public:
    using Exited = std::function<void(RunId, RunEnd)>;
    struct Settings {
        AgentPaths paths;
        std::string hostname;
        std::string agent_id;  ///< makes markers unique
        std::filesystem::path journal;
    };

    Runner(boost::asio::any_io_executor executor, Settings settings, Exited exited);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    /// Kills what an earlier life of the agent left unfinished; returns how many runs. Blocks for
    /// at most kill_wait. Call it before the first spawn.
    std::size_t clear_left_over();
    void spawn(const Spawn& spawn);
    void kill(RunId run);

private:
    struct Child {
        OperationRequest request;
        RunScope scope;
        std::shared_ptr<OutputReader> output;
        bool ended = false;  ///< its first process was reaped
        bool killing = false;
        MonoTime kill_until;
        std::unique_ptr<boost::asio::steady_timer> check;
    };

    void tell_later(RunId run, RunEnd end);
    void wait_for_children();
    void reap();
    void process_ended(pid_t pid, int status);
    void finish(std::map<RunId, Child>::iterator child, RunEnd end);
    void check_killed(RunId run, Millis pause);

    boost::asio::any_io_executor executor_;
    Settings settings_;
    Exited exited_;
    RunJournal journal_;
    boost::asio::signal_set signals_;
    std::map<RunId, Child> children_;
    std::vector<std::weak_ptr<OutputReader>> drained_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for posted calls
};

}  // namespace cpe::guest
