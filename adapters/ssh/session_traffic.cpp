// A session's bytes and commands, and its end.
#include "adapters/ssh/session.hpp"
#include "adapters/ssh/session_login.hpp"

#include <boost/asio/post.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace cpe::ssh {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// What a peer does not take is kept: it is bounded by the windows of its channels.
constexpr std::size_t max_unsent = 32U << 20U;
/// Rounds of stepping in one go; the rest after others had their turn.
constexpr int max_rounds = 64;

}  // namespace

// Bytes.

ssize_t Session::receive(int socket, void* to, size_t size, int flags, void** self) {
    auto& session = *static_cast<Session*>(*self);
    if (session.stage_ == Stage::ended) return -ECONNRESET;
    const auto got = ::recv(socket, to, size, flags);
    if (got < 0) return -errno;
    session.received_ += static_cast<std::uint64_t>(got);
    return got;
}

/// Takes everything, always: a packet that is half sent would make every other call fail.
ssize_t Session::send(int socket, const void* from, size_t size, int flags, void** self) {
    auto& session = *static_cast<Session*>(*self);
    if (session.stage_ == Stage::ended) return -ECONNRESET;
    std::size_t sent = 0;
    if (session.unsent_.empty()) {
        const auto done = ::send(socket, from, size, flags | MSG_NOSIGNAL);
        if (done < 0 && errno != EAGAIN && errno != EINTR) return -errno;
        if (done > 0) sent = static_cast<std::size_t>(done);
    }
    if (sent < size) {
        if (session.unsent_.size() + size > max_unsent) return -EPIPE;
        session.unsent_.append(static_cast<const char*>(from) + sent, size - sent);
        session.wait_write();
    }
    return static_cast<ssize_t>(size);
}

void Session::wait_write() {
    if (std::exchange(writing_, true)) return;
    socket_.async_wait(tcp::socket::wait_write, [weak = weak_from_this()](error_code failed) {
        const auto self = weak.lock();
        if (failed || !self || self->stage_ == Stage::ended) return;
        self->writing_ = false;
        auto& unsent = self->unsent_;
        const auto sent =
            ::send(self->socket_.native_handle(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return self->fail(self->error(Errc::unavailable, std::strerror(errno)));
        if (sent > 0) unsent.erase(0, static_cast<std::size_t>(sent));
        if (!unsent.empty()) return self->wait_write();
        self->touch();
    });
}

void Session::wait_read() {
    socket_.async_wait(tcp::socket::wait_read, [weak = weak_from_this()](error_code failed) {
        const auto self = weak.lock();
        if (failed || !self || self->stage_ == Stage::ended) return;
        self->pump();
        if (self->stage_ != Stage::ended) self->wait_read();
    });
}

// Commands.

std::shared_ptr<Exec> Session::exec(ExecRequest request, ExecHooks hooks) {
    auto exec = std::make_shared<Exec>(std::move(request), std::move(hooks));
    execs_.push_back(exec);
    if (stage_ == Stage::ended) exec->lose("the session has ended");
    touch();
    return exec;
}

void Session::probe() {
    execs_.push_front(std::shared_ptr<Exec>(new Exec));
    touch();
}

void Session::touch() {
    if (std::exchange(pump_posted_, true)) return;
    boost::asio::post(executor_, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->pump_posted_ = false;
        self->pump();
    });
}

/// Any call of libssh2 may take in what belongs to another channel: round until nothing new comes.
void Session::pump() {
    const auto self = shared_from_this();
    if (pumping_) return touch();
    pumping_ = true;
    if (stage_ != Stage::ended && session_ && log_in()) step_all();
    pumping_ = false;
    if (stage_ != Stage::ended && received_ != std::exchange(told_received_, received_))
        if (const auto heard = hooks_.heard) heard();
    deliver();
}

void Session::step_all() {
    for (int round = 0; round < max_rounds; ++round) {
        const auto before = received_;
        open_next();
        for (const auto& exec : execs_) {
            if (exec->step(session_.get()) == Exec::Step::waits) continue;
            fail(error(Errc::unavailable, "the connection broke: " + libssh2_error()));
            return;
        }
        const bool opened = opening_ && opening_->state_ != Exec::State::opening;
        if (opened) opening_.reset();
        if (received_ == before && !opened) return;
    }
    touch();
}

/// One at a time: libssh2 has one state for it in a session.
void Session::open_next() {
    if (opening_) return;
    const auto busy =
        static_cast<std::size_t>(std::count_if(execs_.begin(), execs_.end(), [](const auto& exec) {
            return !exec->probe_ && !exec->stands() && exec->state_ != Exec::State::queued &&
                   exec->state_ != Exec::State::gone;
        }));
    for (const auto& exec : execs_) {
        if (exec->state_ != Exec::State::queued) continue;
        const bool free = exec->probe_ || exec->stands();
        if (!free && busy >= settings_.execs + (exec->is_urgent() ? 1 : 0)) continue;
        exec->state_ = Exec::State::opening;
        opening_ = exec;
        return;
    }
}

void Session::deliver() {
    const auto execs = execs_;
    std::erase_if(execs_, [](const auto& exec) { return exec->state_ == Exec::State::gone; });
    for (const auto& exec : execs) exec->deliver();
}

// The end.

/// Told later, not from within a call of libssh2's or of who uses this.
void Session::fail(Error why) {
    if (stage_ == Stage::ended) return;
    stage_ = Stage::ended;
    timer_.cancel();
    boost::asio::post(executor_, [self = shared_from_this(), why = std::move(why)] {
        self->tear_down();
        for (const auto& exec : self->execs_) exec->lose(why.what);
        self->deliver();
        if (const auto ended = std::exchange(self->hooks_, {}).ended) ended(why);
    });
}

void Session::close() {
    hooks_ = {};
    for (const auto& exec : execs_) exec->abandon();
    if (pumping_) {
        stage_ = Stage::ended;
        boost::asio::post(executor_, [self = shared_from_this()] { self->tear_down(); });
        return;
    }
    tear_down();
}

/// Asks nothing of the peer: the callbacks fail now, so that freeing is immediate.
void Session::tear_down() {
    stage_ = Stage::ended;
    timer_.cancel();
    resolver_.cancel();
    opening_.reset();
    for (const auto& exec : execs_) exec->drop();
    session_.reset();
    login_.reset();
    error_code ignored;
    if (!socket_.is_open()) return;
    socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

}  // namespace cpe::ssh
