// One cpe-sandbox process at work, as cped sees it: its line, its deadline, its end.
//
// Thread: the loop. Ownership: shared, since its deadline's handler may outlive the last user; when
// it is dropped the line ends (a set-up that was not kept then ends by itself). Errors come as
// messages "error ..." (message.hpp), also the passed deadline and an early end.
#pragma once

#include "adapters/local/message.hpp"
#include "adapters/local/posix.hpp"

#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cpe::local {

class Helper : public std::enable_shared_from_this<Helper> {
public:
    using Executor = boost::asio::any_io_executor;

    /// `words`: verb and options. The program gets a clean environment, no descriptor but its line,
    /// a session of its own; after `deadline` it is killed.
    [[nodiscard]] static Result<std::shared_ptr<Helper>> start(
        const Executor& executor, const std::filesystem::path& program,
        const std::vector<std::string>& words, Millis deadline);

    Helper(const Executor& executor, Fd line, Fd process);

    [[nodiscard]] boost::asio::awaitable<Message> next();
    [[nodiscard]] boost::asio::awaitable<void> say(std::string text);
    /// Ends the line and takes the process off the process table once it has ended.
    [[nodiscard]] boost::asio::awaitable<void> finish();

private:
    void arm(Millis deadline);

    boost::asio::local::stream_protocol::socket line_;
    boost::asio::posix::stream_descriptor process_;
    boost::asio::steady_timer deadline_;
    std::string heard_;
    bool timed_out_ = false;
};

/// Runs a verb that answers with one message.
[[nodiscard]] boost::asio::awaitable<Result<Message>> ask_helper(Helper::Executor executor,
                                                                 std::filesystem::path program,
                                                                 std::vector<std::string> words,
                                                                 Millis deadline);

}  // namespace cpe::local
