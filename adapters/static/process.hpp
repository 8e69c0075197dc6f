// One run of a program: its input given, its output bounded, its time limited, nothing of it left.
//
// Thread: the loop; nothing blocks. Ownership: whoever awaits a run holds it; close() ends one
// under way. Errors: Errc::unavailable where it cannot be started, with the system's words. Limits:
// output_kept bytes of its output are kept, whatever it writes; kill_wait until a killed one must
// be gone.
#pragma once

#include "adapters/base/fd.hpp"

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace cpe::static_hosts {

using base::Fd;

constexpr std::size_t output_kept = 4U << 10U;
constexpr Millis kill_wait{5'000};

struct Ended {
    int code = -1;  ///< what it exited with; -1: it was ended by a signal
    int signal = 0;
    bool timed_out = false;  ///< it was killed, it and all of its session
    std::string output;      ///< the end of stdout and stderr, from the beginning of a line
};

class Process : public std::enable_shared_from_this<Process> {
public:
    using Executor = boost::asio::any_io_executor;

    /// In a session of its own, in "/", with PATH and LANG alone as its environment, `input` as its
    /// stdin and no other descriptor of ours. No arguments: they can be seen by everybody.
    static Result<std::shared_ptr<Process>> start(const Executor& executor,
                                                  const std::filesystem::path& program,
                                                  const std::string& input);
    Process(const Executor& executor, pid_t pid, Fd process, Fd output);

    /// Once. What is left of its session when it ends is killed with it.
    static boost::asio::awaitable<Ended> wait(std::shared_ptr<Process> self, Millis limit);
    /// Kills it.
    void close();

private:
    void await_end();
    [[nodiscard]] bool is_alive() const;
    void end();
    void await_output();
    void read_some(std::size_t budget);
    void keep(const char* data, std::size_t size);
    void kill_session() const;

    pid_t pid_;
    boost::asio::posix::stream_descriptor process_;  ///< pidfd
    boost::asio::posix::stream_descriptor output_;
    boost::asio::steady_timer ended_;  ///< cancelled when it has
    bool gone_ = false;
    bool cut_ = false;  ///< the beginning of what is kept is not that of a line
    Ended result_;
};

}  // namespace cpe::static_hosts
