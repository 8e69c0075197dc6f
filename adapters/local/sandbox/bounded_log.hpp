// The sandbox's log file: what its init says, and what the agent writes to stdout and stderr.
//
// Over the limit, its older half goes. What cannot be written is dropped: a full disk must not stop
// a sandbox. Thread: one.
#pragma once

#include "adapters/local/posix.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cpe::local {

class BoundedLog {
public:
    /// `file` is open for reading and appending.
    BoundedLog(Fd file, std::uint64_t limit);
    /// As it is.
    void append(std::string_view bytes);
    /// With the time before and a newline after.
    void line(const std::string& text);

private:
    void keep_newest_half();

    Fd file_;
    std::uint64_t limit_;
    std::uint64_t size_ = 0;
};

}  // namespace cpe::local
