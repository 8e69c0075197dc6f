#include "adapters/static/core.hpp"

#include <cpe/rethrow.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cpe::static_hosts {
namespace {

namespace asio = boost::asio;

std::string name_of(const AssemblyKey& key) {
    return "assembly '" + key.deployable.name + "/" + key.assembly + "'";
}

InstanceReport report_of(InstanceState state, const std::string& address, std::string reason = {}) {
    InstanceReport report;
    report.state = state;
    report.instance = address;  // a host is what stands at its address
    report.address = address;
    report.reason = std::move(reason);
    return report;
}

}  // namespace

Core::Core(asio::any_io_executor executor, Settings settings)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      queue_(executor_, settings_.limits.commands_waiting,
             [this](const AssemblyKey& key) { forget_if_unwanted(key); }),
      next_look_(executor_) {}

void Core::open() {
    if (!settings_.fencing) return;
    agent_ = std::make_shared<FenceAgent>(executor_, *settings_.fencing, settings_.limits);
    if (settings_.fencing->status_interval > Millis{0})
        asio::co_spawn(executor_, look_now_and_then(shared_from_this()), rethrow);
}

void Core::close() {
    closed_ = true;
    watch_ = nullptr;
    settings_.log = nullptr;
    next_look_.cancel();
    if (agent_) agent_->close();
    queue_.close();
}

// Commands ----------------------------------------------------------------------------------------

std::optional<Error> Core::no_room(const AssemblyKey& key, Verb verb) const {
    const bool another = verb == Verb::start && !hosts_.contains(key);
    if (!another || hosts_.size() < settings_.limits.hosts) return std::nullopt;
    return Error{
        Errc::too_large,
        "provider '" + settings_.name + "' has " + std::to_string(hosts_.size()) + " hosts already",
        name_of(key), "delete a deployable"};
}

void Core::command(Verb verb, const InstanceSpec& spec, Done done) {
    if (auto full = no_room(spec.key, verb)) return queue_.refuse(std::move(done), *full);
    const auto work = [self = shared_from_this(), verb, spec] {
        return self->carry_out(verb, spec);
    };
    hosts_[spec.key].last_command =
        queue_.push(spec.key, {name_of(spec.key), work, std::move(done)});
}

Core::Awaited Core::carry_out(Verb verb, InstanceSpec spec) {
    auto outcome = co_await dispatch(verb, std::move(spec));
    if (!outcome && outcome.error().code != Errc::unsupported)
        say(LogLevel::warning, outcome.error().line());
    co_return outcome;
}

Core::Awaited Core::dispatch(Verb verb, InstanceSpec spec) {
    switch (verb) {
        case Verb::start: co_return co_await start(std::move(spec));
        case Verb::stop: co_return co_await stop(std::move(spec.key));
        case Verb::release:
        case Verb::destroy: break;
    }
    let_go(spec.key);
    co_return Error{Errc::unsupported,
                    "its host stays on: it is not cped's to switch off",
                    name_of(spec.key),
                    {}};
}

void Core::forget_if_unwanted(const AssemblyKey& key) {
    if (hosts_.at(key).address.empty()) hosts_.erase(key);
}

Core::Awaited Core::start(InstanceSpec spec) {
    if (spec.address.empty())
        co_return Error{Errc::invalid_input, "it has no address", name_of(spec.key),
                        "give it one in the document: provider '" + settings_.name + "' needs it"};
    std::string plug;
    if (agent_) {
        auto own = own_plug(spec);
        // An options file that cannot be read now is no reason to leave a host that runs alone.
        if (!own && own.error().code == Errc::refused) co_return own.error();
        if (own) plug = *std::move(own);
    }
    Host& host = hosts_.at(spec.key);
    host.address = spec.address;
    host.plug = std::move(plug);
    host.told = InstanceState::running;
    if (!agent_) co_return report_of(InstanceState::running, spec.address);
    co_return co_await switch_on(std::move(spec));
}

/// Two hosts behind one plug: fencing one would end the other.
Result<std::string> Core::own_plug(const InstanceSpec& spec) const {
    auto plug = agent_->plug(spec.key);
    if (!plug) return plug;
    for (const auto& [key, host] : hosts_) {
        if (key == spec.key || host.address.empty() || host.address == spec.address) continue;
        if (host.plug != *plug) continue;
        return Error{Errc::refused,
                     "its plug '" + *plug + "' is that of " + name_of(key) + ", another host",
                     name_of(spec.key), "give them different plugs with pcmk_host_map"};
    }
    return plug;
}

/// Whether what runs there is well is for the channel to say. Where the agent cannot be asked, the
/// host is taken as running, as it would be without one.
Core::Awaited Core::switch_on(InstanceSpec spec) {
    const auto agent = agent_;
    const auto power = co_await FenceAgent::status(agent, spec.key, Urgency::now);
    if (!power) {
        say(LogLevel::warning, power.error().line());
        co_return report_of(InstanceState::running, spec.address,
                            "not confirmed: " + power.error().line());
    }
    if (*power == Power::off) {
        const auto on = co_await FenceAgent::switch_to(agent, Power::on, spec.key);
        if (!on) co_return on.error();
        say(LogLevel::info, name_of(spec.key) + ": its host was switched on");
    }
    co_return report_of(InstanceState::running, spec.address);
}

Core::Awaited Core::stop(AssemblyKey key) {
    if (!agent_)
        co_return Error{Errc::unsupported,
                        "provider '" + settings_.name + "' cannot fence: it has no fence agent",
                        name_of(key),
                        {}};
    const auto agent = agent_;
    const auto off = co_await FenceAgent::switch_to(agent, Power::off, key);
    if (!off) co_return off.error();
    if (closed_) co_return Error{Errc::unavailable, "cped is stopping", name_of(key), {}};
    say(LogLevel::info, name_of(key) + ": its host is off");
    let_go(key);
    InstanceReport report;
    report.state = InstanceState::stopped;
    report.reason = "its fence agent says that it is off";
    co_return report;
}

void Core::let_go(const AssemblyKey& key) {
    Host& host = hosts_.at(key);
    host.address.clear();
    host.plug.clear();
}

// Looks -------------------------------------------------------------------------------------------

asio::awaitable<void> Core::look_now_and_then(std::shared_ptr<Core> self) {
    for (;;) {
        boost::system::error_code cancelled;
        self->next_look_.expires_after(self->settings_.fencing->status_interval);
        co_await self->next_look_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (self->closed_) co_return;
        std::vector<AssemblyKey> keys;
        for (const auto& [key, host] : self->hosts_) keys.push_back(key);
        for (const auto& key : keys) {
            co_await look_at(self, key);
            if (self->closed_) co_return;
        }
    }
}

/// That a host is off is only told when it is said twice: a guest may be lost by it.
asio::awaitable<void> Core::look_at(std::shared_ptr<Core> self, AssemblyKey key) {
    const auto before = self->hosts_.find(key);
    if (before == self->hosts_.end() || self->queue_.busy(key) || before->second.address.empty())
        co_return;
    const auto last_command = before->second.last_command;
    auto power = co_await FenceAgent::status(self->agent_, key, Urgency::when_idle);
    if (power && *power == Power::off)
        power = co_await FenceAgent::status(self->agent_, key, Urgency::when_idle);
    if (self->closed_) co_return;
    const auto after = self->hosts_.find(key);
    if (after == self->hosts_.end() || after->second.last_command != last_command) co_return;
    if (!power) co_return self->tell(key, InstanceState::unknown, power.error().line());
    if (*power == Power::off)
        co_return self->tell(key, InstanceState::stopped, "its fence agent says that it is off");
    self->tell(key, InstanceState::running, {});
}

void Core::tell(const AssemblyKey& key, InstanceState state, const std::string& reason) {
    Host& host = hosts_.at(key);
    if (std::exchange(host.told, state) == state) return;
    if (state != InstanceState::running) say(LogLevel::warning, name_of(key) + ": " + reason);
    if (watch_) watch_(key, report_of(state, host.address, reason));
}

void Core::say(LogLevel level, const std::string& text) const {
    if (settings_.log) settings_.log(level, settings_.name, text);
}

}  // namespace cpe::static_hosts
