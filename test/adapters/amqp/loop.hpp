// A loop, a scratch directory and an echo server for tests of real connections.
#pragma once

#include "adapters/amqp/client.hpp"
#include "adapters/amqp/listener.hpp"

#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace test {

/// Runs the loop until something is so; a test that waits in vain fails here.
class Loop {
public:
    boost::asio::io_context io;

    bool run_until(const std::function<bool()>& so,
                   std::chrono::milliseconds limit = std::chrono::seconds(20)) {
        const auto until = std::chrono::steady_clock::now() + limit;
        while (!so()) {
            if (std::chrono::steady_clock::now() >= until) return false;
            io.restart();
            io.run_one_for(std::chrono::milliseconds(20));
        }
        return true;
    }
    /// Lets all that is ready now happen.
    void drain() {
        io.restart();
        io.poll();
    }
};

class ScratchDir {
public:
    ScratchDir() {
        std::string pattern = (std::filesystem::temp_directory_path() / "cpe-amqp-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
        path = pattern;
    }
    ~ScratchDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    ScratchDir(const ScratchDir&) = delete;
    ScratchDir& operator=(const ScratchDir&) = delete;

    std::filesystem::path path;
};

/// What an Echo server has seen, and how it is to behave.
struct EchoState {
    std::vector<std::shared_ptr<cpe::amqp::Sender>> feeds;  ///< receivers on "feed"
    std::vector<cpe::amqp::Condition> closed;
    std::vector<cpe::amqp::Peer> peers;
    std::vector<std::string> messages;  ///< sent to "sink"
    std::vector<cpe::amqp::Delivery> kept;
    bool refuse_open = false;
};

/// Nodes: "echo" answers to reply-to; "feed" is received from; "sink" keeps deliveries unsettled;
/// "throw" throws.
class EchoHandler final : public cpe::amqp::Handler {
public:
    EchoHandler(std::weak_ptr<cpe::amqp::Connection> connection, EchoState& state)
        : connection_(std::move(connection)), state_(state) {}

    cpe::Result<> on_open() override {
        if (state_.refuse_open)
            return cpe::Error{cpe::Errc::not_allowed, "not for you", "cped.sock", ""};
        return {};
    }
    cpe::Result<> on_sender(const std::shared_ptr<cpe::amqp::Sender>& link) override {
        if (link->address() != "feed") return unknown(link->address());
        state_.feeds.push_back(link);
        return {};
    }
    cpe::Result<> on_receiver(const std::shared_ptr<cpe::amqp::Receiver>& link) override {
        const std::string node = link->address();
        if (node == "throw") throw std::runtime_error("attached to throw");
        if (node != "echo" && node != "sink") return unknown(node);
        link->on_message([this, node](cpe::amqp::Message message, cpe::amqp::Delivery delivery) {
            if (node == "sink") {
                state_.messages.push_back(cpe::amqp::as_string(message.body()).value_or("?"));
                state_.kept.push_back(std::move(delivery));
                return;
            }
            const auto connection = connection_.lock();
            const auto reply = connection->reply_sender(message.reply_to());
            if (!reply) return delivery.reject({"amqp:not-found", "no such reply-to here"});
            cpe::amqp::Message answer;
            answer.correlation_id(message.id());
            answer.body(message.body());
            delivery.accept();
            reply->send(answer);
        });
        return {};
    }
    void on_closed(const cpe::amqp::Condition& condition) override {
        state_.closed.push_back(condition);
    }

private:
    static cpe::Error unknown(const std::string& node) {
        return {cpe::Errc::not_found, "no such node", node, ""};
    }
    std::weak_ptr<cpe::amqp::Connection> connection_;
    EchoState& state_;
};

struct EchoServer {
    explicit EchoServer(cpe::amqp::Limits limits = {}) {
        settings.path = dir.path / "echo.sock";
        settings.limits = limits;
        settings.log = [this](cpe::LogLevel, std::string_view, std::string_view line) {
            log.emplace_back(line);
        };
        open();
    }
    void open() {
        auto opened = cpe::amqp::Listener::open(
            loop.io.get_executor(), settings, [this](const auto& connection, const auto& peer) {
                state.peers.push_back(peer);
                return std::make_unique<EchoHandler>(connection, state);
            });
        listener = std::move(opened).value();
    }
    std::shared_ptr<cpe::amqp::Client> connect(cpe::amqp::ClientSettings client = {}) {
        std::optional<cpe::Result<std::shared_ptr<cpe::amqp::Client>>> got;
        cpe::amqp::Client::connect_unix(loop.io.get_executor(), settings.path, client,
                                        [&](auto result) { got = std::move(result); });
        if (!loop.run_until([&] { return got.has_value(); })) throw std::runtime_error("no answer");
        error = *got ? cpe::Error{} : got->error();
        return *got ? **got : nullptr;
    }

    Loop loop;
    ScratchDir dir;
    std::vector<std::string> log;
    EchoState state;
    cpe::amqp::ListenerSettings settings;
    std::unique_ptr<cpe::amqp::Listener> listener;
    cpe::Error error;  ///< of the last connect
};

}  // namespace test
