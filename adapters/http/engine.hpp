// libcurl's multi handle on an Asio loop: its sockets are watched, its timer is kept.
//
// Thread: the loop; nothing blocks, no thread is made here (libcurl resolves names on one of its
// own). Nobody is resumed from within libcurl: what is finished is told through the transfer's
// timer.
#pragma once

#include "adapters/http/transfer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <set>

namespace cpe::http {

class Engine : public std::enable_shared_from_this<Engine> {
public:
    Engine(const boost::asio::any_io_executor& executor, ClientOptions options);
    /// Before the first transfer.
    void open();
    /// Finishes all transfers as cancelled, and drops all connections.
    void close();

    [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }
    [[nodiscard]] const ClientOptions& options() const { return options_; }
    [[nodiscard]] bool is_open() const { return multi_ != nullptr; }
    [[nodiscard]] std::size_t transfers() const { return transfers_.size(); }

    void add(Transfer& transfer);
    /// libcurl forgets it; safe to call again.
    void remove(Transfer& transfer);

private:
    /// Of a duplicate: libcurl may close its own descriptor whenever it likes.
    struct Watch {
        explicit Watch(boost::asio::posix::stream_descriptor d) : descriptor(std::move(d)) {}
        boost::asio::posix::stream_descriptor descriptor;
        int wanted = 0;  ///< CURL_POLL_*
        bool waits_to_read = false;
        bool waits_to_write = false;
    };

    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watch);
    static int on_timer(CURLM* multi, long wait_ms, void* self);
    void watch(curl_socket_t socket, int what);
    void wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch);
    void wait_to_read(curl_socket_t socket, const std::shared_ptr<Watch>& watch);
    void wait_to_write(curl_socket_t socket, const std::shared_ptr<Watch>& watch);
    void ready(curl_socket_t socket, const std::shared_ptr<Watch>& watch, int wanted, int event);
    void set_timer(long wait_ms);
    void act(curl_socket_t socket, int event);
    void collect();

    boost::asio::any_io_executor executor_;
    ClientOptions options_;
    boost::asio::steady_timer timer_;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    std::set<Transfer*> transfers_;
    MultiHandle multi_;
};

}  // namespace cpe::http
