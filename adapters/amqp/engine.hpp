// Proton's protocol engine for one connection: bytes in, bytes out, events. No I/O.
//
// Thread: the loop thread. Ownership: owns the engine's connection, transport and collector.
#pragma once

#include "adapters/amqp/frame_guard.hpp"
#include "adapters/amqp/limits.hpp"
#include "adapters/amqp/sasl.hpp"

#include <proton/connection_driver.h>
#include <proton/event.h>

#include <cpe/time.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cpe::amqp::detail {

enum class Role { server, client };

class Engine {
public:
    Engine(Role role, const std::string& container, const Limits& limits);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    [[nodiscard]] pn_connection_t* connection() const { return driver_.connection; }
    [[nodiscard]] pn_transport_t* transport() const { return driver_.transport; }

    /// Where the next bytes read are to be put; empty while it can take none.
    [[nodiscard]] std::span<char> read_space();
    /// The first `size` bytes of read_space() were read. The guard may keep some of them back; call
    /// resume() after each round of events until it says false.
    void read_done(std::size_t size);
    /// Feeds what was kept back. False: nothing was fed.
    bool resume();
    void read_closed();
    /// The guard's verdict, once it has refused the peer.
    [[nodiscard]] const std::optional<Condition>& refused() const { return refused_; }

    /// What is to be written. Not to be called while a write of it is in flight.
    [[nodiscard]] std::span<const char> write_bytes();
    void write_done(std::size_t size);
    void write_closed();

    /// The next event, or null. The one before it is over with this call.
    [[nodiscard]] pn_event_t* next_event();
    /// Both directions are closed and every event was taken.
    [[nodiscard]] bool finished();
    /// Lets heartbeats and idle time-outs happen; when it wants to be called again.
    std::optional<MonoTime> tick(MonoTime now);

    [[nodiscard]] const FrameGuard& guard() const { return guard_; }

private:
    pn_connection_driver_t driver_{};
    SaslVerdict verdict_;
    FrameGuard guard_;
    std::vector<char> held_;  ///< kept back until SASL's outcome is known; at most one read
    std::optional<Condition> refused_;
};

}  // namespace cpe::amqp::detail
