#include "adapters/amqp/client.hpp"

#include "adapters/amqp/driver.hpp"
#include "adapters/amqp/unix_socket.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <proton/message_id.hpp>

#include <map>
#include <optional>
#include <utility>

namespace cpe::amqp {
namespace {

using boost::asio::local::stream_protocol;
using boost::system::error_code;

/// Between two tries to connect to a listener whose backlog is full.
constexpr Millis busy_pause{10};

class ClientImpl final : public Client, public std::enable_shared_from_this<ClientImpl> {
public:
    ClientImpl(boost::asio::any_io_executor executor, ClientSettings settings)
        : executor_(std::move(executor)), settings_(std::move(settings)) {}
    ~ClientImpl() override { ClientImpl::close(); }

    void start(detail::Fd socket, Millis left, Connected connected);

    void request(const std::string& address, Message message, Millis deadline,
                 Answered answered) override;
    [[nodiscard]] std::shared_ptr<Receiver> subscribe(
        const std::string& address, const Filters& filters,
        std::function<void(Message)> on_message) override;
    [[nodiscard]] std::shared_ptr<Sender> sender(const std::string& address) override {
        return driver_->open_sender(address);
    }
    [[nodiscard]] std::shared_ptr<Receiver> receiver(const std::string& address,
                                                     const Filters& filters,
                                                     Receiver::OnMessage on_message) override {
        return driver_->open_receiver(address, filters, std::move(on_message));
    }
    [[nodiscard]] bool is_open() const override { return driver_->is_open(); }
    void on_disconnected(std::function<void(const Condition&)> callback) override;
    void close() override;

private:
    struct Pending {
        Answered answered;
        std::unique_ptr<boost::asio::steady_timer> timer;
    };
    struct Events;

    void opened();
    void closed(const Condition& why);
    void open_reply();
    void send_waiting();
    void answer(const std::string& id, const Result<Message>& result);
    void expect(const std::string& id, Millis deadline, Answered answered);
    void refuse(Answered answered, Error error);
    void transmit(const std::string& id, const std::string& address, Message message);

    boost::asio::any_io_executor executor_;
    ClientSettings settings_;
    std::shared_ptr<detail::Driver> driver_;
    Connected connected_;
    std::shared_ptr<ClientImpl> connecting_;  ///< itself, until connected_ has been called
    std::shared_ptr<Receiver> reply_;
    std::map<std::string, std::shared_ptr<Sender>> senders_;  ///< of requests, by address
    std::map<std::string, Pending> pending_;                  ///< by message-id
    struct Waiting {
        std::string id;
        std::string address;
        Message message;
    };
    std::vector<Waiting> waiting_;  ///< for the reply address; at most max_requests
    std::uint64_t next_id_ = 1;
    std::optional<Condition> ended_;
    bool closing_ = false;
    std::function<void(const Condition&)> on_disconnected_;
};

/// The connection owns this; it knows its client weakly.
struct ClientImpl::Events final : Handler {
    explicit Events(std::weak_ptr<ClientImpl> client) : client_(std::move(client)) {}

    Result<> on_open() override {
        if (const auto client = client_.lock()) client->opened();
        return {};
    }
    Result<> on_sender(const std::shared_ptr<Sender>&) override { return refused(); }
    Result<> on_receiver(const std::shared_ptr<Receiver>&) override { return refused(); }
    void on_closed(const Condition& why) override {
        if (const auto client = client_.lock()) client->closed(why);
    }

private:
    static Error refused() { return {Errc::not_allowed, "a client has no nodes", "attach", ""}; }
    std::weak_ptr<ClientImpl> client_;
};

void ClientImpl::start(detail::Fd socket, Millis left, Connected connected) {
    connected_ = std::move(connected);
    stream_protocol::socket stream(executor_, stream_protocol(), socket.release());
    connecting_ = shared_from_this();
    const auto server = peer_of(stream.native_handle());
    Limits limits = settings_.limits;
    limits.handshake = left;
    driver_ = std::make_shared<detail::Driver>(
        executor_,
        std::make_unique<detail::SocketStream<stream_protocol::socket>>(std::move(stream)),
        server ? *server : Peer{},
        detail::DriverSettings{detail::Role::client, settings_.container, limits, settings_.log,
                               "amqp client"});
    driver_->start(std::make_unique<Events>(weak_from_this()));
}

void ClientImpl::opened() {
    // Not at once: a server that refuses closes right behind its open frame.
    boost::asio::post(executor_, [self = shared_from_this()] {
        if (!self->connected_ || !self->is_open()) return;  // closed() tells why
        self->connecting_.reset();
        std::exchange(self->connected_, nullptr)(std::static_pointer_cast<Client>(self));
    });
}

void ClientImpl::closed(const Condition& why) {
    ended_ = why.is_error() ? why : Condition{"cped:disconnected", "the server closed"};
    const Error error = to_error(*ended_, "connection");
    const auto keep = std::exchange(connecting_, nullptr);
    auto pending = std::exchange(pending_, {});
    waiting_.clear();
    for (auto& [id, entry] : pending) entry.answered(error);
    if (auto connected = std::exchange(connected_, nullptr)) return connected(error);
    if (auto callback = std::exchange(on_disconnected_, nullptr); callback && !closing_)
        callback(*ended_);
}

void ClientImpl::on_disconnected(std::function<void(const Condition&)> callback) {
    if (!ended_) {
        on_disconnected_ = std::move(callback);
    } else if (!closing_) {
        boost::asio::post(executor_,
                          [callback = std::move(callback), why = *ended_] { callback(why); });
    }
}

void ClientImpl::close() {
    if (std::exchange(closing_, true)) return;
    on_disconnected_ = nullptr;
    if (driver_) driver_->close({});
}

void ClientImpl::refuse(Answered answered, Error error) {
    boost::asio::post(
        executor_, [answered = std::move(answered), error = std::move(error)] { answered(error); });
}

void ClientImpl::request(const std::string& address, Message message, Millis deadline,
                         Answered answered) {
    if (ended_ || closing_)
        return refuse(std::move(answered), {Errc::unavailable, "not connected", address, ""});
    if (pending_.size() >= settings_.max_requests)
        return refuse(std::move(answered), {Errc::too_large, "too many requests wait for an answer",
                                            address, "wait for some of them"});
    const std::string id = std::to_string(next_id_++);
    expect(id, deadline, std::move(answered));
    if (reply_ && reply_->is_open()) return transmit(id, address, std::move(message));
    waiting_.push_back({id, address, std::move(message)});
    if (!reply_) open_reply();
}

void ClientImpl::open_reply() {
    const auto weak = weak_from_this();
    reply_ = driver_->open_reply_receiver([weak](Message message, Delivery delivery) {
        delivery.accept();
        const auto self = weak.lock();
        if (!self) return;
        const proton::message_id id = message.correlation_id();
        if (id.type() == proton::STRING) self->answer(proton::get<std::string>(id), message);
    });
    reply_->on_open([weak] {
        if (const auto self = weak.lock()) self->send_waiting();
    });
    reply_->on_closed([weak](const Condition& why) {
        const auto self = weak.lock();
        if (!self) return;
        self->reply_.reset();
        self->waiting_.clear();
        for (auto& [id, entry] : std::exchange(self->pending_, {}))
            entry.answered(to_error(why, "reply link"));
    });
}

void ClientImpl::send_waiting() {
    for (auto& [id, address, message] : std::exchange(waiting_, {}))
        transmit(id, address, std::move(message));
}

void ClientImpl::transmit(const std::string& id, const std::string& address, Message message) {
    auto& link = senders_[address];
    if (!link) {
        link = driver_->open_sender(address);
        link->on_closed([weak = weak_from_this(), address](const Condition&) {
            if (const auto self = weak.lock()) self->senders_.erase(address);
        });
    }
    message.id(id);
    message.to(address);
    message.reply_to(reply_->address());
    const auto keep = link;  // an outcome may come at once, and erase it
    keep->send(message, [weak = weak_from_this(), id](Result<> taken) {
        const auto self = weak.lock();
        if (self && !taken) self->answer(id, taken.error());
    });
}

void ClientImpl::expect(const std::string& id, Millis deadline, Answered answered) {
    auto timer = std::make_unique<boost::asio::steady_timer>(executor_, deadline);
    timer->async_wait([weak = weak_from_this(), id](error_code cancelled) {
        const auto self = weak.lock();
        if (self && !cancelled)
            self->answer(id, Error{Errc::timed_out, "no answer in time", "request", ""});
    });
    pending_.emplace(id, Pending{std::move(answered), std::move(timer)});
}

void ClientImpl::answer(const std::string& id, const Result<Message>& result) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;  // its deadline has passed
    const auto answered = std::move(found->second.answered);
    pending_.erase(found);
    answered(result);
}

std::shared_ptr<Receiver> ClientImpl::subscribe(const std::string& address, const Filters& filters,
                                                std::function<void(Message)> on_message) {
    return driver_->open_receiver(
        address, filters, [on_message = std::move(on_message)](Message message, Delivery delivery) {
            delivery.accept();
            on_message(std::move(message));
        });
}

/// Tries until the backlog has room or the deadline has passed.
void try_connect(const boost::asio::any_io_executor& executor, const std::filesystem::path& path,
                 const ClientSettings& settings, std::chrono::steady_clock::time_point until,
                 Client::Connected connected) {
    auto socket = detail::connect_to(path);
    const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
    if (socket) {
        const auto client = std::make_shared<ClientImpl>(executor, settings);
        return client->start(std::move(*socket), left, std::move(connected));
    }
    if (socket.error().code != Errc::timed_out || left <= Millis(0))
        return connected(socket.error());
    auto timer = std::make_shared<boost::asio::steady_timer>(executor, busy_pause);
    timer->async_wait([=, connected = std::move(connected)](error_code) {
        (void)timer;
        try_connect(executor, path, settings, until, connected);
    });
}

}  // namespace

void Client::connect_unix(boost::asio::any_io_executor executor, std::filesystem::path path,
                          ClientSettings settings, Connected connected) {
    const auto until = std::chrono::steady_clock::now() + settings.connect_deadline;
    boost::asio::post(executor, [=, path = std::move(path), settings = std::move(settings),
                                 connected = std::move(connected)] {
        try_connect(executor, path, settings, until, connected);
    });
}

}  // namespace cpe::amqp
