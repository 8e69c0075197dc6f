// A Unix socket that speaks AMQP.
//
// Thread: the loop thread. Ownership: the listener owns its socket file (removed when closed or
// destroyed) and its connections: close() says goodbye to them, the destructor ends what is left,
// so that no handler outlives the listener. A socket file that nobody listens on is replaced; one
// that is in use is an error. The path may be longer than sun_path's 107 bytes.
#pragma once

#include "adapters/amqp/connection.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace cpe::amqp {

struct ListenerSettings {
    std::filesystem::path path;
    unsigned mode = 0600;                 ///< of the socket file
    std::optional<gid_t> group;           ///< of the socket file; absent: as created
    std::size_t max_connections = 1'024;  ///< further ones are accepted and closed at once
    Limits limits;
    LogSink log;                     ///< may be empty
    std::string component = "amqp";  ///< of log lines
};

class Listener {
public:
    /// Called for each accepted connection; the connection is given so that the handler can hold it
    /// weakly (a shared pointer would be a cycle until closed). Null refuses: it is closed at once.
    using Factory =
        std::function<std::unique_ptr<Handler>(const std::shared_ptr<Connection>&, const Peer&)>;

    [[nodiscard]] static Result<std::unique_ptr<Listener>> open(
        boost::asio::any_io_executor executor, ListenerSettings settings, Factory factory);
    virtual ~Listener() = default;
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Stops listening, removes the socket file, closes every connection with `condition`.
    virtual void close(const Condition& condition = {}) = 0;
    [[nodiscard]] virtual std::size_t connections() const = 0;
};

}  // namespace cpe::amqp
