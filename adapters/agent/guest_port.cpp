#include "adapters/agent/guest_port.hpp"

#include "adapters/agent/codec.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <system_error>
#include <utility>

namespace cpe::agent {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_unsent = 16'384;

MonoTime now() {
    return MonoTime{
        std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now().time_since_epoch())};
}

/// A guest speaks over two links and needs little; see docs/agent-protocol.md for the sizes.
amqp::Limits guest_limits() {
    amqp::Limits limits;
    limits.max_message = std::size_t{1024} * 1024;
    limits.max_partial = std::size_t{2} * 1024 * 1024;
    limits.max_sessions = 2;
    limits.max_links = 4;
    limits.queue_messages = max_unsent;
    limits.queue_bytes = std::size_t{64} * 1024 * 1024;
    return limits;
}

Result<> make_directory(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (!error) fs::permissions(directory, fs::perms::owner_all, error);
    if (!error) return {};
    return Error{Errc::unavailable, "cannot be made: " + error.message(), directory.string(), {}};
}

}  // namespace

/// One connection of a guest.
class PortHandler : public amqp::Handler {
public:
    PortHandler(std::weak_ptr<GuestPort> port, std::weak_ptr<amqp::Connection> connection)
        : port_(std::move(port)), connection_(std::move(connection)) {}

    Result<> on_open() override {
        const auto port = port_.lock();
        const auto connection = connection_.lock();
        if (!port || !connection) return Error{Errc::unavailable, "closing", {}, {}};
        epoch_ = port->attach(connection);
        return {};
    }
    Result<> on_sender(const std::shared_ptr<amqp::Sender>& link) override {
        if (link->address() != node_address) return no_such(link->address());
        if (const auto port = port_.lock()) port->set_sender(epoch_, link);
        return {};
    }
    Result<> on_receiver(const std::shared_ptr<amqp::Receiver>& link) override {
        if (link->address() != node_address) return no_such(link->address());
        link->on_message(
            [port = port_, epoch = epoch_](const amqp::Message& message, amqp::Delivery delivery) {
                delivery.accept();
                if (const auto held = port.lock()) held->received(epoch, message);
            });
        return {};
    }
    void on_closed(const amqp::Condition& condition) override {
        const auto reason = condition.is_error() ? condition.name + ": " + condition.description
                                                 : std::string("closed by the agent");
        if (const auto port = port_.lock()) port->detached(epoch_, reason);
    }

private:
    static Error no_such(const std::string& address) {
        return {Errc::not_found,
                "no node '" + address.substr(0, 64) + "' on an agent's socket",
                {},
                std::string("there is '") + node_address + "'"};
    }

    std::weak_ptr<GuestPort> port_;
    std::weak_ptr<amqp::Connection> connection_;
    std::uint64_t epoch_ = 0;
};

GuestPort::GuestPort(boost::asio::any_io_executor executor, PortSettings settings, GuestSink& sink)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      sink_(sink),
      line_(settings_.heartbeat, settings_.limits),
      log_(settings_.log, "agent " + settings_.key.deployable.tenant + "/" +
                              settings_.key.deployable.name + "/" + settings_.key.assembly),
      timer_(executor_),
      door_(settings_.heartbeat) {
    door_.bar(settings_.dead_boots);
}

Result<> GuestPort::open() {
    if (open_) return {};
    if (const auto made = make_directory(settings_.socket.parent_path()); !made) return made;
    amqp::ListenerSettings settings;
    settings.path = settings_.socket;
    settings.max_connections = 4;
    settings.limits = guest_limits();
    settings.log = [self = weak_from_this()](LogLevel level, std::string_view,
                                             std::string_view line) {
        if (const auto port = self.lock()) port->log_.write(level, line, now());
    };
    auto listener = amqp::Listener::open(
        executor_, std::move(settings),
        [self = weak_from_this()](const std::shared_ptr<amqp::Connection>& connection,
                                  const amqp::Peer&) -> std::unique_ptr<amqp::Handler> {
            return std::make_unique<PortHandler>(self, connection);
        });
    if (!listener) return listener.error();
    listener_ = std::move(*listener);
    open_ = true;
    return {};
}

void GuestPort::close() {
    open_ = false;
    epoch_ = 0;
    newcomers_.clear();
    timer_.cancel();
    told_.clear();
    unsent_.clear();
    sender_.reset();
    if (listener_)
        listener_->close({"amqp:connection:forced", "this guest is not listened for any more"});
    // The directory stays: it is mounted into the guest, and a new one of that name would not be
    // seen there. Who destroys the guest removes it.
    listener_.reset();
}

// From above.

void GuestPort::submit(OperationRequest request) {
    line_.submit(std::move(request), now());
    flush();
}

void GuestPort::cancel_monitor(const std::string& resource, Millis interval) {
    line_.cancel_monitor(resource, interval);
    flush();
}

// From the connections.

std::uint64_t GuestPort::attach(const std::shared_ptr<amqp::Connection>& connection) {
    newcomers_[++last_epoch_].connection = connection;
    return last_epoch_;
}

void GuestPort::set_sender(std::uint64_t epoch, std::shared_ptr<amqp::Sender> sender) {
    const auto newcomer = newcomers_.find(epoch);
    if (newcomer != newcomers_.end()) {
        if (!newcomer->second.sender) newcomer->second.sender = std::move(sender);
        return;
    }
    if (epoch != epoch_ || sender_) return;
    sender_ = std::move(sender);
    for (const auto& message : std::exchange(unsent_, {})) sender_->send(encode(message));
}

void GuestPort::received(std::uint64_t epoch, const amqp::Message& message) {
    const bool newcomer = newcomers_.contains(epoch);
    if ((epoch != epoch_ && !newcomer) || !open_) return;
    auto words = decode_from_guest(message);
    if (!words) return newcomer ? turn_away(epoch, words.error()) : drop_connection(words.error());
    if (newcomer) return newcomer_said(epoch, std::move(*words));
    door_.heard(now());
    taken(line_.receive(std::move(*words), now()));
}

void GuestPort::taken(const Result<>& outcome) {
    flush();
    if (!outcome) drop_connection(outcome.error());
}

void GuestPort::newcomer_said(std::uint64_t epoch, FromGuest words) {
    const auto* hello = std::get_if<Hello>(&words);
    if (!hello) return turn_away(epoch, no_hello());
    const std::string boot_id = hello->guest.boot_id;
    const auto verdict = door_.ask(boot_id, now());
    if (verdict == Doorkeeper::Verdict::welcome) {
        let_in(epoch);
        return taken(line_.receive(std::move(words), now()));
    }
    const char* why = verdict == Doorkeeper::Verdict::never ? why_never : why_later;
    // Told so, an agent tries again after a long pause only.
    const auto& sender = newcomers_.at(epoch).sender;
    if (sender && verdict == Doorkeeper::Verdict::never) sender->send(encode(Refused{why}));
    turn_away(epoch, {Errc::refused, why, "boot id " + boot_id, {}});
    boost::asio::post(executor_, [self = shared_from_this(), boot_id, why] {
        if (self->open_) self->sink_.guest_stranger(self->settings_.key, boot_id, why);
    });
}

void GuestPort::let_in(std::uint64_t epoch) {
    const auto newcomer = std::move(newcomers_.at(epoch));
    newcomers_.erase(epoch);
    const auto older = std::exchange(connection_, newcomer.connection).lock();
    line_.disconnected("replaced by a newer connection", now());
    unsent_.clear();
    sender_ = newcomer.sender;
    epoch_ = epoch;
    line_.connected(now());
    if (older) older->close({"amqp:connection:forced", "replaced by a newer connection"});
}

void GuestPort::turn_away(std::uint64_t epoch, const Error& error) {
    log_.write(LogLevel::warning, "connection ended: " + error.line(), now());
    const auto connection = newcomers_.at(epoch).connection.lock();
    newcomers_.erase(epoch);
    if (connection) connection->close(amqp::to_condition(error));
}

void GuestPort::bar(std::vector<std::string> dead_boots) {
    door_.bar(std::move(dead_boots));
    if (epoch_ != 0 && door_.is_barred_inside())
        drop_connection({Errc::refused, why_never, {}, {}});
}

void GuestPort::drop_connection(const Error& error) {
    log_.write(LogLevel::warning, "connection ended: " + error.line(), now());
    const auto connection = connection_.lock();
    detached(epoch_, error.line());
    if (connection) connection->close(amqp::to_condition(error));
}

void GuestPort::detached(std::uint64_t epoch, const std::string& reason) {
    if (newcomers_.erase(epoch) > 0 || epoch != epoch_ || !open_) return;
    epoch_ = 0;
    door_.left();
    connection_.reset();
    sender_.reset();
    unsent_.clear();
    line_.disconnected(reason, now());
    flush();
}

// What comes of it.

void GuestPort::flush() {
    auto ready = line_.take();
    for (auto& message : ready.messages) {
        if (sender_)
            sender_->send(encode(message));
        else if (unsent_.size() < max_unsent)
            unsent_.push_back(std::move(message));
    }
    for (auto& told : ready.told) told_.push_back(std::move(told));
    arm_timer();
    if (told_.empty() || std::exchange(delivering_, true)) return;
    boost::asio::post(executor_, [self = shared_from_this()] { self->deliver(); });
}

/// The sink may call back into us, also to close this port: one at a time.
void GuestPort::deliver() {
    delivering_ = false;
    while (open_ && !told_.empty()) {
        const auto told = std::move(told_.front());
        told_.pop_front();
        tell(told);
    }
}

void GuestPort::tell(const Told& told) {
    const auto& key = settings_.key;
    if (const auto* up = std::get_if<GuestUp>(&told)) return sink_.guest_up(key, up->hello);
    if (const auto* gone = std::get_if<GuestGone>(&told))
        return sink_.guest_gone(key, gone->reason);
    if (const auto* beat = std::get_if<Heartbeat>(&told))
        return sink_.guest_heartbeat(key, beat->monitors_hash, beat->oldest_overdue);
    if (const auto* result = std::get_if<OperationResult>(&told))
        return sink_.operation_finished(key, *result);
    sink_.monitor_reported(key, std::get<MonitorReport>(told));
}

void GuestPort::arm_timer() {
    const auto next = line_.next_deadline();
    if (!next || !open_) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(std::chrono::steady_clock::time_point(next->time_since_epoch()));
    timer_.async_wait([self = weak_from_this()](boost::system::error_code error) {
        const auto port = self.lock();
        if (error || !port || !port->open_) return;
        port->line_.advance(now());
        port->flush();
    });
}

}  // namespace cpe::agent
