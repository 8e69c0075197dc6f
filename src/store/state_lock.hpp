// One cped owns a state directory: a lock that goes with the process, however it ends.
//
// Thread: any. Take it before the database is opened, and keep it until the database is closed.
#pragma once

#include <cpe/result.hpp>

#include <filesystem>
#include <utility>

namespace cpe::store {

class StateLock {
public:
    /// `path`: StatePaths::lock(). Errc::refused with the holder's pid where another has it.
    static Result<StateLock> take(const std::filesystem::path& path);
    StateLock(StateLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    StateLock& operator=(StateLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~StateLock();

private:
    explicit StateLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace cpe::store
