// One command on a session's channel, step by step: opened, asked for, fed, read, closed, freed.
//
// Thread: the loop. Owned by its Session and by who asked for it. libssh2 is called from step()
// only, and the hooks from deliver() only, after all stepping: they may do anything. Limits:
// max_output bytes of stdout and stderr together, then the command is given up; stderr is kept as a
// tail.
#pragma once

#include "adapters/ssh/libssh2_handles.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace cpe::ssh {

struct ExecEnd {
    enum class Fate {
        exited,     ///< status says how
        signalled,  ///< text: the signal's name
        refused,    ///< sshd would not open or start it; text: why
        overflow,   ///< it wrote more than max_output
        lost,       ///< the session ended; text: why
    } fate = Fate::exited;
    int status = 0;
    std::string text;
    std::string errors;  ///< the end of its stderr
};

struct ExecRequest {
    std::string command;
    std::string input;  ///< for its stdin, which stays open until finish()
    std::size_t max_output = 1U << 20U;
    enum class Slot {
        shared,    ///< one of those that there are for all
        urgent,    ///< or the one that is kept for such
        standing,  ///< has one of its own; its end counts at once, whoever still holds its output
    } slot = Slot::shared;
};

struct ExecHooks {
    std::function<void(std::string_view)> output;  ///< of its stdout
    std::function<void(ExecEnd)> ended;            ///< once
};

class Exec {
public:
    Exec(ExecRequest request, ExecHooks hooks)
        : request_(std::move(request)), hooks_(std::move(hooks)), input_(request_.input) {}

    void write(std::string_view more) { input_ += more; }
    /// What it has written so far is forgiven: max_output counts from now.
    void read_on() { read_ = 0; }
    /// No more input: its stdin ends.
    void finish() { finished_ = true; }
    /// It is of no interest any more: nothing is told, its channel is closed.
    void abandon();

private:
    friend class Session;
    enum class State {
        queued,    ///< waits for a slot
        opening,   ///< one a session at a time
        starting,  ///< the command is asked for
        running,
        closing,  ///< all is read; waits for the peer's CLOSE
        freeing,
        gone,
    };
    enum class Step { waits, fatal };

    Exec() : probe_(true), abandoned_(true) {}
    [[nodiscard]] bool stands() const { return request_.slot == ExecRequest::Slot::standing; }
    [[nodiscard]] bool is_urgent() const { return request_.slot == ExecRequest::Slot::urgent; }
    Step step(LIBSSH2_SESSION* session);
    Step open(LIBSSH2_SESSION* session);
    Step start(LIBSSH2_SESSION* session);
    Step run(LIBSSH2_SESSION* session);
    Step feed();
    Step drain();
    Step close(LIBSSH2_SESSION* session);
    Step free();
    void refuse(LIBSSH2_SESSION* session);
    [[nodiscard]] ExecEnd end_of_process(LIBSSH2_SESSION* session) const;
    void end(ExecEnd end);
    void lose(const std::string& why);
    void drop() { channel_.reset(); }
    /// Tells what has come; false: nothing more will.
    void deliver();

    ExecRequest request_;
    ExecHooks hooks_;
    State state_ = State::queued;
    bool probe_ = false;  ///< asks for a channel that no sshd has: its refusal proves it alive
    bool abandoned_ = false;
    bool finished_ = false;
    bool eof_sent_ = false;
    std::string input_;
    std::string output_;  ///< not told yet
    std::string errors_;
    std::size_t read_ = 0;
    bool ended_ = false;
    bool told_ = false;
    ExecEnd end_;
    ChannelHandle channel_;
};

/// Of what a guest wrote, for a log: its last line, bounded and printable.
[[nodiscard]] std::string last_line(std::string_view text);

/// Errors of libssh2 after which a session cannot go on.
[[nodiscard]] bool is_fatal(long code);

}  // namespace cpe::ssh
