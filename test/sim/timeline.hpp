// Virtual time: what is to happen when, in one order that the seed alone decides.
#pragma once

#include <cpe/time.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace cpe::sim {

class Timeline final : public Clock {
public:
    using Work = std::function<void()>;

    [[nodiscard]] Now now() const override {
        return {{mono_.time_since_epoch().count() + wall_offset_}, mono_};
    }
    [[nodiscard]] MonoTime mono() const { return mono_; }

    /// What is asked for the same moment happens in the order of asking.
    void at(Millis after, Work work);
    /// Carries out the next thing, if it is due by then; else it becomes `until`.
    bool run_next(MonoTime until);
    /// Somebody sets the clock of the wall.
    void jump_wall(Millis by);
    /// When the clock of the wall showed this first; nothing if it never did.
    [[nodiscard]] std::optional<MonoTime> moment_of(WallTime wall) const;
    [[nodiscard]] std::uint64_t steps() const { return steps_; }

private:
    MonoTime mono_{Millis{1000}};
    std::int64_t wall_offset_ = 1'700'000'000'000;
    std::vector<std::pair<MonoTime, std::int64_t>> offsets_{{MonoTime{}, wall_offset_}};  ///< since
    std::uint64_t asked_ = 0;
    std::uint64_t steps_ = 0;
    std::map<std::pair<MonoTime, std::uint64_t>, Work> queue_;
};

}  // namespace cpe::sim
