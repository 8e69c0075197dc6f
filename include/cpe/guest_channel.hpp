// How operations reach a guest: `agent` (AMQP 1.0) or `ssh` (design.md §1).
//
// Thread: all calls and all calls of the sink are made on the loop thread; nothing blocks, and the
// sink is never called from within a call. Ownership: the channel keeps what it needs; the sink
// must outlive it. Delivery: results are sequenced, acknowledged and resent by the implementation,
// so the sink sees each once, in order; what cannot be known is told as Outcome::lost.
#pragma once

#include <cpe/operation.hpp>
#include <cpe/result.hpp>

#include <string>
#include <vector>

namespace cpe {

/// Where a guest is found, and as whom. The agent channel needs nothing of it.
struct GuestPeer {
    std::string address;  ///< empty: not known yet
    std::uint16_t port = 22;
    std::string username = {};  ///< empty: the configuration's
    std::string host_key = {};  ///< pinned: "ssh-ed25519 SHA256:..."; empty: none is
    /// Boot ids of lives that were proven to have ended: whoever says hello with one is not let in.
    std::vector<std::string> dead_boots = {};
    friend bool operator==(const GuestPeer&, const GuestPeer&) = default;
};

class GuestSink {
public:
    virtual ~GuestSink() = default;
    /// The guest speaks: first contact, or contact after it or we were away.
    virtual void guest_up(const AssemblyKey&, GuestHello) = 0;
    /// It is alive. `oldest_overdue` is how long its most overdue monitor waits (0: none waits).
    virtual void guest_heartbeat(const AssemblyKey&, std::uint64_t monitors_hash,
                                 Millis oldest_overdue) = 0;
    /// The connection ended. Whether the guest is dead is for the missed heartbeat to say.
    virtual void guest_gone(const AssemblyKey&, std::string reason) = 0;
    // By value: who overrides these keeps what it is told.
    // NOLINTBEGIN(performance-unnecessary-value-param)
    /// It answers, so it is alive, but it does not let us in, or shows a host key that is not
    /// trusted (`host_key`, else empty): a person has to look. Told at each try.
    virtual void guest_refused(const AssemblyKey&, std::string /*reason*/,
                               std::string /*host_key*/) {}
    /// A machine that is not let in speaks in its name: its life was proven to have ended, or
    /// another one speaks as it (`reason`). Told at each try.
    virtual void guest_stranger(const AssemblyKey&, std::string /*boot_id*/,
                                std::string /*reason*/) {}
    // NOLINTEND(performance-unnecessary-value-param)
    virtual void operation_finished(const AssemblyKey&, OperationResult) = 0;
    virtual void monitor_reported(const AssemblyKey&, MonitorReport) = 0;
};

class GuestChannel {
public:
    virtual ~GuestChannel() = default;
    /// From now on this guest is listened for (agent) or connected to (ssh). Idempotent; a guest
    /// that is open already is looked for at the newer place.
    virtual Result<> open(const AssemblyKey&, const GuestPeer&) = 0;
    /// Ends it; operations under way are not reported any more. Idempotent.
    virtual void close(const AssemblyKey&) = 0;
    /// Asks for an operation. Without a live connection it is kept until the guest returns or its
    /// time limit passes (then Outcome::lost).
    virtual void submit(const AssemblyKey&, OperationRequest) = 0;
    /// Takes a recurring monitor out of the guest's table. No answer; idempotent.
    virtual void cancel_monitor(const AssemblyKey&, const std::string& resource,
                                Millis interval) = 0;
};

}  // namespace cpe
