// An HTTP client: connections are kept and shared, HTTP/2 where it is offered (TLS), certificates
// verified.
//
// Thread: the loop; nothing blocks but the reading of the CA file at a connection's start.
// Ownership: closing or dropping the client ends all that is under way with FailureKind::cancelled;
// so does the cancellation of the coroutine that waits. Limits: message.hpp. Proxies as the
// environment says (https_proxy, no_proxy), as libcurl reads it.
#pragma once

#include "adapters/http/message.hpp"
#include "adapters/http/transfer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace cpe::http {

class Engine;

class Client {
public:
    Client(const boost::asio::any_io_executor& executor, ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    void close();

    /// The answer, whatever its status; redirects are not followed.
    [[nodiscard]] boost::asio::awaitable<Reply<Response>> send(Request request);

private:
    std::shared_ptr<Engine> engine_;
};

}  // namespace cpe::http
