// The one place that frees what libssh2 made.
//
// Thread: the loop. A session must be given up (its callbacks fail) before its handles are dropped,
// or freeing would ask the peer; Session sees to that.
#pragma once

#include <libssh2.h>

#include <memory>

namespace cpe::ssh {

/// libssh2 as a whole; one in a process that uses it, before any session.
class Library {
public:
    Library() : ready_(libssh2_init(0) == 0) {}
    ~Library() {
        if (ready_) libssh2_exit();
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

private:
    bool ready_;
};

struct FreeSession {
    void operator()(LIBSSH2_SESSION* session) const {
        constexpr int rounds = 100;  // immediate once the callbacks fail
        for (int i = 0; i < rounds; ++i)
            if (libssh2_session_free(session) != LIBSSH2_ERROR_EAGAIN) return;
    }
};
using SessionHandle = std::unique_ptr<LIBSSH2_SESSION, FreeSession>;

struct FreeChannel {
    void operator()(LIBSSH2_CHANNEL* channel) const { libssh2_channel_free(channel); }
};
using ChannelHandle = std::unique_ptr<LIBSSH2_CHANNEL, FreeChannel>;

}  // namespace cpe::ssh
