// Unix sockets by path, also by paths longer than sun_path (107 bytes): the directory is opened and
// named as /proc/self/fd/N.
//
// Thread: any. Ownership: descriptors are owned by Fd. Nothing here blocks: Unix sockets connect at
// once or not at all.
#pragma once

#include <cpe/result.hpp>

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <utility>

namespace cpe::amqp::detail {

class Fd {
public:
    explicit Fd(int value = -1) : value_(value) {}
    ~Fd();
    Fd(Fd&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    Fd& operator=(Fd&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    [[nodiscard]] int get() const { return value_; }
    [[nodiscard]] int release() { return std::exchange(value_, -1); }
    explicit operator bool() const { return value_ >= 0; }

private:
    int value_;
};

/// Which file a path led to, so that only our own is removed.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

struct BoundSocket {
    Fd socket;  ///< listening, non-blocking
    FileIdentity file;
};

/// Binds and listens. A socket file that nobody listens on is replaced; one that is in use is
/// Errc::refused, a file that is no socket Errc::refused.
[[nodiscard]] Result<BoundSocket> listen_on(const std::filesystem::path& path, unsigned mode,
                                            std::optional<gid_t> group);

/// Removes the socket file, if it still is the one that was bound.
void remove_socket(const std::filesystem::path& path, const FileIdentity& file);

/// A connected, non-blocking socket. Errc::unavailable: no such socket or nobody listens (`hint`
/// says which); Errc::timed_out: the listener's backlog is full now, worth another try.
[[nodiscard]] Result<Fd> connect_to(const std::filesystem::path& path);

}  // namespace cpe::amqp::detail
