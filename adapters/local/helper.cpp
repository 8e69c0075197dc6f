#include "adapters/local/helper.hpp"

#include "adapters/local/spawn.hpp"

#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <csignal>

namespace cpe::local {

namespace asio = boost::asio;

Result<std::shared_ptr<Helper>> Helper::start(const Executor& executor,
                                              const std::filesystem::path& program,
                                              const std::vector<std::string>& words,
                                              Millis deadline) {
    auto spawned = spawn(program, words);
    if (!spawned) return spawned.error();
    auto helper =
        std::make_shared<Helper>(executor, std::move(spawned->line), std::move(spawned->process));
    helper->arm(deadline);
    return helper;
}

Helper::Helper(const Executor& executor, Fd line, Fd process)
    : line_(executor, asio::local::stream_protocol(), line.release()),
      process_(executor, process.release()),
      deadline_(executor) {}

void Helper::arm(Millis deadline) {
    deadline_.expires_after(deadline);
    deadline_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self) return;
        self->timed_out_ = true;
        send_signal(self->process_.native_handle(), SIGKILL);
        boost::system::error_code ignored;
        self->line_.shutdown(asio::socket_base::shutdown_both, ignored);
    });
}

asio::awaitable<Message> Helper::next() {
    boost::system::error_code failed;
    const auto size =
        co_await asio::async_read_until(line_, asio::dynamic_buffer(heard_, 2 * max_message), '\n',
                                        asio::redirect_error(asio::use_awaitable, failed));
    if (failed) {
        if (timed_out_)
            co_return error_message({Errc::timed_out, "its time limit has passed", "", ""});
        co_return error_message({Errc::internal, "cpe-sandbox ended without an answer", "", ""});
    }
    auto message = parse_message(std::string_view(heard_).substr(0, size));
    heard_.erase(0, size);
    co_return message;
}

asio::awaitable<void> Helper::say(std::string text) {
    boost::system::error_code failed;  // then the next message tells
    co_await asio::async_write(line_, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, failed));
}

asio::awaitable<void> Helper::finish() {
    boost::system::error_code ignored;
    line_.close(ignored);
    do {  // Asio may wake who waits for a descriptor whose number was another's a moment ago
        co_await process_.async_wait(asio::posix::stream_descriptor::wait_read,
                                     asio::redirect_error(asio::use_awaitable, ignored));
    } while (!ignored && !has_ended(process_.native_handle()));
    deadline_.cancel();
    const Fd process(process_.release());
    static_cast<void>(reap(process));
}

asio::awaitable<Result<Message>> ask_helper(Helper::Executor executor,
                                            std::filesystem::path program,
                                            std::vector<std::string> words, Millis deadline) {
    auto helper = Helper::start(executor, program, words, deadline);
    if (!helper) co_return helper.error();
    auto answer = co_await (*helper)->next();
    co_await (*helper)->finish();
    if (answer.front() == "error") co_return error_of(answer);
    co_return answer;
}

}  // namespace cpe::local
