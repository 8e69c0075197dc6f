#include "adapters/ssh/guest.hpp"

#include "adapters/ssh/mono_now.hpp"

#include <cpe/paths.hpp>

#include <boost/asio/post.hpp>

#include <utility>

namespace cpe::ssh {

namespace {

constexpr std::size_t max_leftovers = 64;

}  // namespace

Guest::Guest(Common& common, AssemblyKey key, GuestPeer peer)
    : common_(common),
      key_(std::move(key)),
      peer_(std::move(peer)),
      agent_id_(common.random_word()),
      tag_("cpe-ssh-" + slug_of(key_)),
      ticket_(++common.last_ticket),
      desk_(DeskLimits{}),
      retry_timer_(common.executor),
      desk_timer_(common.executor),
      pulse_timer_(common.executor) {}

std::string Guest::username() const {
    return peer_.username.empty() ? common_.settings.username : peer_.username;
}

std::string Guest::host() const {
    return peer_.address + ":" + std::to_string(peer_.port);
}

void Guest::log(LogLevel level, const std::string& line) const {
    if (common_.settings.log)
        common_.settings.log(
            level,
            "ssh " + key_.deployable.tenant + "/" + key_.deployable.name + "/" + key_.assembly,
            line);
}

// From above.

void Guest::open() {
    open_ = true;
    connect_later(Millis{0});
}

void Guest::move(GuestPeer peer) {
    peer_.dead_boots = peer.dead_boots;  // heeded at the next hello
    if (peer == peer_) return;
    auto as_before = peer;
    as_before.host_key = peer_.host_key;
    const bool only_pinned = as_before == peer_ && peer.host_key == accepted_;
    peer_ = std::move(peer);
    if (only_pinned && session_) return;
    first_used_.clear();
    failures_ = 0;
    if (session_) ended({Errc::unavailable, "it is looked for at another place", {}, {}});
    connect_later(Millis{0});
}

void Guest::close() {
    open_ = false;
    ++epoch_;
    common_.leave(ticket_);
    for (auto* timer : {&retry_timer_, &desk_timer_, &pulse_timer_}) timer->cancel();
    drop_attendants();
    told_.clear();
    if (const auto session = std::exchange(session_, nullptr)) session->close();
}

void Guest::submit(OperationRequest request) {
    desk_.submit(std::move(request), mono_now());
    flush();
}

void Guest::cancel_monitor(const std::string& resource, Millis interval) {
    desk_.cancel_monitor(resource, interval);
    flush();
}

// Its pulse.

void Guest::heard() {
    if (!pulse_) return;
    pulse_->heard(mono_now());
    if (up_) feel();
}

void Guest::arm_pulse() {
    pulse_timer_.expires_at(to_steady(pulse_->next_look()));
    pulse_timer_.async_wait(
        [weak = weak_from_this(), epoch = epoch_](boost::system::error_code cancelled) {
            const auto self = weak.lock();
            if (cancelled || !self || self->epoch_ != epoch || !self->pulse_) return;
            self->feel();
            if (self->epoch_ == epoch) self->arm_pulse();
        });
}

void Guest::feel() {
    const auto wants = pulse_->look(mono_now());
    if (wants.dead)
        return fail(Errc::timed_out, "it has been silent for " +
                                         std::to_string(common_.settings.pulse.dead_after.count()) +
                                         " ms");
    if (wants.probe) session_->probe();
    if (wants.command) ask_command();
    if (!wants.heartbeat) return;
    const auto hash = desk_.monitors_hash();
    const auto overdue = desk_.oldest_overdue(mono_now());
    tell([this, hash, overdue] { common_.sink.guest_heartbeat(key_, hash, overdue); });
}

/// That sshd answers does not say that the guest can run anything.
void Guest::ask_command() {
    ExecRequest request;
    request.command = "exit 0";
    request.slot = ExecRequest::Slot::urgent;
    ExecHooks hooks;
    hooks.ended = [weak = weak_from_this(), epoch = epoch_](const ExecEnd& end) {
        const auto self = weak.lock();
        if (!self || self->epoch_ != epoch) return;
        self->command_.reset();
        if (end.fate == ExecEnd::Fate::exited) self->pulse_->command_answered(mono_now());
    };
    if (command_) command_->abandon();
    command_ = session_->exec(std::move(request), std::move(hooks));
    command_->finish();
}

// Operations.

/// Who only looks shares a shell that stands: such runs are many and short. What changes something
/// has one of its own, with all that helps to end it for certain.
void Guest::begin(Run run) {
    if (run.request.operation == "monitor") return attendant().give(std::move(run));
    hire()->start(*session_, std::move(run));
}

Attendant& Guest::attendant() {
    if (standing_) return *standing_;
    standing_ = hire();
    standing_->start(*session_);
    for (const auto& nonce : std::exchange(leftovers_, {})) standing_->end_leftovers(nonce);
    return *standing_;
}

std::shared_ptr<Attendant> Guest::hire() {
    auto holder = std::make_shared<std::weak_ptr<Attendant>>();
    AttendantHooks hooks;
    hooks.ended = [weak = weak_from_this()](RunId id, RunEnd end) {
        const auto self = weak.lock();
        if (!self) return;
        if (self->pulse_) self->pulse_->command_answered(mono_now());
        self->desk_.ended(id, std::move(end), mono_now());
        self->flush();
    };
    hooks.vanished = [weak = weak_from_this()](RunId id, const std::string& why) {
        const auto self = weak.lock();
        if (!self) return;
        self->desk_.vanished(id, why, mono_now());
        self->flush();
    };
    hooks.over = [weak = weak_from_this(), holder](bool clean) {
        const auto self = weak.lock();
        if (self) self->dismissed(holder->lock(), clean);
    };
    auto made = std::make_shared<Attendant>(common_.executor, plan(common_.random_word(), tag_),
                                            hostname_, std::move(hooks));
    *holder = made;
    attendants_.insert(made);
    return made;
}

/// What it may have left is ended by the one that stands, or by the next.
void Guest::dismissed(const std::shared_ptr<Attendant>& one, bool clean) {
    attendants_.erase(one);
    if (standing_ == one) standing_.reset();
    if (clean) return;
    if (standing_)
        standing_->end_leftovers(one->nonce());
    else if (leftovers_.size() < max_leftovers)
        leftovers_.push_back(one->nonce());
}

void Guest::drop_attendants() {
    standing_.reset();
    leftovers_.clear();
    for (const auto& one : std::exchange(attendants_, {})) one->drop();
}

ShellPlan Guest::plan(std::string nonce, std::string tag) const {
    return {std::move(nonce), std::move(tag), username()};
}

void Guest::flush() {
    auto ready = desk_.take();
    for (auto& run : ready.runs) begin(std::move(run));
    for (const auto id : ready.kills)
        for (const auto& one : std::set(attendants_))
            if (one->kill(id)) break;
    for (auto& told : ready.told) {
        if (const auto* result = std::get_if<OperationResult>(&told))
            tell([this, result = *result] { common_.sink.operation_finished(key_, result); });
        else
            tell([this, report = std::get<MonitorReport>(told)] {
                common_.sink.monitor_reported(key_, report);
            });
    }
    arm_desk();
}

void Guest::arm_desk() {
    const auto next = desk_.next_deadline();
    if (!next || !open_) {
        desk_timer_.cancel();
        return;
    }
    desk_timer_.expires_at(to_steady(*next));
    desk_timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self || !self->open_) return;
        self->desk_.advance(mono_now());
        self->flush();
    });
}

/// The sink may call back into us, also to close this guest: one at a time, and later.
void Guest::tell(std::function<void()> words) {
    told_.push_back(std::move(words));
    if (std::exchange(delivering_, true)) return;
    boost::asio::post(common_.executor, [self = shared_from_this()] { self->deliver(); });
}

void Guest::deliver() {
    delivering_ = false;
    while (open_ && !told_.empty()) {
        const auto words = std::move(told_.front());
        told_.pop_front();
        words();
    }
}

}  // namespace cpe::ssh
