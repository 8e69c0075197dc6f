// The life of an assembly's instance: one enum of states, one `resume` (design.md §4-§6).
//
// Thread: its deployable's strand. Pure: it says which command the provider is to be given; pauses
// and limits are timers of its owner. The rule that it keeps: from `fencing` no way leads to a
// start but through the provider's confirmation that the old life has ended.
#pragma once

#include <string_view>

namespace cpe::deployment {

class Life {
public:
    enum class State {
        off,          ///< proven not to run (or never begun), and nothing is asked
        cooling,      ///< proven not to run; its pause before the next start runs
        starting,     ///< the provider was told to start it
        booting,      ///< runs, says the provider; not heard of yet
        member,       ///< its channel speaks
        fencing,      ///< the provider was told to stop it
        unfenced,     ///< that could not be confirmed; waits for the next try
        destroying,   ///< the provider was told to destroy it
        undestroyed,  ///< that could not be confirmed; waits for the next try
        gone,         ///< destroyed
    };
    enum class Goal { down, up, gone };
    enum class Input {
        wish,         ///< the goal may have changed
        release,      ///< its services were stopped in order: with goal down it may be stopped now
        rejoin,       ///< after a restart of cped: it may still run; listen, command nothing
        started,      ///< start was confirmed
        heard,        ///< its guest speaks
        failed,       ///< out of reach, dead, unclean, or does not start
        confirmed,    ///< stop or destroy was confirmed
        unconfirmed,  ///< stop or destroy was not
        timer,        ///< the pause is over
        pause,        ///< wanted, but its next start has to wait
        discard,      ///< it runs nowhere, and its disk is not wanted any more
    };
    enum class Command { none, start, stop, destroy };

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] Goal goal() const { return goal_; }
    void aim(Goal goal) { goal_ = goal; }
    /// Before its next start it is destroyed, so that it is created anew.
    void renew() { renew_ = true; }
    [[nodiscard]] bool renews() const { return renew_; }
    /// While restrained no command is given: what is lost waits for its fence (`unfenced`), what is
    /// proven dead for its start (`cooling`); what was commanded is awaited.
    void restrain(bool restrained) { restrained_ = restrained; }
    /// Carries out `input`; what does not fit the state changes nothing.
    Command resume(Input input);

private:
    bool hold_back(Input input);
    Command on_wish();
    Command on_confirmed();
    Command on_unconfirmed();
    Command on_timer();
    Command start();
    Command stop();
    Command destroy();

    State state_ = State::off;
    Goal goal_ = Goal::down;
    bool renew_ = false;
    bool restrained_ = false;
};

std::string_view name_of(Life::State);

}  // namespace cpe::deployment
