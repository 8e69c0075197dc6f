#include "adapters/ssh/pulse.hpp"

#include <algorithm>

namespace cpe::ssh {

namespace {

/// Between two looks; more than twice of it means that we stood still.
constexpr Millis longest_pause{500};

}  // namespace

Pulse::Wants Pulse::look(MonoTime now) {
    const auto stood_still = now - looked_ - 2 * longest_pause;
    looked_ = now;
    if (stood_still > Millis{0}) {
        heard_ = std::min(heard_ + stood_still, now);
        if (asked_) asked_ = std::min(*asked_ + stood_still, now);
    }
    Wants wants;
    const auto silence = now - heard_;
    if (silence >= settings_.dead_after) {
        wants.dead = true;
        return wants;
    }
    // Who is told of a heartbeat counts its silence from then: an old sign of life is no heartbeat,
    // a new one is asked for.
    const bool beat_due = now - beat_ >= settings_.heartbeat;
    const bool fresh = silence <= longest_pause;
    wants.probe = !probing_ && (silence >= settings_.probe_after || (beat_due && !fresh));
    probing_ = probing_ || wants.probe;
    if (asked_ && command_ > *asked_) asked_.reset();
    wants.command = !asked_ && now - command_ >= settings_.command_after;
    if (wants.command) asked_ = now;
    wants.heartbeat = beat_due && fresh && heard_ > beat_ && !is_ill(now);
    if (wants.heartbeat) beat_ = now;
    return wants;
}

MonoTime Pulse::next_look() const {
    return looked_ + longest_pause;
}

bool Pulse::is_ill(MonoTime now) const {
    return asked_ && command_ <= *asked_ && now - *asked_ >= settings_.command_limit;
}

}  // namespace cpe::ssh
