#include "adapters/amqp/driver.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <proton/connection.h>
#include <proton/transport.h>

#include <algorithm>
#include <utility>

namespace cpe::amqp::detail {

using boost::system::error_code;

Driver::Driver(const boost::asio::any_io_executor& executor, std::unique_ptr<Stream> stream,
               Peer peer, DriverSettings settings)
    : settings_(std::move(settings)),
      engine_(settings_.role, settings_.container, settings_.limits),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      timer_(executor) {}

Driver::~Driver() {
    for (auto& [raw, core] : links_) core->abandon();
}

MonoTime Driver::now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return MonoTime(std::chrono::duration_cast<Millis>(since));
}

void Driver::log(LogLevel level, const std::string& line) const {
    if (settings_.log) settings_.log(level, settings_.component, line);
}

void Driver::start(std::unique_ptr<Handler> handler) {
    handler_ = std::move(handler);
    deadlines_.set(Deadline::handshake, now() + settings_.limits.handshake);
    if (settings_.role == Role::client) pn_connection_open(engine_.connection());
    pump();
}

void Driver::wake() {
    if (ended_) return;
    if (pumping_) {
        again_ = true;
    } else if (!posted_) {
        posted_ = true;
        boost::asio::post(timer_.get_executor(), [weak = weak_from_this()] {
            if (const auto self = std::static_pointer_cast<Driver>(weak.lock())) {
                self->posted_ = false;
                self->pump();
            }
        });
    }
}

/// What users throw ends their connection and nothing else.
template <class Call>
void Driver::guarded(Call call) {
    try {
        call();
    } catch (const std::exception& thrown) {
        log(LogLevel::error,
            std::string("closing a connection whose handler threw: ") + thrown.what());
        fail({"amqp:internal-error", "internal error"});
    }
}

void Driver::pump() {
    if (ended_) return;
    if (pumping_) {
        again_ = true;
        return;
    }
    const auto keep = shared_from_this();
    pumping_ = true;
    if (const auto next = engine_.tick(now())) {
        deadlines_.set(Deadline::tick, *next);
    } else {
        deadlines_.clear(Deadline::tick);
    }
    process();
    if (!ended_) write();
    pumping_ = false;
    if (!ended_ && !writing_ && engine_.finished()) end();
    if (ended_) return;
    read();
    arm();
}

/// Events until there are none: each may cause others, and lets go of bytes that were held back.
void Driver::process() {
    do {
        again_ = false;
        while (pn_event_t* event = ended_ ? nullptr : engine_.next_event())
            guarded([&] { handle(event); });
        if (ended_) return;
        guarded([&] { flush(); });
        if (engine_.refused() && !failing_) {
            log(LogLevel::warning, "cutting off a peer: " + engine_.refused()->description);
            fail(*engine_.refused());
        }
    } while (again_ || engine_.resume());
}

void Driver::read() {
    if (reading_ || mute_) return;
    const auto space = engine_.read_space();
    if (space.empty()) return;
    reading_ = true;
    stream_->read_some(space,
                       [self = std::static_pointer_cast<Driver>(shared_from_this())](
                           error_code error, std::size_t size) { self->on_read(error, size); });
}

void Driver::on_read(error_code error, std::size_t size) {
    reading_ = false;
    if (ended_ || mute_) return;
    if (error) {
        remember({"cped:disconnected", error == boost::asio::error::eof
                                           ? "the peer went away without closing"
                                           : error.message()});
        return end();
    }
    engine_.read_done(size);
    watch_frame();
    pump();
}

/// A frame must be complete within its limit: Proton's idle clock is content with a byte a second.
void Driver::watch_frame() {
    const auto& guard = engine_.guard();
    if (!guard.mid_frame()) {
        deadlines_.clear(Deadline::frame);
    } else if (!deadlines_.is_set(Deadline::frame) || guard.frames() != frames_seen_) {
        deadlines_.set(Deadline::frame, now() + settings_.limits.frame);
    }
    frames_seen_ = guard.frames();
}

void Driver::write() {
    if (writing_) return;
    const auto bytes = engine_.write_bytes();
    if (bytes.empty()) {
        if (mute_ && !sent_all_) {
            sent_all_ = true;
            stream_->shutdown_send();
        }
        return;
    }
    writing_ = true;
    deadlines_.set(Deadline::write, now() + settings_.limits.write_stall);
    stream_->write_some(bytes,
                        [self = std::static_pointer_cast<Driver>(shared_from_this())](
                            error_code error, std::size_t size) { self->on_write(error, size); });
}

void Driver::on_write(error_code error, std::size_t size) {
    writing_ = false;
    deadlines_.clear(Deadline::write);
    if (ended_) return;
    if (error) {
        // What the peer said before it went away is still to be read: its reason for closing.
        engine_.write_closed();
        if (!reading_) {
            remember({"cped:disconnected", error.message()});
            return end();
        }
    } else {
        engine_.write_done(size);
    }
    pump();
}

void Driver::arm() {
    const auto next = deadlines_.next();
    if (!next || (armed_ && *armed_ <= *next)) return;  // an early timer looks again
    armed_ = next;
    timer_.expires_at(std::chrono::steady_clock::time_point(next->time_since_epoch()));
    // While nothing is read any more (mute_), the timer alone keeps the connection alive.
    timer_.async_wait(
        [self = std::static_pointer_cast<Driver>(shared_from_this())](error_code error) {
            if (!error) self->on_timer();
        });
}

void Driver::on_timer() {
    armed_.reset();
    if (ended_) return;
    const MonoTime time = now();
    while (const auto which = deadlines_.take_passed(time)) {
        passed(*which);
        if (ended_) return;
    }
    pump();
}

void Driver::passed(Deadline which) {
    switch (which) {
        case Deadline::handshake:
            return fail({"cped:handshake-timeout", "the connection was not opened in time"});
        case Deadline::frame:
            return fail({"cped:frame-timeout", "a frame was not completed in time"});
        case Deadline::write:
            remember({"cped:write-timeout", "the peer does not read"});
            return end();
        case Deadline::linger:
            remember({"cped:disconnected", "the peer did not answer our close"});
            return end();
        case Deadline::tick: return;  // pump ticks
    }
}

void Driver::remember(const Condition& condition) {
    if (!why_) why_ = condition;
}

void Driver::say_goodbye(const Condition& condition) {
    failing_ = true;
    pn_connection_t* connection = engine_.connection();
    if (pn_connection_state(connection) & PN_LOCAL_UNINIT) pn_connection_open(connection);
    set_condition(pn_connection_condition(connection), condition);
    pn_connection_close(connection);
    deadlines_.clear(Deadline::handshake);
    deadlines_.clear(Deadline::frame);
    deadlines_.set(Deadline::linger, now() + settings_.limits.linger);
    wake();
}

void Driver::fail(const Condition& condition) {
    if (ended_ || mute_) return;
    remember(condition);
    mute_ = true;
    say_goodbye(condition);
}

void Driver::close(const Condition& condition) {
    if (ended_ || failing_) return;
    remember(condition);
    say_goodbye(condition);
}

void Driver::close_now(const Condition& condition) {
    close(condition);
    pump();
}

void Driver::cut(const Condition& condition) {
    remember(condition);
    if (!pumping_) return end();
    boost::asio::post(
        timer_.get_executor(),
        [self = std::static_pointer_cast<Driver>(shared_from_this())] { self->end(); });
}

void Driver::end() {
    if (ended_) return;
    const auto keep = shared_from_this();
    ended_ = true;
    timer_.cancel();
    stream_->close();
    const Condition why = why_.value_or(Condition{});
    auto links = std::exchange(links_, {});
    replies_.clear();
    for (auto& [raw, core] : links) guarded([&, link = core] { link->ended(why); });
    if (auto handler = std::exchange(handler_, nullptr)) guarded([&] { handler->on_closed(why); });
}

bool Driver::charge_partial(std::ptrdiff_t bytes) {
    partial_bytes_ += static_cast<std::size_t>(bytes);
    return partial_bytes_ <= std::max(limits().max_partial, limits().max_message);
}

bool Driver::charge_queue(std::ptrdiff_t bytes) {
    queued_bytes_ += static_cast<std::size_t>(bytes);
    return queued_bytes_ <= limits().queue_total;
}

}  // namespace cpe::amqp::detail
