// The management server: cped.sock, speaking OASIS AMQP Management and telling events.
//
// Thread: the loop thread. Ownership: Control must outlive it. start() binds the socket; stop(),
// also done by the destructor, removes it and closes every connection.
#pragma once

#include "src/management/session.hpp"

#include "adapters/amqp/listener.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <memory>
#include <optional>

namespace cpe::management {

struct ManagementSettings {
    std::filesystem::path socket;  ///< StatePaths::socket()
    std::optional<gid_t> group;    ///< administrators beside root; owns the socket file (0660).
                                   ///< Absent: root only (0600)
    std::size_t max_connections = 256;
    std::size_t max_in_flight = 64;            ///< requests of one connection
    std::size_t max_answer = 8 * 1024 * 1024;  ///< bytes of one answer
    amqp::Limits limits;  ///< limits.max_message bounds a request, so a document
    LogSink log;
};

class ManagementServer {
public:
    ManagementServer(boost::asio::any_io_executor executor, Control& control,
                     ManagementSettings settings);

    [[nodiscard]] Result<> start();
    void stop();
    [[nodiscard]] std::size_t connections() const;

private:
    boost::asio::any_io_executor executor_;
    Control& control_;
    ManagementSettings settings_;
    std::unique_ptr<amqp::Listener> listener_;
};

}  // namespace cpe::management
