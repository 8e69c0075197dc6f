// The operations of one guest over ssh, without the session: what is asked, ends of runs and time
// go in; what to run, what to kill and what the sink is to hear come out. What cpe-agent does
// inside a guest (docs/agent-protocol.md, Monitors, Operations) is done here, from outside.
//
// Thread: any one at a time; pure. Use: call an input, then take() and carry it out; call advance()
// at next_deadline(). Each operation is answered once. While the guest is away its recurring
// monitors rest, and go on when it returns in the same life; what was under way is lost.
#pragma once

#include "adapters/guest/job_queue.hpp"
#include "adapters/guest/monitor_table.hpp"
#include "adapters/ssh/command.hpp"
#include "adapters/ssh/replies.hpp"

#include <cpe/guest_channel.hpp>

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cpe::ssh {

struct DeskLimits {
    std::size_t parallel = 16;       ///< runs at a time, over all resources
    std::size_t queue = 16;          ///< operations that wait for one resource
    std::size_t monitors = 1'024;    ///< rows of the table of recurring monitors
    std::size_t operations = 1'024;  ///< without an answer
    Millis ahead{1'000};             ///< monitors due within it are run together
    Millis retry{1'000};             ///< after a run of a monitor that came to nothing
};

using RunId = Number<struct RunTag>;  ///< one run of a resource agent, over all sessions

struct Run {
    RunId id;
    OperationRequest request;
};

/// In the order in which the sink is to hear of them.
using Told = std::variant<OperationResult, MonitorReport>;

class Desk {
public:
    explicit Desk(DeskLimits limits);

    void submit(OperationRequest request, MonoTime now);
    void cancel_monitor(const std::string& resource, Millis interval);

    /// The guest is there, in this life. What it is said to run, and what is not answered yet.
    [[nodiscard]] GuestHello up(const GuestFacts& facts, MonoTime now);
    void down(MonoTime now);

    /// A run ended, by itself or as its kill was asked for.
    void ended(RunId id, RunEnd end, MonoTime now);
    /// A run ended, and nobody knows how; the guest is still there. A recurring monitor is tried
    /// again after `retry`, and is overdue as long as nothing comes of it.
    void vanished(RunId id, const std::string& why, MonoTime now);
    void advance(MonoTime now);
    [[nodiscard]] std::optional<MonoTime> next_deadline() const;

    struct Ready {
        std::vector<Run> runs;     ///< to begin
        std::vector<RunId> kills;  ///< `ended` is still to be told
        std::vector<Told> told;
    };
    [[nodiscard]] Ready take() { return std::exchange(ready_, {}); }

    [[nodiscard]] std::uint64_t monitors_hash() const { return monitors_.hash(); }
    [[nodiscard]] Millis oldest_overdue(MonoTime now) const {
        return monitors_.oldest_overdue(now);
    }

private:
    struct Going {
        guest::Job job;
        MonoTime began;
        bool killed = false;    ///< its time was over
        bool unwanted = false;  ///< a monitor that was cancelled meanwhile: no row, no report
    };
    struct Waits {
        std::string resource;
        std::string meant_for;  ///< boot_id known when it was asked for; may be empty
        Millis timeout{0};
        std::optional<MonoTime> expires;  ///< while the guest is away
    };

    void cancel_for_stop(const std::string& resource);
    void cancel_one(const guest::MonitorKey& key, const char* why);
    void cancelled(const std::vector<guest::Job>& jobs, const char* why);
    void answer(OperationResult result);
    void answer(OperationId id, OperationResult::Outcome outcome, std::string why);
    void lose_waiting(const std::string& boot_id);
    void begin_what_may(MonoTime now);
    void end_operation(const Going& going, OperationResult result, MonoTime now);
    std::optional<Going> take_run(RunId id);

    DeskLimits limits_;
    bool up_ = false;
    std::string boot_id_;
    guest::JobQueue queue_;
    guest::MonitorTable monitors_;
    std::map<OperationId, Waits> pending_;  ///< asked for and not answered
    std::map<RunId, Going> runs_;
    std::uint64_t last_run_ = 0;
    MonoTime monitors_rest_until_;
    Ready ready_;
};

}  // namespace cpe::ssh
