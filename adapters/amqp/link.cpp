#include "adapters/amqp/link.hpp"

#include "adapters/amqp/link_core.hpp"

#include <utility>

namespace cpe::amqp {
namespace {

detail::SenderCore& sender(const std::shared_ptr<detail::LinkCore>& core) {
    return static_cast<detail::SenderCore&>(*core);
}

}  // namespace

Link::Link(std::shared_ptr<detail::LinkCore> core) : core_(std::move(core)) {}

const std::string& Link::address() const {
    return core_->address;
}

const Filters& Link::filters() const {
    return core_->filters;
}

bool Link::is_open() const {
    return core_->attached && !core_->over;
}

void Link::on_open(OnOpen callback) {
    if (core_->over) return;
    if (core_->attached) return callback();
    core_->on_open = std::move(callback);
}

void Link::on_closed(OnClosed callback) {
    if (!core_->over) {
        core_->on_closed = std::move(callback);
    } else if (!core_->closed_by_us) {
        callback(core_->why);
    }
}

void Link::close(const Condition& condition) {
    core_->close(condition);
}

Sender::Sender(std::shared_ptr<detail::SenderCore> core) : Link(std::move(core)) {}

bool Sender::send(const Message& message) {
    return sender(core_).send(message, nullptr);
}

bool Sender::send(const Message& message, OnOutcome outcome) {
    return sender(core_).send(message, std::move(outcome));
}

std::size_t Sender::queued() const {
    return sender(core_).queue.size();
}

std::uint64_t Sender::max_message() const {
    return core_->attached && core_->link ? pn_link_remote_max_message_size(core_->link) : 0;
}

void Sender::on_drained(std::function<void()> callback) {
    if (!core_->over) sender(core_).on_drained = std::move(callback);
}

Receiver::Receiver(std::shared_ptr<detail::ReceiverCore> core) : Link(std::move(core)) {}

void Receiver::on_message(OnMessage callback) {
    if (!core_->over) static_cast<detail::ReceiverCore&>(*core_).on_message = std::move(callback);
}

Delivery::Delivery(std::weak_ptr<detail::ReceiverCore> link, std::uint64_t id)
    : link_(std::move(link)), id_(id) {}

Delivery::Delivery(Delivery&& other) noexcept
    : link_(std::move(other.link_)), id_(std::exchange(other.id_, 0)) {}

Delivery& Delivery::operator=(Delivery&& other) noexcept {
    if (this == &other) return *this;
    settle(PN_RELEASED, {});
    link_ = std::move(other.link_);
    id_ = std::exchange(other.id_, 0);
    return *this;
}

Delivery::~Delivery() {
    settle(PN_RELEASED, {});
}

void Delivery::accept() {
    settle(PN_ACCEPTED, {});
}

void Delivery::reject(const Condition& condition) {
    settle(PN_REJECTED, condition);
}

void Delivery::release() {
    settle(PN_RELEASED, {});
}

void Delivery::settle(std::uint64_t state, const Condition& condition) {
    const std::uint64_t id = std::exchange(id_, 0);
    if (id == 0) return;
    if (const auto link = link_.lock()) link->settle(id, state, condition);
}

}  // namespace cpe::amqp
