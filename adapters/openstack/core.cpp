#include "adapters/openstack/core.hpp"

#include "adapters/openstack/naming.hpp"
#include "adapters/openstack/words.hpp"

#include <cpe/rethrow.hpp>

#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace cpe::openstack {
namespace {

namespace asio = boost::asio;

/// A blip is no trouble: so many looks in a row have to fail.
constexpr int looks_until_unknown = 2;

}  // namespace

Core::Core(asio::any_io_executor executor, ProviderSettings settings, std::string owner)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      owner_(std::move(owner)),
      queue_(executor_, settings_.commands_waiting,
             [this](const AssemblyKey& key) { forget_if_gone(key); }) {}

void Core::open() {
    Roster::Hooks hooks;
    hooks.cloud = [weak = weak_from_this()]() -> Answer<std::shared_ptr<Cloud>> {
        if (const auto self = weak.lock()) return self->cloud();
        return Fault{FaultKind::cancelled, 0, "closed"};
    };
    hooks.looked = [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->looked();
    };
    hooks.failed = [weak = weak_from_this()](const Fault& fault) {
        if (const auto self = weak.lock()) self->look_failed(fault);
    };
    roster_ = std::make_shared<Roster>(executor_, settings_.deadlines, settings_.full_every,
                                       owner_tag(owner_), std::move(hooks));
    roster_->open();
}

void Core::close() {
    closed_ = true;
    watch_ = nullptr;
    settings_.log = nullptr;
    roster_->close();
    if (cloud_) cloud_->close();
    queue_.close();
}

/// Files are read again after the cloud has refused who we are. Where they say the same, the cloud
/// stays: its Keystone keeps the pauses between logins, without which an account may be locked.
Answer<std::shared_ptr<Cloud>> Core::cloud() {
    if (cloud_ && !refused_) return cloud_;
    auto access = find_access(settings_.access, process_environment());
    if (!access) return Fault{FaultKind::credential, 0, access.error().line()};
    refused_ = false;
    if (cloud_ && cloud_->enters_with(*access)) return cloud_;
    CloudOptions options;
    options.random = settings_.random;
    options.log = [log = settings_.log, name = settings_.name](LogLevel level,
                                                               const std::string& text) {
        if (log) log(level, name, text);
    };
    cloud_ = std::make_shared<Cloud>(executor_, std::move(*access), std::move(options));
    return cloud_;
}

Error Core::error_of(const Fault& fault, const std::string& where) {
    if (fault.kind == FaultKind::credential) refused_ = true;
    return to_error(fault, where);
}

// Commands ----------------------------------------------------------------------------------------

void Core::command(Verb verb, const InstanceSpec& spec, Done done) {
    const auto work = [self = shared_from_this(), verb, spec] {
        return self->carry_out(verb, spec);
    };
    lanes_[spec.key].last_command =
        queue_.push(spec.key, {name_of(spec.key), work, std::move(done)});
}

Core::Awaited Core::carry_out(Verb verb, InstanceSpec spec) {
    const AssemblyKey key = spec.key;
    lanes_.at(key).wanted = false;
    auto outcome = co_await dispatch(verb, std::move(spec));
    if (closed_) co_return outcome;
    if (outcome)
        ended(key, verb, *outcome);
    else
        say(LogLevel::warning, outcome.error().line());
    co_return outcome;
}

Core::Awaited Core::dispatch(Verb verb, InstanceSpec spec) {
    switch (verb) {
        case Verb::start: return start(std::move(spec));
        case Verb::halt: return halt(std::move(spec));
        case Verb::destroy: break;
    }
    return destroy(std::move(spec));
}

/// What it comes to for this assembly's lane.
void Core::ended(const AssemblyKey& key, Verb verb, const InstanceReport& outcome) {
    Lane& lane = lanes_.at(key);
    lane.wanted = verb == Verb::start;
    lane.stopped_by_us = verb == Verb::halt;
    lane.told = outcome;
    lane.told.anew = false;
    if (outcome.state == InstanceState::absent) lane.server.clear();
    say(LogLevel::info, name_of(key) + ": " + words_of(outcome));
}

void Core::forget_if_gone(const AssemblyKey& key) {
    const Lane& lane = lanes_.at(key);
    if (lane.server.empty() && !lane.wanted) lanes_.erase(key);
}

// Looks -------------------------------------------------------------------------------------------

void Core::looked() {
    if (failed_looks_ >= looks_until_unknown) say(LogLevel::info, "the cloud answers again");
    failed_looks_ = 0;
    for (auto& [key, lane] : lanes_)
        if (lane.wanted && !queue_.busy(key)) compare(key, lane);
}

void Core::look_failed(const Fault& fault) {
    if (fault.kind == FaultKind::credential) refused_ = true;
    if (++failed_looks_ < looks_until_unknown) return;
    if (failed_looks_ == looks_until_unknown)
        say(LogLevel::warning, "cannot be asked: " + fault.line());
    for (auto& [key, lane] : lanes_) {
        if (!lane.wanted || queue_.busy(key)) continue;
        InstanceReport report = lane.told;
        report.state = InstanceState::unknown;
        report.reason = fault.line();
        report.by_hand = false;
        tell(key, lane, std::move(report));
    }
}

void Core::compare(const AssemblyKey& key, Lane& lane) {
    const auto server = roster_->find(lane.server);
    InstanceReport report = lane.told;
    report.reason.clear();
    report.by_hand = false;
    if (!server) {
        report.state = InstanceState::absent;
        report.record_only = true;
        report.reason = "it was deleted by somebody else";
        return tell(key, lane, std::move(report));
    }
    if (server->task_state) return;  // something is under way: its end is what counts
    report.state = state_of(*server);
    if (report.state == InstanceState::building) return;
    if (report.state != InstanceState::running) report.reason = words_of(*server);
    if (report.state == InstanceState::stopped && server->status == ServerStatus::shutoff &&
        lane.told.state != InstanceState::stopped && settings_.respect_external_stop) {
        if (!std::exchange(lane.asked_who, true))
            asio::co_spawn(executor_, ask_who(shared_from_this(), key), rethrow);
        return;
    }
    report.by_hand =
        settings_.respect_external_stop &&
        (is_by_hand(*server) || (lane.told.by_hand && report.state == lane.told.state));
    tell(key, lane, std::move(report));
}

/// A guest that died and one that a person stopped look alike but for what Nova has written down.
asio::awaitable<void> Core::ask_who(std::shared_ptr<Core> self, AssemblyKey key) {
    const auto before = self->lanes_.find(key);
    if (before == self->lanes_.end()) co_return;
    const auto last_command = before->second.last_command;
    const std::string id = before->second.server;
    const bool by_hand = co_await self->was_stopped_by_somebody(id);
    if (self->closed_) co_return;
    const auto after = self->lanes_.find(key);
    if (after == self->lanes_.end()) co_return;
    Lane& lane = after->second;
    lane.asked_who = false;
    if (lane.last_command != last_command || self->queue_.busy(key) || !lane.wanted) co_return;
    InstanceReport report = lane.told;
    report.state = InstanceState::stopped;
    report.by_hand = by_hand;
    report.reason =
        by_hand ? "SHUTOFF: somebody stopped it" : "SHUTOFF: its machine ended by itself";
    self->tell(key, lane, std::move(report));
}

void Core::tell(const AssemblyKey& key, Lane& lane, InstanceReport report) {
    if (report.state == lane.told.state && report.by_hand == lane.told.by_hand) return;
    const bool worse = report.state != InstanceState::running;
    say(worse ? LogLevel::warning : LogLevel::info, name_of(key) + ": " + words_of(report));
    lane.told = report;
    if (watch_) watch_(key, std::move(report));
}

void Core::say(LogLevel level, const std::string& text) const {
    if (settings_.log) settings_.log(level, settings_.name, text);
}

}  // namespace cpe::openstack
