#include "adapters/ssh/exec.hpp"

#include "adapters/guest/output_tail.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ssh {

namespace {

constexpr std::size_t errors_kept = 1024;
constexpr unsigned window = 256U << 10U;
constexpr unsigned packet = 32U << 10U;
constexpr std::string_view session_type = "session";
constexpr std::string_view probe_type = "probe@cpe";

std::string error_of(LIBSSH2_SESSION* session) {
    char* text = nullptr;
    libssh2_session_last_error(session, &text, nullptr, 0);
    return text ? text : "unknown error";
}

}  // namespace

std::string last_line(std::string_view text) {
    constexpr std::size_t longest = 200;
    const auto end = text.find_last_not_of('\n');
    if (end == std::string_view::npos) return {};
    text = text.substr(0, end + 1);
    text.remove_prefix(text.rfind('\n') + 1);  // npos + 1 is 0
    return guest::printable(text.substr(0, longest));
}

bool is_fatal(long code) {
    switch (code) {
        case LIBSSH2_ERROR_SOCKET_SEND:
        case LIBSSH2_ERROR_SOCKET_RECV:
        case LIBSSH2_ERROR_SOCKET_DISCONNECT:
        case LIBSSH2_ERROR_SOCKET_TIMEOUT:
        case LIBSSH2_ERROR_DECRYPT:
        case LIBSSH2_ERROR_INVALID_MAC:
        case LIBSSH2_ERROR_PROTO:
        case LIBSSH2_ERROR_BAD_USE:
        case LIBSSH2_ERROR_ALLOC: return true;
        default: return false;
    }
}

void Exec::abandon() {
    abandoned_ = true;
    hooks_ = {};
    if (state_ == State::queued) state_ = State::gone;
    // An open or a start cannot be left half-way: they are freed when they come to an end.
    if (state_ == State::running || state_ == State::closing) state_ = State::freeing;
}

Exec::Step Exec::step(LIBSSH2_SESSION* session) {
    auto step = Step::waits;
    for (auto before = State::gone; step != Step::fatal && state_ != before;) {
        before = state_;
        switch (state_) {
            case State::opening: step = open(session); break;
            case State::starting: step = start(session); break;
            case State::running: step = run(session); break;
            case State::closing: step = close(session); break;
            case State::freeing: step = free(); break;
            case State::queued:
            case State::gone: break;
        }
    }
    return step;
}

Exec::Step Exec::open(LIBSSH2_SESSION* session) {
    const auto type = probe_ ? probe_type : session_type;
    channel_.reset(libssh2_channel_open_ex(session, type.data(), static_cast<unsigned>(type.size()),
                                           window, packet, nullptr, 0));
    if (channel_) {
        state_ = abandoned_ ? State::freeing : State::starting;
        return Step::waits;
    }
    const auto code = libssh2_session_last_errno(session);
    if (code == LIBSSH2_ERROR_EAGAIN) return Step::waits;
    if (is_fatal(code)) return Step::fatal;
    refuse(session);
    return Step::waits;
}

void Exec::refuse(LIBSSH2_SESSION* session) {
    if (!probe_) end({ExecEnd::Fate::refused, 0, error_of(session), {}});
    state_ = channel_ ? State::freeing : State::gone;
}

Exec::Step Exec::start(LIBSSH2_SESSION* session) {
    const int code =
        libssh2_channel_process_startup(channel_.get(), "exec", 4, request_.command.data(),
                                        static_cast<unsigned>(request_.command.size()));
    if (code == LIBSSH2_ERROR_EAGAIN) return Step::waits;
    if (is_fatal(code)) return Step::fatal;
    if (code != 0)
        refuse(session);
    else
        state_ = abandoned_ ? State::freeing : State::running;
    return Step::waits;
}

Exec::Step Exec::run(LIBSSH2_SESSION* session) {
    if (feed() == Step::fatal || drain() == Step::fatal) return Step::fatal;
    if (state_ != State::running) return Step::waits;
    if (libssh2_channel_eof(channel_.get()) == 1) {
        state_ = State::closing;
    } else if (stands()) {
        auto so_far = end_of_process(session);
        if (so_far.fate == ExecEnd::Fate::exited && so_far.status == 0) return Step::waits;
        end(std::move(so_far));
        state_ = State::freeing;
    }
    return Step::waits;
}

Exec::Step Exec::feed() {
    while (!input_.empty()) {
        const auto sent = libssh2_channel_write_ex(channel_.get(), 0, input_.data(), input_.size());
        if (sent == LIBSSH2_ERROR_EAGAIN) return Step::waits;
        if (sent < 0) {
            if (is_fatal(sent)) return Step::fatal;
            input_.clear();  // it does not read any more; its end is still to come
            break;
        }
        if (sent == 0) return Step::waits;
        input_.erase(0, static_cast<std::size_t>(sent));
    }
    if (!finished_ || eof_sent_) return Step::waits;
    const int code = libssh2_channel_send_eof(channel_.get());
    if (code == LIBSSH2_ERROR_EAGAIN) return Step::waits;
    eof_sent_ = true;
    return is_fatal(code) ? Step::fatal : Step::waits;
}

/// Both streams, always: they share one window.
Exec::Step Exec::drain() {
    char buffer[packet];
    for (const int stream : {0, SSH_EXTENDED_DATA_STDERR}) {
        for (;;) {
            const auto got = libssh2_channel_read_ex(channel_.get(), stream, buffer, sizeof buffer);
            if (got == 0 || got == LIBSSH2_ERROR_EAGAIN) break;
            if (got < 0) return is_fatal(got) ? Step::fatal : Step::waits;
            const std::string_view bytes(buffer, static_cast<std::size_t>(got));
            read_ += bytes.size();
            if (read_ > request_.max_output) {
                end({ExecEnd::Fate::overflow, 0, "it wrote too much", errors_});
                state_ = State::freeing;
                return Step::waits;
            }
            if (stream == 0) {
                output_ += bytes;
                continue;
            }
            errors_ += bytes;
            if (errors_.size() > errors_kept) errors_.erase(0, errors_.size() - errors_kept);
        }
    }
    return Step::waits;
}

/// The exit status may come after EOF, and reads 0 until then and after a signal.
Exec::Step Exec::close(LIBSSH2_SESSION* session) {
    const int code = libssh2_channel_wait_closed(channel_.get());
    if (code == LIBSSH2_ERROR_EAGAIN) return Step::waits;
    if (is_fatal(code)) return Step::fatal;
    end(end_of_process(session));
    state_ = State::freeing;
    return Step::waits;
}

/// As far as it was told: status 0 may mean that nothing was.
ExecEnd Exec::end_of_process(LIBSSH2_SESSION* session) const {
    char* signal = nullptr;
    std::size_t length = 0;
    libssh2_channel_get_exit_signal(channel_.get(), &signal, &length, nullptr, nullptr, nullptr,
                                    nullptr);
    if (!signal)
        return {
            ExecEnd::Fate::exited, libssh2_channel_get_exit_status(channel_.get()), {}, errors_};
    const std::string name(signal, length);
    libssh2_free(session, signal);
    return {ExecEnd::Fate::signalled, 0, name, errors_};
}

/// Says CLOSE and waits for the peer's.
Exec::Step Exec::free() {
    if (channel_) {
        const int code = libssh2_channel_free(channel_.get());
        if (code == LIBSSH2_ERROR_EAGAIN) return Step::waits;
        static_cast<void>(channel_.release());
        if (is_fatal(code)) return Step::fatal;
    }
    state_ = State::gone;
    return Step::waits;
}

void Exec::end(ExecEnd end) {
    if (std::exchange(ended_, true)) return;
    end_ = std::move(end);
}

void Exec::lose(const std::string& why) {
    end({ExecEnd::Fate::lost, 0, why, errors_});
    state_ = State::gone;
}

void Exec::deliver() {
    const auto hooks = hooks_;  // it may be abandoned by what is called
    if (!output_.empty()) {
        const auto bytes = std::exchange(output_, {});
        if (hooks.output) hooks.output(bytes);
    }
    if (ended_ && !std::exchange(told_, true) && hooks_.ended) hooks.ended(end_);
}

}  // namespace cpe::ssh
