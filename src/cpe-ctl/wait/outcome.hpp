// When a command that waits has its outcome.
//
// Thread: any; pure.
#pragma once

#include <cpe/records.hpp>

#include <optional>
#include <string>

namespace cpe::ctl {

enum class Goal { running, stopped, gone };

enum class Verdict {
    pending,  ///< go on waiting
    reached,
    failed,  ///< it waits for somebody: nothing more will happen by itself
};

/// What is now; nothing: there is no such deployable.
using Seen = std::optional<DeployableStatus>;

/// `before` is what was seen before the request: a state that is bad and has not changed since then
/// says nothing about the request.
Verdict judge(Goal, const Seen& before, const Seen& now);

/// What is still missing, for people: "assembly web is booting; service httpd is starting".
std::string missing(Goal, const Seen& now);

}  // namespace cpe::ctl
