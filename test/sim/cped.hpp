// The daemon under test: the real registry and hosts on an Asio loop that virtual time drives, and
// what they stand on. It can be killed at any moment and be started again from the disk.
#pragma once

#include "src/registry/registry.hpp"
#include "test/sim/brain.hpp"
#include "test/sim/channel.hpp"
#include "test/sim/cloud.hpp"
#include "test/sim/disk.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>

namespace cpe::sim {

class World;

/// Where it may be killed.
enum class Crash {
    now,
    before_durable,  ///< a group of commits is lost
    after_durable,   ///< ... is durable, and nobody was told
    after_submit,    ///< a guest was asked for an operation, and nothing more was done
    after_command,   ///< a provider was asked, and nothing more was done
};

class Cped {
public:
    explicit Cped(World& world);
    ~Cped();
    Cped(const Cped&) = delete;
    Cped& operator=(const Cped&) = delete;

    void start();
    void crash();
    /// At the next opportunity of that kind.
    void crash_at(Crash where) { crash_ = where; }
    void forget_crash() { crash_.reset(); }
    [[nodiscard]] bool takes_crash(Crash where);
    /// Called from within cped's own work: it does nothing more from here on.
    void may_crash(Crash where);
    /// Its loop stands still for so long.
    void stall(Millis span);

    /// Runs on its loop, if it lives.
    void post(std::function<void()> work);
    /// ... after so long, if it is still the same life.
    void later(Millis after, std::function<void()> work);
    /// On another thread of it.
    void in_background(Millis after, std::function<void()> work);

    [[nodiscard]] bool alive() const { return rooms_ != nullptr; }
    [[nodiscard]] bool dying() const { return dying_; }
    [[nodiscard]] std::uint64_t life() const { return life_; }
    [[nodiscard]] bool stalled() const;
    /// When it last stood still, or will go on.
    [[nodiscard]] MonoTime stalled_until() const { return stalled_until_; }
    [[nodiscard]] registry::Registry& registry();
    [[nodiscard]] GuestSink& sink() { return registry(); }
    [[nodiscard]] Channel& channel();

private:
    struct Rooms;
    void settle();
    [[nodiscard]] registry::Settings settings() const;
    [[nodiscard]] registry::Remembered remembered() const;
    [[nodiscard]] LogSink log() const;

    World& world_;
    std::unique_ptr<Rooms> rooms_;
    std::uint64_t life_ = 0;
    std::optional<Crash> crash_;
    bool dying_ = false;
    bool settling_ = false;
    MonoTime stalled_until_;
};

}  // namespace cpe::sim
