// One policy helper: a child process with a socket to talk to it.
//
// Thread: the loop's. Ownership: it is killed and reaped when the object goes (which blocks for the
// moment that takes; end() does not); it also dies with this process. It has no other file
// descriptor of ours, and a memory limit.
#pragma once

#include <cpe/result.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cpe::policy_runner {

struct HelperProgram {
    std::filesystem::path path;            ///< cpe-policy-helper
    std::uint64_t memory_bytes = 0;        ///< address space; 0 = no limit
    std::vector<std::string> arguments;    ///< further ones
    std::vector<std::string> environment;  ///< helper_environment()
};

/// What a helper gets of our environment: next to nothing, for it may hold secrets. Take it before
/// the policy thread begins: libpacemaker calls setenv() there, which moves the environment.
std::vector<std::string> helper_environment();

class HelperProcess {
public:
    using Socket = boost::asio::local::stream_protocol::socket;

    static Result<HelperProcess> spawn(const boost::asio::any_io_executor& loop,
                                       const HelperProgram& program);
    HelperProcess(const HelperProcess&) = delete;
    HelperProcess& operator=(const HelperProcess&) = delete;
    HelperProcess(HelperProcess&& other) noexcept;
    HelperProcess& operator=(HelperProcess&&) = delete;
    ~HelperProcess();

    Socket& socket() { return socket_; }
    void kill();
    [[nodiscard]] bool running() const;
    /// Kills it if need be, and says how it ended: "ended by signal 11 (Segmentation fault)".
    boost::asio::awaitable<std::string> end();
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    HelperProcess(Socket socket, boost::asio::posix::stream_descriptor ended, pid_t pid);

    Socket socket_;
    boost::asio::posix::stream_descriptor ended_;  ///< a pidfd: readable once it has ended
    pid_t pid_ = 0;                                ///< 0: reaped, or moved from
};

}  // namespace cpe::policy_runner
