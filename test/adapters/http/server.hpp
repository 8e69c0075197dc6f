// An HTTP/1.1 server on loopback whose answers, and whose faults, a test decides.
//
// Thread: the loop's. Ownership: dropping it drops its connections.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace cpe::test {

struct Asked {
    std::string method;
    std::string target;                          ///< path and query
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
    unsigned connection = 0;  ///< the how manieth of this server's
};

struct Told {
    enum class Fault {
        none,
        silence,          ///< never an answer
        close,            ///< none, and the connection is closed
        close_if_reused,  ///< as close where the connection has served a request before
        cut_off,          ///< half of the body, then the connection is closed
    };
    int status = 200;
    std::map<std::string, std::string> headers = {};
    std::string body = {};
    Fault fault = Fault::none;
    std::string raw = {};                  ///< given: sent as it is, nothing else
    std::chrono::milliseconds after = {};  ///< so long the service works on it
};

class HttpServer {
public:
    using Answer = std::function<Told(const Asked&)>;

    HttpServer(const boost::asio::any_io_executor& executor, Answer answer);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::string url() const;  ///< "http://127.0.0.1:PORT"
    [[nodiscard]] unsigned connections() const;
    /// As if it had died.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace cpe::test
