// A whole server connection (guard, Proton's engine, links, credit) over a stream in memory:
// whatever a peer sends, the process lives, and the connection ends with its stream.
//
// Input: one byte of piece sizes, then the peer's bytes.
#include "adapters/amqp/driver.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace cpe;
using namespace cpe::amqp;

/// Tells the peer's bytes in pieces, then the end; swallows what is written.
class ScriptedStream final : public detail::Stream {
public:
    ScriptedStream(boost::asio::io_context& io, std::string bytes, std::size_t piece)
        : io_(io), bytes_(std::move(bytes)), piece_(piece) {}

    void read_some(std::span<char> into, OnDone done) override {
        const std::size_t size = std::min({into.size(), piece_, bytes_.size() - at_});
        std::memcpy(into.data(), bytes_.data() + at_, size);
        at_ += size;
        boost::system::error_code error;
        if (size == 0) error = boost::asio::error::eof;
        boost::asio::post(io_, [done = std::move(done), error, size] { done(error, size); });
    }
    void write_some(std::span<const char> bytes, OnDone done) override {
        boost::asio::post(io_, [done = std::move(done), size = bytes.size()] { done({}, size); });
    }
    void shutdown_send() override {}
    void close() override {}

private:
    boost::asio::io_context& io_;
    std::string bytes_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

/// "echo" answers, "feed" sends at once, "sink" rejects, all else is refused.
class FuzzHandler final : public Handler {
public:
    FuzzHandler(std::weak_ptr<Connection> connection, bool& closed)
        : connection_(std::move(connection)), closed_(closed) {}

    Result<> on_sender(const std::shared_ptr<Sender>& link) override {
        if (link->address() != "feed") return refused();
        for (int i = 0; i < 3; ++i) link->send(Message("news"));
        return {};
    }
    Result<> on_receiver(const std::shared_ptr<Receiver>& link) override {
        const std::string node = link->address();
        if (node != "echo" && node != "sink") return refused();
        link->on_message([this, node](const Message& message, Delivery delivery) {
            if (node == "sink") return delivery.reject({"amqp:not-allowed", "no"});
            const auto connection = connection_.lock();
            const auto reply = connection->reply_sender(message.reply_to());
            if (!reply) return;
            delivery.accept();
            Message answer;
            answer.body(message.body());
            reply->send(answer);
        });
        return {};
    }
    void on_closed(const Condition&) override { closed_ = true; }

private:
    static Error refused() { return {Errc::not_found, "no such node", "", ""}; }
    std::weak_ptr<Connection> connection_;
    bool& closed_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t piece = std::size_t{data[0]} * 16 + 1;
    std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    boost::asio::io_context io;
    detail::DriverSettings settings;
    settings.container = "fuzz";
    settings.limits.max_message = 4096;
    settings.limits.max_links = 8;
    settings.limits.linger = Millis(0);
    bool closed = false;
    {
        const auto driver = std::make_shared<detail::Driver>(
            io.get_executor(), std::make_unique<ScriptedStream>(io, std::move(bytes), piece),
            Peer{}, settings);
        driver->start(std::make_unique<FuzzHandler>(driver, closed));
    }
    io.run();
    if (!closed) std::abort();
    return 0;
}
