// When a command that waits has its outcome.
//
// Thread: any; pure.
#pragma once

#include <cpe/records.hpp>

#include <optional>
#include <string>

namespace cpe::ctl {

enum class Goal {
    running,
    stopped,
    gone,
    settled,  ///< whatever it is meant to be: running, or stopped; with no transition under way
};

/// What is waited for: of the deployable, or of one assembly of it (which then is to run *again*).
struct Aim {
    Goal goal = Goal::running;
    std::string assembly;

    /// "shop", "assembly web of shop"
    [[nodiscard]] std::string title(const std::string& deployable) const {
        return assembly.empty() ? deployable : "assembly " + assembly + " of " + deployable;
    }
};

enum class Verdict {
    pending,  ///< go on waiting
    reached,
    failed,  ///< it waits for somebody: nothing more will happen by itself
};

/// What is now; nothing: there is no such deployable.
using Seen = std::optional<DeployableStatus>;

/// `before` is what was seen before the request: a state that is bad and has not changed since then
/// says nothing about the request.
Verdict judge(const Aim&, const Seen& before, const Seen& now);

/// What is still missing, for people: "assembly web is booting; service httpd is starting".
std::string missing(const Aim&, const Seen& now);

}  // namespace cpe::ctl
