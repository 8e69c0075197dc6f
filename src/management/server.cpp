#include "src/management/server.hpp"

#include <utility>

namespace cpe::management {
namespace {

constexpr unsigned mode_root_only = 0600;
constexpr unsigned mode_group = 0660;

}  // namespace

ManagementServer::ManagementServer(boost::asio::any_io_executor executor, Control& control,
                                   ManagementSettings settings)
    : executor_(std::move(executor)), control_(control), settings_(std::move(settings)) {}

Result<> ManagementServer::start() {
    amqp::ListenerSettings listen;
    listen.path = settings_.socket;
    listen.mode = settings_.group ? mode_group : mode_root_only;
    listen.group = settings_.group;
    listen.max_connections = settings_.max_connections;
    listen.limits = settings_.limits;
    listen.log = settings_.log;
    listen.component = "management";
    const SessionSettings session{settings_.group, settings_.max_in_flight, settings_.max_answer,
                                  settings_.log};
    auto opened = amqp::Listener::open(
        executor_, std::move(listen),
        [this, session](const std::shared_ptr<amqp::Connection>& connection,
                        const amqp::Peer& peer) {
            return std::make_unique<Session>(control_, session, connection, peer);
        });
    if (!opened) return opened.error();
    listener_ = std::move(*opened);
    return {};
}

void ManagementServer::stop() {
    if (listener_) listener_->close({"amqp:connection:forced", "cped is stopping"});
    listener_.reset();
}

std::size_t ManagementServer::connections() const {
    return listener_ ? listener_->connections() : 0;
}

}  // namespace cpe::management
