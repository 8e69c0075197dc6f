// A peer that writes what it likes and reads when it likes.
#pragma once

#include "loop.hpp"
#include "wire.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include <memory>
#include <string>

namespace test {

class RawPeer {
public:
    RawPeer(Loop& loop, const std::filesystem::path& path, bool reads = true)
        : loop_(loop), state_(std::make_shared<State>(loop.io)) {
        state_->socket.connect(boost::asio::local::stream_protocol::endpoint(path.string()));
        state_->socket.non_blocking(true);
        if (reads) state_->read();
    }
    ~RawPeer() {
        boost::system::error_code ignored;
        state_->socket.close(ignored);
    }
    RawPeer(const RawPeer&) = delete;
    RawPeer& operator=(const RawPeer&) = delete;

    /// Queues bytes; they go out as the server takes them.
    void send(const std::string& bytes) {
        state_->out += bytes;
        state_->write();
    }
    /// The server has ended the connection.
    bool wait_closed() {
        return loop_.run_until([&] { return state_->closed; });
    }
    bool wait_for(const std::string& part) {
        return loop_.run_until([&] { return state_->received.find(part) != std::string::npos; });
    }
    /// What was received so far is of no interest any more.
    void forget() { state_->received.clear(); }
    [[nodiscard]] bool closed() const { return state_->closed; }
    [[nodiscard]] std::size_t unsent() const { return state_->out.size(); }

private:
    /// Outlives the peer until its pending calls have returned.
    struct State : std::enable_shared_from_this<State> {
        explicit State(boost::asio::io_context& io) : socket(io) {}

        void read() {
            socket.async_read_some(boost::asio::buffer(chunk),
                                   [self = shared_from_this()](auto error, std::size_t size) {
                                       if (error) {
                                           self->closed = true;
                                           return;
                                       }
                                       self->received.append(self->chunk, size);
                                       self->read();
                                   });
        }
        void write() {
            if (!sending.empty() || out.empty()) return;
            sending.swap(out);
            boost::asio::async_write(socket, boost::asio::buffer(sending),
                                     [self = shared_from_this()](auto error, std::size_t) {
                                         self->sending.clear();
                                         if (!error) return self->write();
                                         self->out.clear();
                                         self->closed = true;
                                     });
        }

        boost::asio::local::stream_protocol::socket socket;
        std::string received;
        std::string out;      ///< waits for `sending`
        std::string sending;  ///< in flight: must not move
        bool closed = false;
        char chunk[4096] = {};
    };

    Loop& loop_;
    std::shared_ptr<State> state_;
};

}  // namespace test
