// One connection to the management socket: requests on `$management`, subscribers on `events`.
//
// Thread: the loop thread. Ownership: owned by its connection; answers that come later hold what
// they need and do nothing when the connection has gone.
#pragma once

#include "src/management/operations.hpp"

#include "adapters/amqp/connection.hpp"

#include <cpe/log.hpp>

#include <memory>
#include <optional>

namespace cpe::management {

struct SessionSettings {
    std::optional<gid_t> group;      ///< its members are administrators, beside root
    std::size_t max_in_flight = 64;  ///< requests of one connection that wait for an answer
    std::size_t max_answer = 8 * 1024 * 1024;  ///< bytes
    LogSink log;
};

class Session final : public amqp::Handler {
public:
    Session(Control& control, SessionSettings settings, std::weak_ptr<amqp::Connection> connection,
            const amqp::Peer& peer);

    Result<> on_open() override;
    Result<> on_sender(const std::shared_ptr<amqp::Sender>& link) override;
    Result<> on_receiver(const std::shared_ptr<amqp::Receiver>& link) override;
    void on_closed(const amqp::Condition& condition) override;

private:
    void requested(const amqp::Message& message, amqp::Delivery delivery);
    void log(LogLevel level, const std::string& line) const;

    Control& control_;
    SessionSettings settings_;
    std::weak_ptr<amqp::Connection> connection_;
    amqp::Peer peer_;
    Operations operations_;
    std::shared_ptr<std::size_t> in_flight_ = std::make_shared<std::size_t>(0);
};

}  // namespace cpe::management
