// The connection: moves bytes between a stream and Proton's engine, keeps the deadlines, turns the
// engine's events into calls of links and handler.
//
// Thread: the loop thread. Ownership: pending reads, writes and the timer keep it alive; once it
// has ended it drops its handler and is freed with its last user.
#pragma once

#include "adapters/amqp/connection.hpp"
#include "adapters/amqp/deadlines.hpp"
#include "adapters/amqp/engine.hpp"
#include "adapters/amqp/link_core.hpp"
#include "adapters/amqp/stream.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace cpe::amqp::detail {

struct DriverSettings {
    Role role = Role::server;
    std::string container;
    Limits limits;
    LogSink log;
    std::string component = "amqp";
};

class Driver final : public Connection, public Pump {
public:
    Driver(const boost::asio::any_io_executor& executor, std::unique_ptr<Stream> stream, Peer peer,
           DriverSettings settings);
    /// Once, before anything else.
    void start(std::unique_ptr<Handler> handler);
    /// Links that are left lose their callbacks without a call: their users may be gone.
    ~Driver() override;
    /// Like close(), and what can be written is written before this returns.
    void close_now(const Condition& condition);
    /// Ends it without AMQP's goodbye: at once, or when the call that is under way returns.
    void cut(const Condition& condition);

    [[nodiscard]] const Peer& peer() const override { return peer_; }
    [[nodiscard]] bool is_open() const override { return open_ && !failing_ && !ended_; }
    [[nodiscard]] std::shared_ptr<Sender> open_sender(const std::string& address) override;
    [[nodiscard]] std::shared_ptr<Receiver> open_receiver(const std::string& address,
                                                          const Filters& filters,
                                                          Receiver::OnMessage on_message) override;
    [[nodiscard]] std::shared_ptr<Receiver> open_reply_receiver(
        Receiver::OnMessage on_message) override;
    [[nodiscard]] std::shared_ptr<Sender> reply_sender(const std::string& address) const override;
    void close(const Condition& condition) override;

    void wake() override;
    [[nodiscard]] const Limits& limits() const override { return settings_.limits; }
    void fail(const Condition& condition) override;
    bool charge_partial(std::ptrdiff_t bytes) override;
    bool charge_queue(std::ptrdiff_t bytes) override;

private:
    // driver.cpp: bytes, deadlines, the end
    void pump();
    void process();
    void read();
    void on_read(boost::system::error_code error, std::size_t size);
    void write();
    void on_write(boost::system::error_code error, std::size_t size);
    void watch_frame();
    void arm();
    void on_timer();
    void passed(Deadline which);
    void end();
    void say_goodbye(const Condition& condition);
    void remember(const Condition& condition);
    template <class Call>
    void guarded(Call call);
    [[nodiscard]] static MonoTime now();
    void log(LogLevel level, const std::string& line) const;

    // driver_events.cpp: what the engine tells
    void handle(pn_event_t* event);
    void remote_open();
    void remote_close();
    void session_open(pn_session_t* session);
    void session_close(pn_session_t* session);
    void link_open(pn_link_t* link);
    void link_close(pn_link_t* link);
    void accept_sender(pn_link_t* link);
    void accept_receiver(pn_link_t* link);
    void accept_reply(pn_link_t* link);
    void refuse(pn_link_t* link, const Condition& condition);
    void delivery(pn_delivery_t* delivery);
    void transport_error();
    void flush();
    template <class Core>
    std::shared_ptr<Core> make_core(pn_link_t* link);
    template <class Core>
    std::shared_ptr<Core> dead_core(const std::string& address);
    pn_session_t* own_session();
    std::shared_ptr<Receiver> open_receiver_link(const std::string& address, bool dynamic,
                                                 const Filters& filters,
                                                 Receiver::OnMessage on_message);

    DriverSettings settings_;
    Engine engine_;
    std::unique_ptr<Stream> stream_;
    Peer peer_;
    std::unique_ptr<Handler> handler_;
    boost::asio::steady_timer timer_;
    std::optional<MonoTime> armed_;
    Deadlines deadlines_;
    std::uint64_t frames_seen_ = 0;

    bool reading_ = false;
    bool writing_ = false;
    bool pumping_ = false;
    bool again_ = false;
    bool posted_ = false;
    bool open_ = false;
    bool failing_ = false;  ///< we are closing: nothing more is read where it is an error
    bool mute_ = false;     ///< the peer's bytes are not read any more
    bool sent_all_ = false;
    bool ended_ = false;
    std::optional<Condition> why_;

    std::unordered_map<pn_link_t*, std::shared_ptr<LinkCore>> links_;
    std::map<std::string, std::shared_ptr<Sender>> replies_;  ///< dynamic sources of this peer
    std::uint64_t next_reply_ = 1;
    std::uint64_t next_link_ = 1;
    pn_session_t* session_ = nullptr;  ///< of the links that we open
    std::size_t partial_bytes_ = 0;
    std::size_t queued_bytes_ = 0;
};

}  // namespace cpe::amqp::detail
