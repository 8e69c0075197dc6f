#include "adapters/http/client.hpp"

#include "adapters/http/engine.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace cpe::http {
namespace {

namespace asio = boost::asio;

/// In libcurl's hands for as long as this lives.
class UnderWay {
public:
    UnderWay(std::shared_ptr<Engine> engine, Transfer& transfer)
        : engine_(std::move(engine)), transfer_(transfer) {
        engine_->add(transfer_);
    }
    ~UnderWay() {
        // Its coroutine was dropped without an end: the loop itself is going down.
        if (!transfer_.finished()) engine_->close();
        engine_->remove(transfer_);
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

private:
    std::shared_ptr<Engine> engine_;
    Transfer& transfer_;
};

Failure unsent(FailureKind kind, const char* message) {
    return {kind, message, false};
}

asio::awaitable<Reply<Response>> run(std::shared_ptr<Engine> engine, Request request) {
    if (!engine->is_open()) co_return unsent(FailureKind::cancelled, "the client is closed");
    if (engine->transfers() >= max_transfers)
        co_return unsent(FailureKind::unreachable, "too many requests are under way");
    if (std::chrono::steady_clock::now() >= request.deadline)
        co_return unsent(FailureKind::timeout, "the deadline passed before it was sent");
    Transfer transfer(engine->executor(), std::move(request), engine->options());
    const UnderWay under_way(engine, transfer);
    boost::system::error_code woken;
    if (!transfer.finished())
        co_await transfer.timer().async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if (!transfer.finished()) {
        engine->remove(transfer);
        if (woken)
            transfer.finish(FailureKind::cancelled, "it was cancelled");
        else
            transfer.finish(FailureKind::timeout, "no answer within the deadline");
    }
    co_return transfer.take();
}

}  // namespace

Client::Client(const asio::any_io_executor& executor, ClientOptions options)
    : engine_(std::make_shared<Engine>(executor, std::move(options))) {
    engine_->open();
}

Client::~Client() {
    close();
}

void Client::close() {
    engine_->close();
}

asio::awaitable<Reply<Response>> Client::send(Request request) {
    return run(engine_, std::move(request));
}

}  // namespace cpe::http
