// What goes into a DPE and what comes out of it: step(event, now) -> Ready (design.md §4).
//
// Thread: the strand of its deployable. The host commits `persist` first; when that is durable it
// carries out `effects` in order, and arms one timer for `wake_at` (then it gives event::Wake).
#pragma once

#include <cpe/guest_channel.hpp>
#include <cpe/instance_provider.hpp>
#include <cpe/policy.hpp>
#include <cpe/records.hpp>
#include <cpe/wish.hpp>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cpe {

namespace event {

/// The first event after construction: it begins to live (again).
struct Begin {};
/// The moment of the last Ready's wake_at has come (or nothing in particular happened).
struct Wake {};
/// An operator's wish; answered by effect::Reply with the same token once persisted.
struct Operator {
    using Wish = cpe::Wish;
    Wish wish = Wish::start;
    Token token;
    std::string who;          ///< for the event log: "uid 0", "alice"
    std::string target = {};  ///< name of the assembly or service; empty: the deployable
};
/// A new document, admitted; answered as a wish is. What is persisted with it replaces the stored
/// document in the same commit.
struct Reload {
    Token token;
    std::string who;
    std::string document;
    /// Built in this deployable's arena.
    std::shared_ptr<Deployable> model;
};
/// The brake of its tenant or of a provider is put on or let go (design.md §6.3): while it is on,
/// nothing is fenced, restarted or started, what is in flight is awaited.
struct Brake {
    bool on = false;
    std::string reason;
    std::string detail = {};  ///< a JSON object for the event log, or empty
    Token token = {};         ///< of who asked for its release: answered once persisted; or none
};
/// This process did not run for about so long (it was stopped, its machine was suspended or
/// overloaded): what was due meanwhile may have come in time, and waits to be read.
struct StoodStill {
    Millis span{0};
};
/// An injected fault (`debug fault dpe-exception`): the step throws, as a broken invariant does.
struct Fault {};
/// The provider says so by itself.
struct InstanceChanged {
    std::string assembly;
    InstanceReport report;
    /// Its name in the configuration; one where the assembly is not any more is not heeded.
    std::string provider = {};
};
/// The answer to effect::InstanceCommand.
struct InstanceCommandDone {
    std::string assembly;
    CommandId id;
    Result<InstanceReport> outcome;
};
struct GuestUp {
    std::string assembly;
    GuestHello hello;
};
struct GuestHeartbeat {
    std::string assembly;
    std::uint64_t monitors_hash = 0;
    Millis oldest_overdue{0};
};
struct GuestGone {
    std::string assembly;
    std::string reason;
};
/// It answers, but does not let us in, or shows a host key (else empty) that is not trusted.
struct GuestRefused {
    std::string assembly;
    std::string reason;
    std::string host_key;
};
/// A machine that is not let in speaks in its name.
struct GuestStranger {
    std::string assembly;
    std::string boot_id;
    std::string reason;
};
/// The answer to effect::RunOperation (also cancelled, where the host dropped the effect).
struct OperationDone {
    std::string assembly;
    OperationResult result;
};
struct MonitorReported {
    std::string assembly;
    MonitorReport report;
};
/// The answer to effect::RequestTick.
struct TickDone {
    std::uint64_t tick = 0;
    Result<TickResult> outcome;
};

}  // namespace event

using Event = std::variant<event::Begin, event::Wake, event::Operator, event::Reload, event::Brake,
                           event::StoodStill, event::Fault, event::InstanceChanged,
                           event::InstanceCommandDone, event::GuestUp, event::GuestHeartbeat,
                           event::GuestGone, event::GuestRefused, event::GuestStranger,
                           event::OperationDone, event::MonitorReported, event::TickDone>;

namespace effect {

/// Asks the guest. Dropped (and answered with Outcome::cancelled) when `generation` is no longer
/// the DPE's.
struct RunOperation {
    std::string assembly;
    Generation generation;
    OperationRequest request;
};
struct CancelMonitor {
    std::string assembly;
    std::string resource;
    Millis interval{0};
};
struct OpenChannel {
    std::string assembly;
    GuestPeer peer;
};
struct CloseChannel {
    std::string assembly;
};
struct InstanceCommand {
    enum class Kind { start, stop, destroy } kind = Kind::start;
    std::string assembly;
    CommandId id;
    std::string provider;  ///< empty = the configuration's default
    InstanceSpec spec;
    /// stop: not wanted any more, and nothing of ours can run there (InstanceProvider::release).
    bool idle = false;
};
struct RequestTick {
    std::uint64_t tick = 0;
    std::string cib;
};
struct Reply {
    Token token;
    Result<> outcome;
};
/// Everything of it is gone: the registry may drop it.
struct Retire {};

}  // namespace effect

using Effect = std::variant<effect::RunOperation, effect::CancelMonitor, effect::OpenChannel,
                            effect::CloseChannel, effect::InstanceCommand, effect::RequestTick,
                            effect::Reply, effect::Retire>;

/// A member seems to have failed, and it was not us: the brake counts it (design.md §6.3).
struct Suspect {
    std::string assembly;
    std::string provider;  ///< name in the configuration
};

struct Ready {
    PersistBatch persist;
    std::vector<Effect> effects;
    /// For the brake at once, before anything of this step is durable: nobody outside sees it.
    std::vector<Suspect> suspects;
    std::optional<MonoTime> wake_at;  ///< the earliest timer; none = nothing to wait for
};

}  // namespace cpe
