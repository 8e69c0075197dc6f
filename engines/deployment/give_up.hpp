// The last rung: nothing is left to try, so the assembly that fails stays down for a long pause,
// and what runs goes on (design.md §8).
//
// Thread: its deployable's strand. Pauses grow from 1 min to 1 h; each is shortened by up to half,
// so that deployables that fell together do not rise together. The engine has no source of
// randomness: the share is drawn from the UUID of this run of cped, the deployable and the count.
#pragma once

#include "engines/deployment/world.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace cpe::deployment {

constexpr Millis shortest_give_up{60'000};
constexpr Millis longest_give_up{3'600'000};

/// `detail` has the counts that led here.
void give_up(World&, AssemblyUnit&, const std::string& cause, boost::json::object detail);
/// The pause is over, or a person does not want to wait for its end. True when there was one.
bool try_again(World&, const std::string& why);
/// The guest of an assembly that was given up speaks: it is not down.
void no_longer_held(World&, AssemblyUnit&);
/// The pause after having given up `count` times before.
[[nodiscard]] Millis give_up_pause(const World&, int count);

}  // namespace cpe::deployment
