#include "src/cpe-agent/link.hpp"

#include "adapters/agent/codec.hpp"

#include <utility>

namespace cpe::guest {

namespace {

amqp::ClientSettings settings_for(const std::string& name, const LogSink& log) {
    amqp::ClientSettings settings;
    settings.container = name;
    settings.log = log;
    // All that the outbox may hold after a long absence, and more.
    settings.limits.queue_messages = 8'192;
    settings.limits.queue_bytes = std::size_t{64} * 1024 * 1024;
    settings.limits.max_message = std::size_t{64} * 1024 * 1024;
    settings.limits.max_partial = std::size_t{64} * 1024 * 1024;
    return settings;
}

}  // namespace

Link::Link(boost::asio::any_io_executor executor, std::filesystem::path socket, std::string name,
           Callbacks callbacks)
    : executor_(std::move(executor)),
      socket_(std::move(socket)),
      name_(std::move(name)),
      callbacks_(std::move(callbacks)),
      timer_(executor_) {}

Link::~Link() {
    stop();
}

void Link::stop() {
    ++*epoch_;
    timer_.cancel();
    receiver_.reset();
    sender_.reset();
    if (const auto client = std::exchange(client_, nullptr)) client->close();
}

void Link::say(LogLevel level, const std::string& line) const {
    if (callbacks_.log) callbacks_.log(level, "link", line);
}

void Link::connect() {
    const auto epoch = ++*epoch_;
    amqp::Client::connect_unix(executor_, socket_, settings_for(name_, callbacks_.log),
                               [this, epoch, current = epoch_](auto client) {
                                   if (*current == epoch) on_connected(std::move(client));
                               });
}

void Link::on_connected(Result<std::shared_ptr<amqp::Client>> client) {
    if (!client) return lost(client.error().line());
    client_ = std::move(*client);
    connected_at_ = std::chrono::steady_clock::now();
    const auto epoch = *epoch_;
    const auto current = epoch_;
    client_->on_disconnected([this, epoch, current](const amqp::Condition& condition) {
        if (*current == epoch) lost(condition.name + ": " + condition.description);
    });
    receiver_ = client_->receiver(
        agent::node_address, {},
        [this, epoch, current](const amqp::Message& message, amqp::Delivery delivery) {
            delivery.accept();
            if (*current == epoch) on_message(message);
        });
    sender_ = client_->sender(agent::node_address);
    const auto end = [this, epoch, current](const amqp::Condition& condition) {
        if (*current == epoch) lost("link closed: " + condition.name + " " + condition.description);
    };
    receiver_->on_closed(end);
    sender_->on_closed(end);
    last_reason_.clear();
    say(LogLevel::info, "connected to " + socket_.string());
    callbacks_.connected();
}

void Link::on_message(const amqp::Message& message) {
    auto words = agent::decode_to_guest(message);
    if (!words) return lost(words.error().line());
    callbacks_.received(std::move(*words));
}

void Link::send(const agent::FromGuest& message) {
    if (sender_) sender_->send(agent::encode(message));
}

void Link::disconnect(const std::string& reason) {
    say(LogLevel::warning, "connection ended: " + reason);
    stop();
    try_later(Backoff::unwanted);
}

void Link::lost(const std::string& reason) {
    const bool was_up = client_ != nullptr;
    stop();
    if (reason != std::exchange(last_reason_, reason))
        say(was_up ? LogLevel::warning : LogLevel::info, "no connection to cped: " + reason);
    if (was_up) {
        const auto lived = std::chrono::steady_clock::now() - connected_at_;
        backoff_.connection_ended(std::chrono::duration_cast<Millis>(lived));
        callbacks_.disconnected(reason);
    }
    try_later(backoff_.next());
}

void Link::try_later(Millis pause) {
    timer_.expires_after(pause);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) connect();
    });
}

}  // namespace cpe::guest
