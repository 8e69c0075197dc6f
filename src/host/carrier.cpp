#include "src/host/carrier.hpp"

#include <boost/asio/post.hpp>

namespace cpe::host {

GuestChannel* DeploymentHost::Carrier::channel() const {
    const auto found = host.ports_.channels.find(host.channel_);
    return found == host.ports_.channels.end() ? nullptr : found->second;
}

void DeploymentHost::Carrier::operator()(effect::RunOperation& effect) {
    // The transition was aborted between the step and its fsync: nobody wants this any more.
    const bool stale = effect.generation != host.deployment_->generation();
    if (!stale && channel()) {
        channel()->submit(key_of(effect.assembly), std::move(effect.request));
        return;
    }
    OperationResult never;
    never.id = effect.request.id;
    never.outcome = OperationResult::Outcome::cancelled;
    never.exit_reason = stale ? "its transition was aborted" : "no channel";
    host.post(event::OperationDone{effect.assembly, std::move(never)});
}

void DeploymentHost::Carrier::operator()(effect::CancelMonitor& effect) {
    if (channel())
        channel()->cancel_monitor(key_of(effect.assembly), effect.resource, effect.interval);
}

void DeploymentHost::Carrier::operator()(effect::OpenChannel& effect) {
    if (!channel()) return;
    const auto opened = channel()->open(key_of(effect.assembly), effect.peer);
    if (opened) return;
    host.ports_.log(LogLevel::error, "host " + host.key_.name, opened.error().line());
    host.post(event::GuestGone{effect.assembly, opened.error().line()});
}

void DeploymentHost::Carrier::operator()(effect::CloseChannel& effect) {
    if (channel()) channel()->close(key_of(effect.assembly));
}

void DeploymentHost::Carrier::operator()(effect::InstanceCommand& effect) {
    const auto& name = effect.provider.empty() ? host.ports_.default_provider : effect.provider;
    auto done = [weak = host.weak_from_this(), assembly = effect.assembly,
                 id = effect.id](Result<InstanceReport> outcome) {
        if (const auto self = weak.lock())
            self->post(event::InstanceCommandDone{assembly, id, std::move(outcome)});
    };
    const auto found = host.ports_.providers.find(name);
    if (found == host.ports_.providers.end()) {
        done(Error{Errc::unavailable, "there is no instance provider '" + name + "'",
                   "assembly '" + effect.assembly + "'", "name it under providers: in cped.yaml"});
        return;
    }
    using Kind = effect::InstanceCommand::Kind;
    InstanceProvider& provider = *found->second;
    effect.spec.key = key_of(effect.assembly);
    switch (effect.kind) {
        case Kind::start: provider.start(effect.spec, std::move(done)); return;
        case Kind::stop:
            if (effect.idle) return provider.release(effect.spec.key, std::move(done));
            return provider.fence(effect.spec, std::move(done));
        case Kind::destroy: provider.destroy(effect.spec.key, std::move(done)); return;
    }
}

void DeploymentHost::Carrier::operator()(effect::RequestTick& effect) {
    TickRequest request{host.key_, std::move(effect.cib), host.ports_.clock.now().wall, true};
    auto done = [weak = host.weak_from_this(), tick = effect.tick](Result<TickResult> outcome) {
        if (const auto self = weak.lock()) self->post(event::TickDone{tick, std::move(outcome)});
    };
    host.ports_.policy.tick(std::move(request), std::move(done));
}

void DeploymentHost::Carrier::operator()(effect::Reply& effect) {
    const auto found = host.waiting_.find(effect.token.value);
    if (found == host.waiting_.end()) return;
    const auto answer = std::move(found->second);
    host.waiting_.erase(found);
    answer(std::move(effect.outcome));
}

void DeploymentHost::Carrier::operator()(effect::Retire&) {
    host.ended_ = true;
    boost::asio::post(host.strand_, [self = host.shared_from_this()] {
        self->stop(Error{Errc::not_found, "it was deleted", self->key_.name, {}});
        self->owner_.retired(self->key_);
    });
}

}  // namespace cpe::host
