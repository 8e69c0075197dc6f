// Is the guest at the other end still there? What arrives and time go in; when to ask, when to tell
// of a heartbeat and when to give up come out.
//
// Thread: any; a pure value. A frozen guest's kernel goes on acknowledging what is sent, so only an
// answer of its sshd counts. A loop that stood still itself proves nothing about the guest.
#pragma once

#include <cpe/time.hpp>

#include <optional>

namespace cpe::ssh {

struct PulseSettings {
    Millis probe_after{2'000};     ///< of silence: ask
    Millis dead_after{6'000};      ///< of silence: give up
    Millis heartbeat{2'000};       ///< between two that are told
    Millis command_after{10'000};  ///< without an answer to a command: run one
    Millis command_limit{10'000};  ///< for that command; then it is not well
};

class Pulse {
public:
    Pulse(PulseSettings settings, MonoTime now)
        : settings_(settings), heard_(now), beat_(now), command_(now), looked_(now) {}

    void heard(MonoTime now) {
        heard_ = now;
        probing_ = false;
    }
    /// A command was answered: more than the session itself is alive.
    void command_answered(MonoTime now) { command_ = now; }

    struct Wants {
        bool probe = false;
        bool command = false;  ///< until command_answered, once
        bool heartbeat = false;
        bool dead = false;
    };
    /// What to do now. Call it when something was heard, and at next_look().
    [[nodiscard]] Wants look(MonoTime now);
    [[nodiscard]] MonoTime next_look() const;
    /// The session lives, but commands are not answered any more.
    [[nodiscard]] bool is_ill(MonoTime now) const;

private:
    PulseSettings settings_;
    MonoTime heard_;
    MonoTime beat_;
    MonoTime command_;  ///< newest answer
    MonoTime looked_;
    std::optional<MonoTime> asked_;  ///< for a command
    bool probing_ = false;
};

}  // namespace cpe::ssh
