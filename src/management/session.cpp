#include "src/management/session.hpp"

#include "src/management/authorise.hpp"
#include "src/management/event_stream.hpp"
#include "src/management/types.hpp"

#include <proton/error.hpp>
#include <proton/message_id.hpp>

#include <utility>

namespace cpe::management {
namespace {

amqp::Message response_to(const proton::message_id& correlation, const Answer& answer) {
    amqp::Message response;
    response.correlation_id(correlation);
    response.properties().put("statusCode", answer.status);
    response.properties().put("statusDescription", answer.description);
    for (const auto& [key, value] : answer.properties)
        if (const auto number = amqp::as_int(value))
            response.properties().put(key, static_cast<std::int32_t>(*number));
    response.body(answer.body);
    return response;
}

/// Whether the response can be sent: within our limit, the peer's, and Proton's.
bool fits(const amqp::Message& response, const amqp::Sender& link, std::size_t limit) {
    try {
        const std::size_t size = response.encode().size();
        const std::uint64_t peers = link.max_message();
        return size <= limit && (peers == 0 || size <= peers);
    } catch (const proton::error&) {
        return false;
    }
}

/// A request that waits for its answer: settled and counted off when it is answered, or dropped.
class Pending {
public:
    Pending(amqp::Delivery delivery, std::shared_ptr<amqp::Sender> reply,
            proton::message_id correlation, std::size_t max_answer,
            std::shared_ptr<std::size_t> in_flight)
        : delivery_(std::move(delivery)),
          reply_(std::move(reply)),
          correlation_(std::move(correlation)),
          max_answer_(max_answer),
          in_flight_(std::move(in_flight)) {
        ++*in_flight_;
    }
    ~Pending() { --*in_flight_; }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    void answer(const Answer& answer) {
        if (std::exchange(answered_, true)) return;
        delivery_.accept();
        amqp::Message response = response_to(correlation_, answer);
        if (!fits(response, *reply_, max_answer_))
            response = response_to(
                correlation_, error_answer({Errc::too_large, "the answer is too large", "response",
                                            "ask for less: fewer attributes, rows or columns"}));
        reply_->send(response);
    }

private:
    amqp::Delivery delivery_;
    std::shared_ptr<amqp::Sender> reply_;
    proton::message_id correlation_;
    std::size_t max_answer_;
    std::shared_ptr<std::size_t> in_flight_;
    bool answered_ = false;
};

proton::message_id correlation_for(const amqp::Message& message) {
    const proton::message_id correlation = message.correlation_id();
    return correlation.empty() ? message.id() : correlation;
}

}  // namespace

Session::Session(Control& control, SessionSettings settings,
                 std::weak_ptr<amqp::Connection> connection, const amqp::Peer& peer)
    : control_(control),
      settings_(std::move(settings)),
      connection_(std::move(connection)),
      peer_(peer),
      operations_(control) {}

void Session::log(LogLevel level, const std::string& line) const {
    if (settings_.log) settings_.log(level, "management", line);
}

Result<> Session::on_open() {
    auto allowed = authorise(peer_, settings_.group);
    if (!allowed) log(LogLevel::warning, "refusing a connection: " + allowed.error().line());
    return allowed;
}

Result<> Session::on_sender(const std::shared_ptr<amqp::Sender>& link) {
    if (link->address() != events_address)
        return Error{Errc::not_found, "nothing to receive from", "'" + link->address() + "'",
                     "events come from 'events', answers to a dynamic source"};
    auto asked = read_subscription(link->filters());
    if (!asked) return asked.error();
    std::make_shared<EventStream>(control_, link, std::move(*asked))->start();
    return {};
}

Result<> Session::on_receiver(const std::shared_ptr<amqp::Receiver>& link) {
    if (link->address() != node_address)
        return Error{Errc::not_found, "no such node", "'" + link->address() + "'",
                     "requests go to '$management'"};
    link->on_message([this](amqp::Message message, amqp::Delivery delivery) {
        requested(message, std::move(delivery));
    });
    return {};
}

void Session::requested(const amqp::Message& message, amqp::Delivery delivery) {
    const auto connection = connection_.lock();
    const auto reply = connection ? connection->reply_sender(message.reply_to()) : nullptr;
    if (!reply)
        return delivery.reject(
            {"amqp:precondition-failed",
             "reply-to must be the address of a dynamic source of this connection"});
    const auto pending = std::make_shared<Pending>(
        std::move(delivery), reply, correlation_for(message), settings_.max_answer, in_flight_);
    if (*in_flight_ > settings_.max_in_flight)
        return pending->answer(
            error_answer({Errc::unavailable, "too many requests wait for their answers",
                          "connection", "at most " + std::to_string(settings_.max_in_flight)}));
    try {
        const auto request = read_request(message);
        if (!request) return pending->answer(error_answer(request.error()));
        operations_.carry_out({"uid " + std::to_string(peer_.uid)}, *request,
                              [pending](const Answer& answer) { pending->answer(answer); });
    } catch (const std::exception& thrown) {
        log(LogLevel::error, std::string("a management request threw: ") + thrown.what());
        pending->answer(error_answer({Errc::internal, "internal error", "cped", "see its log"}));
    }
}

void Session::on_closed(const amqp::Condition& condition) {
    if (condition.is_error())
        log(LogLevel::debug, "connection ended: " + condition.name + " " + condition.description);
}

}  // namespace cpe::management
