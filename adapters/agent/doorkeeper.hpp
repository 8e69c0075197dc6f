// Who may speak for a guest when more than one machine tries to: a provider said that the old one
// is down, and it was not so.
//
// Thread: any one at a time; pure. One machine is inside at most: the newest that was let in. A
// life that was proven to have ended never is; any other newcomer waits as long as the one inside
// is heard, for a guest that has booted anew may be here before the end of its old connection is
// known.
#pragma once

#include <cpe/time.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace cpe::agent {

class Doorkeeper {
public:
    enum class Verdict {
        welcome,  ///< it is inside from now on
        later,    ///< another one is
        never,    ///< its life has ended
    };

    /// The one inside counts as heard for two of these.
    explicit Doorkeeper(Millis heartbeat) : patience_(2 * heartbeat) {}

    /// Boot ids of lives that were proven to have ended, instead of those before.
    void bar(std::vector<std::string> boot_ids) { barred_ = std::move(boot_ids); }
    [[nodiscard]] bool bars(const std::string& boot_id) const {
        return std::find(barred_.begin(), barred_.end(), boot_id) != barred_.end();
    }
    [[nodiscard]] bool is_barred_inside() const { return bars(inside_); }

    /// A newcomer says hello.
    [[nodiscard]] Verdict ask(const std::string& boot_id, MonoTime now) {
        if (bars(boot_id)) return Verdict::never;
        if (!inside_.empty() && inside_ != boot_id && now - heard_ < patience_)
            return Verdict::later;
        inside_ = boot_id;
        heard_ = now;
        return Verdict::welcome;
    }
    /// The one inside said something.
    void heard(MonoTime now) { heard_ = now; }
    /// Its connection has ended.
    void left() { inside_.clear(); }

private:
    Millis patience_;
    std::vector<std::string> barred_;
    std::string inside_;  ///< boot id; empty: nobody is
    MonoTime heard_{};
};

constexpr const char* why_never = "its life was proven to have ended";
constexpr const char* why_later = "another machine speaks for this guest";

}  // namespace cpe::agent
