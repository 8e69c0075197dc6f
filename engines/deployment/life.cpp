#include "engines/deployment/life.hpp"

namespace cpe::deployment {

Life::Command Life::start() {
    if (renew_) return destroy();
    state_ = State::starting;
    return Command::start;
}

Life::Command Life::stop() {
    state_ = State::fencing;
    return Command::stop;
}

Life::Command Life::destroy() {
    state_ = State::destroying;
    return Command::destroy;
}

Life::Command Life::resume(Input input) {
    if (restrained_ && hold_back(input)) return Command::none;
    switch (input) {
        case Input::wish: return on_wish();
        case Input::release:
            return state_ == State::member && goal_ != Goal::up ? stop() : Command::none;
        case Input::rejoin:
            if (state_ == State::off) state_ = State::booting;
            return Command::none;
        case Input::started:
            if (state_ == State::starting) state_ = State::booting;
            return Command::none;
        case Input::heard:
            if (state_ == State::booting || state_ == State::unfenced) state_ = State::member;
            return Command::none;
        case Input::failed:
            return state_ == State::off || state_ == State::starting || state_ == State::booting ||
                           state_ == State::member
                       ? stop()
                       : Command::none;
        case Input::confirmed: return on_confirmed();
        case Input::unconfirmed: return on_unconfirmed();
        case Input::timer: return on_timer();
        case Input::pause:
            if (state_ == State::off && goal_ == Goal::up) state_ = State::cooling;
            return Command::none;
        case Input::discard: return state_ == State::off ? destroy() : Command::none;
    }
    return Command::none;
}

/// What would begin something changes the state at most. True when it was dealt with.
bool Life::hold_back(Input input) {
    switch (input) {
        case Input::wish:
        case Input::release:
        case Input::timer: return true;
        case Input::failed:
            if (state_ == State::off || state_ == State::starting || state_ == State::booting ||
                state_ == State::member)
                state_ = State::unfenced;
            return true;
        case Input::confirmed:
            if (state_ != State::fencing && state_ != State::unfenced) return false;
            state_ = State::cooling;
            return true;
        default: return false;
    }
}

Life::Command Life::on_wish() {
    switch (state_) {
        case State::off:
            if (goal_ == Goal::up) return start();
            return goal_ == Goal::gone ? destroy() : Command::none;
        case State::cooling:
            if (goal_ == Goal::up) return start();
            state_ = State::off;
            return goal_ == Goal::gone ? destroy() : Command::none;
        case State::starting:
        case State::booting:
        case State::unfenced: return goal_ == Goal::up ? Command::none : stop();
        case State::undestroyed:  // that it does not run was proven before
            if (goal_ == Goal::down) state_ = State::off;
            return Command::none;
        case State::gone:  // a reload brought it back
            if (goal_ == Goal::gone) return Command::none;
            state_ = State::off;
            return on_wish();
        default: return Command::none;  // a member is released first; what runs is awaited
    }
}

Life::Command Life::on_confirmed() {
    const bool destroyed = state_ == State::destroying;
    if (!destroyed && state_ != State::fencing && state_ != State::unfenced) return Command::none;
    if (destroyed) renew_ = false;
    if (goal_ == Goal::gone) {
        if (!destroyed) return destroy();
        state_ = State::gone;
        return Command::none;
    }
    if (goal_ == Goal::up && renew_) return destroy();
    state_ = goal_ == Goal::up ? State::cooling : State::off;
    return Command::none;
}

Life::Command Life::on_unconfirmed() {
    if (state_ == State::fencing) state_ = State::unfenced;
    if (state_ == State::destroying) state_ = goal_ == Goal::down ? State::off : State::undestroyed;
    return Command::none;
}

Life::Command Life::on_timer() {
    switch (state_) {
        case State::cooling: return start();
        case State::unfenced: return stop();
        case State::undestroyed: return destroy();
        default: return Command::none;
    }
}

std::string_view name_of(Life::State state) {
    constexpr std::string_view names[] = {"off",         "cooling", "starting", "booting",
                                          "member",      "fencing", "unfenced", "destroying",
                                          "undestroyed", "gone"};
    return names[static_cast<int>(state)];
}

}  // namespace cpe::deployment
