// The deadlines of one connection: which is next, which has passed. Pure.
//
// Thread: one at a time; values.
#pragma once

#include <cpe/time.hpp>

#include <array>
#include <optional>

namespace cpe::amqp::detail {

enum class Deadline {
    handshake,  ///< until the peer's open frame
    frame,      ///< until the frame that has begun is complete
    write,      ///< until the write in flight is done
    linger,     ///< until the cut, after our close
    tick,       ///< Proton's own: heartbeat to send, idle peer
};

class Deadlines {
public:
    void set(Deadline which, MonoTime at) { at_[index(which)] = at; }
    void clear(Deadline which) { at_[index(which)].reset(); }
    [[nodiscard]] bool is_set(Deadline which) const { return at_[index(which)].has_value(); }

    [[nodiscard]] std::optional<MonoTime> next() const {
        std::optional<MonoTime> first;
        for (const auto& at : at_)
            if (at && (!first || *at < *first)) first = at;
        return first;
    }
    /// A deadline that has passed; it is cleared.
    [[nodiscard]] std::optional<Deadline> take_passed(MonoTime now) {
        for (std::size_t i = 0; i < at_.size(); ++i) {
            if (!at_[i] || *at_[i] > now) continue;
            at_[i].reset();
            return static_cast<Deadline>(i);
        }
        return std::nullopt;
    }

private:
    static std::size_t index(Deadline which) { return static_cast<std::size_t>(which); }
    std::array<std::optional<MonoTime>, 5> at_;
};

}  // namespace cpe::amqp::detail
