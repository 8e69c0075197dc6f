#include "adapters/amqp/listener.hpp"

#include "adapters/amqp/driver.hpp"
#include "adapters/amqp/unix_socket.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace cpe::amqp {
namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

/// Pause after accept(2) failed (no descriptors, no memory): never a hot loop.
constexpr Millis accept_pause{100};

class UnixListener final : public Listener {
public:
    UnixListener(boost::asio::any_io_executor executor, ListenerSettings settings, Factory factory,
                 detail::BoundSocket bound)
        : shared_(std::make_shared<Shared>(std::move(executor), std::move(settings),
                                           std::move(factory), std::move(bound))) {
        shared_->accept();
    }
    ~UnixListener() override {
        close({"amqp:connection:forced", "the server is stopping"});
        shared_->cut();
    }

    void close(const Condition& condition) override { shared_->close(condition); }
    [[nodiscard]] std::size_t connections() const override { return shared_->count(); }

private:
    /// Outlives the listener until its pending accept has returned.
    struct Shared : std::enable_shared_from_this<Shared> {
        Shared(boost::asio::any_io_executor executor, ListenerSettings settings_in,
               Factory factory_in, detail::BoundSocket bound)
            : settings(std::move(settings_in)),
              factory(std::move(factory_in)),
              file(bound.file),
              acceptor(executor, stream_protocol(), bound.socket.release()),
              pause(executor) {}

        void accept();
        void accepted(stream_protocol::socket socket);
        void close(const Condition& condition);
        void cut();
        std::size_t count();
        void log(LogLevel level, const std::string& line) const {
            if (settings.log) settings.log(level, settings.component, line);
        }

        ListenerSettings settings;
        Factory factory;
        detail::FileIdentity file;
        stream_protocol::acceptor acceptor;
        boost::asio::steady_timer pause;
        std::vector<std::weak_ptr<detail::Driver>> open;
        bool refusing = false;  ///< max_connections was reached and said
        bool closed = false;
    };

    std::shared_ptr<Shared> shared_;
};

void UnixListener::Shared::accept() {
    acceptor.async_accept(
        [self = shared_from_this()](error_code error, stream_protocol::socket socket) {
            if (self->closed) return;
            if (!error) {
                self->accepted(std::move(socket));
                return self->accept();
            }
            self->log(LogLevel::warning, "accept: " + error.message());
            self->pause.expires_after(accept_pause);
            self->pause.async_wait([self](error_code cancelled) {
                if (!cancelled && !self->closed) self->accept();
            });
        });
}

void UnixListener::Shared::accepted(stream_protocol::socket socket) {
    if (count() >= settings.max_connections) {
        if (!std::exchange(refusing, true))
            log(LogLevel::warning, settings.path.string() + ": refusing further connections, " +
                                       std::to_string(settings.max_connections) + " are open");
        return;
    }
    refusing = false;
    auto peer = peer_of(socket.native_handle());
    if (!peer) return log(LogLevel::warning, peer.error().line());
    const auto executor = socket.get_executor();
    const auto driver = std::make_shared<detail::Driver>(
        executor,
        std::make_unique<detail::SocketStream<stream_protocol::socket>>(std::move(socket)), *peer,
        detail::DriverSettings{detail::Role::server, "cped", settings.limits, settings.log,
                               settings.component});
    auto handler = factory(driver, *peer);
    if (!handler) return;
    open.push_back(driver);
    driver->start(std::move(handler));
}

std::size_t UnixListener::Shared::count() {
    std::erase_if(open, [](const auto& connection) { return connection.expired(); });
    return open.size();
}

void UnixListener::Shared::close(const Condition& condition) {
    if (std::exchange(closed, true)) return;
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    detail::remove_socket(settings.path, file);
    for (const auto& weak : open)
        if (const auto connection = weak.lock()) connection->close_now(condition);
}

void UnixListener::Shared::cut() {
    for (const auto& weak : std::exchange(open, {}))
        if (const auto connection = weak.lock())
            connection->cut({"amqp:connection:forced", "the server is stopping"});
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(boost::asio::any_io_executor executor,
                                                 ListenerSettings settings, Factory factory) {
    auto bound = detail::listen_on(settings.path, settings.mode, settings.group);
    if (!bound) return bound.error();
    return std::unique_ptr<Listener>(std::make_unique<UnixListener>(
        std::move(executor), std::move(settings), std::move(factory), std::move(*bound)));
}

}  // namespace cpe::amqp
