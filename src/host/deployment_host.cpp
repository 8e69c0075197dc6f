#include "src/host/deployment_host.hpp"

#include "src/host/carrier.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>

namespace cpe::host {

DeploymentHost::DeploymentHost(boost::asio::any_io_executor loop, DeployableKey key,
                               ChannelKind channel, std::unique_ptr<Arena> arena,
                               std::unique_ptr<deployment::Deployment> deployment,
                               const Ports& ports, Owner owner)
    : strand_(boost::asio::make_strand(loop)),
      alarm_(ports.alarms(strand_)),
      key_(std::move(key)),
      channel_(channel),
      arena_(std::move(arena)),
      deployment_(std::move(deployment)),
      ports_(ports),
      owner_(std::move(owner)) {}

DeploymentHost::~DeploymentHost() = default;

void DeploymentHost::post(Event event) {
    if (ended_) return;
    if (inbox_.size() >= max_inbox && std::holds_alternative<event::GuestHeartbeat>(event)) return;
    inbox_.push_back(std::move(event));
    schedule_turn();
}

void DeploymentHost::schedule_turn() {
    if (turn_posted_ || ended_ || inbox_.empty()) return;
    turn_posted_ = true;
    boost::asio::post(strand_, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->turn();
    });
}

/// Who asks is answered by effect::Reply with this token; nothing when it was answered already.
std::optional<Token> DeploymentHost::wait_for(Answer answer) {
    if (ended_) {
        answer(Error{Errc::unavailable, "its policy engine is being restarted", key_.name,
                     "try again in a moment"});
        return std::nullopt;
    }
    const Token token{++last_token_};
    waiting_.emplace(token.value, std::move(answer));
    return token;
}

void DeploymentHost::ask(event::Operator::Wish wish, std::string target, std::string who,
                         Answer answer) {
    if (const auto token = wait_for(std::move(answer)))
        post(event::Operator{wish, *token, std::move(who), std::move(target)});
}

void DeploymentHost::reload(std::string document, std::shared_ptr<Deployable> model,
                            std::string who, Answer answer) {
    if (const auto token = wait_for(std::move(answer)))
        post(event::Reload{*token, std::move(who), std::move(document), std::move(model)});
}

void DeploymentHost::let_go(event::Brake order, Answer answer) {
    const auto token = wait_for(std::move(answer));
    if (!token) return;
    order.token = *token;
    post(std::move(order));
}

void DeploymentHost::stop(const Error& why) {
    ended_ = true;
    alarm_->cancel();
    inbox_.clear();
    outgoing_.clear();
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& [token, answer] : waiting) answer(why);
}

DeployableStatus DeploymentHost::status() const {
    auto status = deployment_->status();
    status.memory = arena_->used();
    return status;
}

void DeploymentHost::stood_still(Millis span) {
    if (ended_) return;
    const bool begins = !inbox_.empty() && std::holds_alternative<event::Begin>(inbox_.front());
    if (begins) return;  // it waits for nobody yet
    inbox_.push_front(event::StoodStill{span});
    schedule_turn();
}

void DeploymentHost::turn() {
    turn_posted_ = false;
    ports_.check_punctuality();
    for (std::size_t n = 0; n < max_events_per_turn && !inbox_.empty() && !ended_; ++n) {
        Event event = std::move(inbox_.front());
        inbox_.pop_front();
        step(std::move(event));
    }
    schedule_turn();
}

void DeploymentHost::step(Event event) {
    try {
        send(deployment_->step(std::move(event), ports_.clock.now()));
    } catch (const std::exception& error) {
        die(error.what());
    }
}

void DeploymentHost::die(std::string reason) {
    if (ended_) return;
    ended_ = true;
    ports_.log(LogLevel::error, "host " + key_.name, "its policy engine died: " + reason);
    boost::asio::post(strand_, [self = shared_from_this(), reason = std::move(reason)] {
        self->stop(Error{Errc::internal, "its policy engine died and is restarted", self->key_.name,
                         "try again in a moment"});
        self->owner_.died(self->key_, reason);
    });
}

void DeploymentHost::send(Ready ready) {
    if (!ready.suspects.empty() && owner_.suspects) owner_.suspects(key_, ready.suspects);
    arm(ready.wake_at);
    if (ready.persist.empty() && ready.effects.empty()) return;
    auto out = std::make_shared<Outgoing>();
    out->effects = std::move(ready.effects);
    out->durable = ready.persist.empty();
    outgoing_.push_back(out);
    if (out->durable) return drain();
    out->events = ready.persist.events;
    ready.persist.key = key_;
    if (ready.persist.status) ready.persist.status->memory = arena_->used();
    auto done = [weak = weak_from_this(), out](const Result<std::vector<EventId>>& ids) {
        if (const auto self = weak.lock()) self->committed(*out, ids);
    };
    ports_.store.commit(std::move(ready.persist), std::move(done));
}

void DeploymentHost::committed(Outgoing& out, const Result<std::vector<EventId>>& ids) {
    if (!ids) return die("what it had to persist was refused: " + ids.error().line());
    std::vector<StoredEvent> told;
    told.reserve(out.events.size());
    for (std::size_t i = 0; i < out.events.size() && i < ids->size(); ++i)
        told.push_back({(*ids)[i], key_, std::move(out.events[i])});
    if (!told.empty()) owner_.events(key_, told);
    out.durable = true;
    try {
        drain();
    } catch (const std::exception& error) {
        die(std::string("carrying out its effects: ") + error.what());
    }
}

void DeploymentHost::drain() {
    while (!outgoing_.empty() && outgoing_.front()->durable && !ended_) {
        const auto out = std::move(outgoing_.front());
        outgoing_.pop_front();
        Carrier carrier{*this};
        for (auto& effect : out->effects) std::visit(carrier, effect);
    }
}

void DeploymentHost::arm(std::optional<MonoTime> wake_at) {
    if (wake_at == armed_for_) return;
    armed_for_ = wake_at;
    if (!wake_at) return alarm_->cancel();
    const Millis after = std::max(Millis{0}, *wake_at - ports_.clock.now().mono);
    alarm_->set(after, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->ended_) return;
        self->armed_for_.reset();
        self->post(event::Wake{});
    });
}

}  // namespace cpe::host
