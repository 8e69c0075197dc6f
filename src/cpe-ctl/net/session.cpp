#include "src/cpe-ctl/net/session.hpp"

#include <csignal>
#include <exception>
#include <string>
#include <utility>

namespace cpe::ctl {
namespace {

constexpr const char* node = "$management";

Error no_connection(const std::filesystem::path& socket, const Error& error) {
    return {error.code, "no connection to cped: " + error.what, socket.native(),
            error.hint.empty() ? "is cped running, and is this its socket? (--socket PATH)"
                               : error.hint};
}

}  // namespace

Session::Session(Millis deadline)
    : work_(io_.get_executor()), timer_(io_), signals_(io_), deadline_(deadline) {}

Session::~Session() {
    try {
        if (client_) client_->close();
        // What the close still has to say: bounded by the client's own linger.
        work_.reset();
        signals_.cancel();
        timer_.cancel();
        io_.run_for(std::chrono::milliseconds{200});
    } catch (const std::exception&) {
        // The command has its answer: a close that fails changes nothing, and nobody waits for it.
    }
}

template <class Done>
void Session::run_until(Done done) {
    while (!done()) io_.run_one();
}

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& socket,
                                               Millis deadline) {
    std::unique_ptr<Session> session(new Session(deadline));
    std::optional<Result<std::shared_ptr<amqp::Client>>> outcome;
    amqp::ClientSettings settings;
    settings.container = "cpe-ctl";
    amqp::Client::connect_unix(session->io_.get_executor(), socket, std::move(settings),
                               [&](auto result) { outcome = std::move(result); });
    session->run_until([&] { return outcome.has_value(); });
    if (!*outcome) return no_connection(socket, outcome->error());
    session->client_ = **outcome;
    session->client_->on_disconnected(
        [self = session.get()](const amqp::Condition& condition) { self->ended_ = condition; });
    return session;
}

Result<amqp::Message> Session::ask(amqp::Message request) {
    std::optional<Result<amqp::Message>> answer;
    client_->request(node, std::move(request), deadline_,
                     [&](auto result) { answer = std::move(result); });
    run_until([&] { return answer.has_value(); });
    return std::move(*answer);
}

Result<> Session::subscribe(const amqp::Filters& filters) {
    bool opened = false;
    std::optional<amqp::Condition> refused;
    receiver_ = client_->subscribe("events", filters, [this](amqp::Message message) {
        events_.push_back(std::move(message));
    });
    receiver_->on_open([&] { opened = true; });
    receiver_->on_closed([&](const amqp::Condition& condition) { refused = condition; });
    bool late = false;
    timer_.expires_after(deadline_);
    timer_.async_wait([&](const boost::system::error_code& failed) { late = late || !failed; });
    run_until([&] { return opened || refused || late || ended_; });
    timer_.cancel();
    io_.poll();  // the cancelled wait refers to this frame
    if (opened && !refused) {
        receiver_->on_closed([this](const amqp::Condition& condition) { ended_ = condition; });
        return {};
    }
    if (refused) return amqp::to_error(*refused, "events");
    if (ended_) return lost();
    return Error{Errc::timed_out, "cped did not answer", "events", {}};
}

std::optional<amqp::Message> Session::take_event() {
    if (events_.empty()) return std::nullopt;
    auto message = std::move(events_.front());
    events_.pop_front();
    return message;
}

void Session::catch_interrupts() {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](const boost::system::error_code& failed, int) {
        if (!failed) interrupted_ = true;
    });
}

Session::Wake Session::wait(std::optional<Clock::time_point> until) {
    bool late = false;
    if (until) {
        timer_.expires_at(*until);
        timer_.async_wait([&](const boost::system::error_code& failed) { late = late || !failed; });
    }
    run_until([&] { return interrupted_ || !events_.empty() || ended_ || late; });
    timer_.cancel();
    io_.poll();  // the cancelled wait refers to this frame
    if (interrupted_) return Wake::interrupted;
    if (!events_.empty()) return Wake::event;
    return ended_ ? Wake::disconnected : Wake::timeout;
}

Error Session::lost() const {
    return amqp::to_error(ended_.value_or(amqp::Condition{}), "the connection to cped ended");
}

}  // namespace cpe::ctl
