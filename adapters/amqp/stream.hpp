// Any byte stream that Asio can read and write, behind one small interface: a Unix socket now, TCP
// and TLS later.
//
// Thread: the loop thread. Ownership: owns the stream. A handler is called once for each call made,
// also after close() (with an error).
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <span>
#include <utility>

namespace cpe::amqp::detail {

class Stream {
public:
    using OnDone = std::function<void(boost::system::error_code, std::size_t)>;

    Stream() = default;
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    virtual void read_some(std::span<char> into, OnDone done) = 0;
    virtual void write_some(std::span<const char> bytes, OnDone done) = 0;
    /// No more writes: the peer sees the end of what was written.
    virtual void shutdown_send() = 0;
    virtual void close() = 0;
};

template <class Socket>
class SocketStream final : public Stream {
public:
    explicit SocketStream(Socket socket) : socket_(std::move(socket)) {}

    void read_some(std::span<char> into, OnDone done) override {
        socket_.async_read_some(boost::asio::buffer(into.data(), into.size()), std::move(done));
    }
    void write_some(std::span<const char> bytes, OnDone done) override {
        socket_.async_write_some(boost::asio::buffer(bytes.data(), bytes.size()), std::move(done));
    }
    void shutdown_send() override {
        boost::system::error_code ignored;  // it may be gone already
        socket_.lowest_layer().shutdown(Socket::lowest_layer_type::shutdown_send, ignored);
    }
    void close() override {
        boost::system::error_code ignored;
        socket_.lowest_layer().close(ignored);
    }

private:
    Socket socket_;
};

}  // namespace cpe::amqp::detail
