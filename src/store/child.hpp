// One run of a child program: its input given, its output collected, and its end made sure of.
//
// Thread: a worker's; blocks up to the deadline. The child inherits nothing but its three standard
// files, gets an empty environment, and is killed and reaped before run_child() returns. The
// process must not reap children by waitpid(-1).
#pragma once

#include <cpe/result.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace cpe::store {

/// Ends what waits on it from another thread.
class StopSignal {
public:
    StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;
    ~StopSignal();
    void raise();
    [[nodiscard]] int fd() const { return fd_; }  ///< readable once raised

private:
    int fd_;
};

struct ChildLimits {
    std::chrono::steady_clock::time_point deadline;
    std::size_t output;  ///< bytes
};

/// What it wrote to its standard output. Errc::unavailable: cannot be started, or stopped;
/// Errc::timed_out, Errc::too_large: killed for that; Errc::internal: it failed or died.
Result<std::string> run_child(const std::filesystem::path& program, const std::string& input,
                              const ChildLimits&, const StopSignal&);

}  // namespace cpe::store
