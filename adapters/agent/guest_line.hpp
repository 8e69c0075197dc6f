// cped's side of the conversation with one guest, without its socket: calls, words from the guest
// and time go in; words to the guest and what the sink is to hear come out.
//
// Thread: any one at a time; pure. Use: call an input, then take() and carry it out; call advance()
// at next_deadline(). Errors: a Result that is an error ends the connection, nothing else.
//
// What is owed for each submitted operation is one answer. While there is a connection the agent
// owes it. Without one it is `lost` when its time limit has passed, when another boot of the guest
// returns, or when another life of the agent returns to which it had been sent before.
#pragma once

#include "adapters/agent/protocol.hpp"

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace cpe::agent {

struct LineLimits {
    std::size_t operations = 1'024;  ///< without an answer; more are cancelled at once
    std::size_t cancels = 1'024;     ///< of monitors, kept for a guest that is away
    std::size_t forgotten = 1'024;   ///< operations told as lost whose late results are dropped
    std::size_t burst = 8'192;       ///< messages of a guest at once, as after a long absence
    std::size_t rate = 500;          ///< messages a second that the burst grows back
};

struct GuestUp {
    GuestHello hello;
};
struct GuestGone {
    std::string reason;
};
/// In the order in which the sink is to hear of them.
using Told = std::variant<GuestUp, Heartbeat, GuestGone, OperationResult, MonitorReport>;

/// What a connection ends with whose first words are others.
[[nodiscard]] Error no_hello();

class GuestLine {
public:
    GuestLine(Millis heartbeat, LineLimits limits) : heartbeat_(heartbeat), limits_(limits) {}

    void submit(OperationRequest request, MonoTime now);
    void cancel_monitor(const std::string& resource, Millis interval);

    /// A connection is there; its first message must be a hello.
    void connected(MonoTime now);
    /// After this no words of the old connection may be given.
    void disconnected(const std::string& reason, MonoTime now);
    [[nodiscard]] Result<> receive(FromGuest message, MonoTime now);

    void advance(MonoTime now);
    [[nodiscard]] std::optional<MonoTime> next_deadline() const;

    struct Ready {
        std::vector<ToGuest> messages;
        std::vector<Told> told;
    };
    [[nodiscard]] Ready take() { return std::exchange(ready_, {}); }

    [[nodiscard]] bool is_up() const { return up_; }

private:
    using MonitorKey = std::pair<std::string, Millis>;
    struct Pending {
        OperationRequest request;
        std::string sent_to;              ///< agent_id; empty: not sent
        std::string meant_for;            ///< boot_id known when it was submitted; may be empty
        std::optional<MonoTime> expires;  ///< while the guest has not said hello
        bool cancelled = false;           ///< a monitor that is not to be sent again
    };

    [[nodiscard]] Result<> on(Hello hello, MonoTime now);
    [[nodiscard]] Result<> on(const Heartbeat& beat, MonoTime now);
    [[nodiscard]] Result<> on(Finished finished, MonoTime now);
    [[nodiscard]] Result<> on(Reported reported, MonoTime now);
    [[nodiscard]] Result<> new_sequence(std::uint64_t sequence, bool& fresh);
    [[nodiscard]] bool within_rate(MonoTime now);
    void greet(Hello& hello);
    void settle_pending(const Hello& hello);
    void drop_cancelled(GuestHello& guest);
    void send_pending();
    [[nodiscard]] std::vector<OperationId> pending_monitors(const std::string& resource,
                                                            Millis interval) const;
    void answer(OperationId id, OperationResult::Outcome outcome, std::string why);

    Millis heartbeat_;
    LineLimits limits_;
    bool connected_ = false;
    bool up_ = false;  ///< the hello of this connection was answered
    std::string boot_id_;
    std::string agent_id_;
    std::uint64_t newest_ = 0;                    ///< sequence number, of agent_id_
    std::map<std::uint64_t, OperationId> order_;  ///< pending operations as they came
    std::uint64_t last_order_ = 0;
    std::map<OperationId, Pending> pending_;
    std::set<MonitorKey> cancels_;
    std::deque<OperationId> forgotten_;
    double tokens_ = 0;
    MonoTime tokens_at_;
    Ready ready_;
};

}  // namespace cpe::agent
