#include "adapters/amqp/engine.hpp"

#include <proton/connection.h>
#include <proton/transport.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace cpe::amqp::detail {

Engine::Engine(Role role, const std::string& container, const Limits& limits)
    : guard_(role == Role::server ? SaslLayer::optional : SaslLayer::none, limits.max_frame,
             // handles of links that we have refused linger until the peer detaches too
             limits.max_links * 2) {
    if (pn_connection_driver_init(&driver_, nullptr, nullptr) != 0) throw std::bad_alloc();
    pn_connection_set_container(driver_.connection, container.c_str());
    if (role == Role::server) {
        pn_transport_set_server(driver_.transport);
        accept_any_sasl(driver_.transport, verdict_);
    }
    pn_transport_set_max_frame(driver_.transport, limits.max_frame);
    pn_transport_set_channel_max(driver_.transport,
                                 static_cast<std::uint16_t>(limits.max_sessions - 1));
    pn_transport_set_idle_timeout(driver_.transport, static_cast<pn_millis_t>(limits.idle.count()));
    pn_connection_driver_bind(&driver_);
}

Engine::~Engine() {
    pn_connection_driver_destroy(&driver_);
}

std::span<char> Engine::read_space() {
    if (refused_ || !held_.empty()) return {};
    const pn_rwbytes_t space = pn_connection_driver_read_buffer(&driver_);
    return {space.start, space.size};
}

void Engine::read_done(std::size_t size) {
    const pn_rwbytes_t space = pn_connection_driver_read_buffer(&driver_);
    const auto [pass, error] = guard_.inspect({space.start, size});
    refused_ = error;
    if (refused_) return;
    held_.assign(space.start + pass, space.start + size);  // before the engine moves its buffer
    pn_connection_driver_read_done(&driver_, pass);
}

bool Engine::resume() {
    if (verdict_.succeeded) guard_.sasl_succeeded();
    if (held_.empty() || refused_) return false;
    const pn_rwbytes_t space = pn_connection_driver_read_buffer(&driver_);
    const std::size_t size = std::min(space.size, held_.size());
    if (size == 0) return false;
    const auto [pass, error] = guard_.inspect({held_.data(), size});
    refused_ = error;
    if (refused_ || pass == 0) return false;
    std::memcpy(space.start, held_.data(), pass);
    pn_connection_driver_read_done(&driver_, pass);
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(pass));
    return true;
}

void Engine::read_closed() {
    pn_connection_driver_read_close(&driver_);
}

std::span<const char> Engine::write_bytes() {
    const pn_bytes_t bytes = pn_connection_driver_write_buffer(&driver_);
    return {bytes.start, bytes.size};
}

void Engine::write_done(std::size_t size) {
    pn_connection_driver_write_done(&driver_, size);
}

void Engine::write_closed() {
    pn_connection_driver_write_close(&driver_);
}

pn_event_t* Engine::next_event() {
    return pn_connection_driver_next_event(&driver_);
}

bool Engine::finished() {
    return pn_connection_driver_finished(&driver_);
}

std::optional<MonoTime> Engine::tick(MonoTime now) {
    const std::int64_t next = pn_transport_tick(driver_.transport, now.time_since_epoch().count());
    if (next == 0) return std::nullopt;
    return MonoTime(Millis(next));
}

}  // namespace cpe::amqp::detail
