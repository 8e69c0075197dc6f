// The timers of one DPE: each named by what it is for, so that setting one anew replaces it.
//
// Thread: its deployable's strand. Pure. O(log n) to set; a heartbeat sets none (its timer looks
// at when the guest was last heard of when it fires).
#pragma once

#include <cpe/time.hpp>

#include <compare>
#include <map>
#include <memory_resource>
#include <optional>
#include <set>
#include <utility>

namespace cpe::deployment {

enum class TimerKind {
    heartbeat,   ///< of an assembly: is it still heard of?
    life,        ///< of an assembly: boot limit, pause before a start, retry of a fence or destroy
    hold,        ///< of a service: its pause before a start ends
    operations,  ///< an operation in flight may have passed its time limit
    tick,        ///< a tick that had to wait may be asked for
    agents,      ///< of an assembly: its agents were asked about themselves
    recheck,     ///< the scheduler is to be asked again though nothing changed
    retry,       ///< what was given up is tried again
};

struct TimerId {
    TimerKind kind = TimerKind::tick;
    std::size_t index = 0;  ///< of the assembly or service; else 0
    friend auto operator<=>(const TimerId&, const TimerId&) = default;
};

class Timers {
public:
    explicit Timers(std::pmr::memory_resource& arena) : set_(&arena), at_(&arena) {}

    void set(TimerId id, MonoTime at) {
        const auto [found, fresh] = at_.try_emplace(id, at);
        if (!fresh) set_.erase({found->second, id});
        found->second = at;
        set_.emplace(at, id);
    }
    void clear(TimerId id) {
        const auto found = at_.find(id);
        if (found == at_.end()) return;
        set_.erase({found->second, id});
        at_.erase(found);
    }
    /// All of that kind, whatever they are of.
    void postpone(TimerKind kind, Millis by) {
        for (auto& [id, at] : at_) {
            if (id.kind != kind) continue;
            set_.erase({at, id});
            at += by;
            set_.emplace(at, id);
        }
    }
    void clear_all() {
        set_.clear();
        at_.clear();
    }
    [[nodiscard]] bool runs(TimerId id) const { return at_.count(id) > 0; }
    /// Names each anew: `to(TimerId)` gives its new name, or nothing when it is to go.
    template <class To>
    void rename(const To& to) {
        const std::pmr::map<TimerId, MonoTime> old(at_, at_.get_allocator());
        clear_all();
        for (const auto& [id, at] : old)
            if (const std::optional<TimerId> now = to(id)) set(*now, at);
    }
    [[nodiscard]] std::optional<MonoTime> next() const {
        if (set_.empty()) return std::nullopt;
        return set_.begin()->first;
    }
    /// Takes one that is due.
    std::optional<TimerId> take_due(MonoTime now) {
        if (set_.empty() || set_.begin()->first > now) return std::nullopt;
        const TimerId id = set_.begin()->second;
        clear(id);
        return id;
    }

private:
    std::pmr::set<std::pair<MonoTime, TimerId>> set_;
    std::pmr::map<TimerId, MonoTime> at_;
};

}  // namespace cpe::deployment
