// The agent without its hands: messages, ends of processes and time go in; what to start, what to
// kill and what to send comes out.
//
// Thread: any one at a time; pure (no clock, no I/O). Ownership: values only. Use: call an input,
// then take() and carry it out; call advance() at next_deadline(). Errors: where a
// connection makes no sense any more, Ready::disconnect says why.
#pragma once

#include "adapters/guest/job_queue.hpp"
#include "adapters/guest/monitor_table.hpp"
#include "src/cpe-agent/limits.hpp"
#include "src/cpe-agent/outbox.hpp"
#include "src/cpe-agent/result_memory.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cpe::guest {

/// Who we are, to cped.
struct Identity {
    std::string boot_id;
    std::string agent_id;
    std::string hostname;
};

using RunId = Number<struct RunTag>;  ///< one run of a resource agent in this life of the agent

struct Spawn {
    RunId run;
    OperationRequest request;
};

/// How a run ended. For one that had to be killed: how its killing ended.
struct RunEnd {
    int rc = 0;
    std::string exit_reason;
    std::string output;
};

/// What is to be done now, in this order.
struct Ready {
    std::vector<Spawn> spawns;
    std::vector<RunId> kills;  ///< the whole process tree; `exited` is still to be told
    std::vector<agent::FromGuest> messages;
    std::optional<std::string> disconnect;  ///< why
};

class Core {
public:
    Core(Identity identity, Limits limits);

    void connected(MonoTime now);
    void disconnected();
    void receive(agent::ToGuest message, MonoTime now);
    void exited(RunId run, RunEnd end, MonoTime now);
    void advance(MonoTime now);

    [[nodiscard]] Ready take() { return std::exchange(ready_, {}); }
    [[nodiscard]] std::optional<MonoTime> next_deadline() const;

private:
    enum class Link {
        down,     ///< no connection
        greeted,  ///< hello sent, not yet answered
        up,       ///< welcome: results, reports and heartbeats are sent
    };
    struct Run {
        Job job;
        MonoTime began;
        bool killed = false;    ///< its time was over
        bool unwanted = false;  ///< a monitor that was cancelled meanwhile: no row, no report
    };

    void on(const agent::Welcome& welcome, MonoTime now);
    void on(const agent::Refused& refused, MonoTime now);
    void on(agent::Perform perform, MonoTime now);
    void on(const agent::CancelMonitor& cancel, MonoTime now);
    void on(const agent::Acknowledge& acknowledge, MonoTime now);

    [[nodiscard]] bool under_way(OperationId id) const;
    [[nodiscard]] std::vector<OperationId> operations() const;
    void cancel_for_stop(const std::string& resource);
    void cancel_one(const MonitorKey& key, const char* why);
    void cancelled(const std::vector<Job>& jobs, const char* why);
    void finish(OperationResult result);
    void send(agent::FromGuest message);
    void disconnect(std::string why);
    void begin_what_may(MonoTime now);
    void end_recurring(const Run& run, OperationResult result, MonoTime now);
    void end_operation(const Run& run, OperationResult result, MonoTime now);

    Identity identity_;
    Limits limits_;
    Link link_ = Link::down;
    Millis heartbeat_{0};
    MonoTime link_deadline_;  ///< greeted: of the answer; up: of the next heartbeat
    JobQueue queue_;
    MonitorTable monitors_;
    Outbox outbox_;
    ResultMemory memory_;
    std::map<RunId, Run> runs_;
    std::uint64_t last_run_ = 0;
    Ready ready_;
};

}  // namespace cpe::guest
