// One request under way: libcurl's easy handle, what it sends, and what came so far.
//
// Thread: the loop. Ownership: libcurl holds pointers into it while it is in a multi handle, so it
// neither moves nor ends before it was taken out (Engine sees to that).
#pragma once

#include "adapters/http/curl_handles.hpp"
#include "adapters/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <filesystem>
#include <optional>

namespace cpe::http {

/// What all requests of a client have in common.
struct ClientOptions {
    std::filesystem::path ca_file;  ///< empty: the system's
    bool verify = true;
    std::chrono::milliseconds connect_limit{10'000};  ///< name, connection and TLS together
    std::size_t connections = 8;                      ///< at most so many to one server
};

class Transfer {
public:
    Transfer(const boost::asio::any_io_executor& executor, Request request,
             const ClientOptions& options);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    [[nodiscard]] CURL* easy() const { return easy_.get(); }
    [[nodiscard]] static Transfer& of(CURL* easy);
    /// Expires at the deadline; cancelled when the transfer is finished.
    [[nodiscard]] boost::asio::steady_timer& timer() { return timer_; }
    [[nodiscard]] bool finished() const { return reply_.has_value(); }

    /// Each once; the first counts. libcurl must not know it any more.
    void finish(CURLcode code);
    void finish(FailureKind kind, std::string message);
    [[nodiscard]] Reply<Response> take();

private:
    void set_up(const ClientOptions& options);
    void set_up_connection(const ClientOptions& options);
    void set_up_request();
    [[nodiscard]] Failure failure(CURLcode code) const;
    [[nodiscard]] bool was_sent() const;
    void end(Reply<Response> reply);

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    bool add_header(std::string_view line);
    bool add_body(std::string_view part);

    Request request_;
    EasyHandle easy_;
    ListHandle lines_;
    boost::asio::steady_timer timer_;
    std::array<char, CURL_ERROR_SIZE> words_{};
    Response response_;
    std::size_t header_bytes_ = 0;
    bool too_large_ = false;
    std::optional<Reply<Response>> reply_;
};

}  // namespace cpe::http
