#include "adapters/ssh/attendant.hpp"

#include "adapters/ssh/mono_now.hpp"
#include "adapters/ssh/session.hpp"
#include "adapters/ssh/verdict.hpp"

#include <algorithm>
#include <utility>

namespace cpe::ssh {

namespace {

/// From a run's end until the end of its output, which a service that holds it may keep back.
constexpr Millis output_limit{300};
constexpr Millis kill_limit{8'000};
constexpr Millis begin_limit{1'000};
constexpr Millis end_limit{1'000};
constexpr Millis retry_pause_of_exec{300};
constexpr unsigned max_refusals = 20;
/// The guest itself ends what nobody listens for so long after its time limit.
constexpr Millis spare_limit{30'000};
/// After the last run, until what it left in the guest's table of processes is taken away.
constexpr Millis idle_pause{200};
/// Of all runs that may be under way, each with as much as guest.sh tells.
constexpr std::size_t max_told = 4U << 20U;

bool is_metadata(const OperationRequest& request) {
    return request.operation == "meta-data";
}

std::string reason_of(const ExecEnd& end) {
    std::string why = end.text;
    if (end.fate == ExecEnd::Fate::exited)
        why = "the guest's shell ended with status " + std::to_string(end.status);
    if (end.fate == ExecEnd::Fate::signalled) why = "the guest's shell was ended by " + end.text;
    if (end.fate == ExecEnd::Fate::refused)
        why = "its sshd refuses another channel (is its MaxSessions too low?): " + end.text;
    if (!end.errors.empty()) why += ": " + last_line(end.errors);
    return why;
}

}  // namespace

Attendant::Attendant(const boost::asio::any_io_executor& executor, ShellPlan plan,
                     std::string hostname, AttendantHooks hooks)
    : due_timer_(executor),
      later_timer_(executor),
      plan_(std::move(plan)),
      hostname_(std::move(hostname)),
      hooks_(std::move(hooks)) {}

void Attendant::start(Session& session) {
    session_ = session.weak_from_this();
    open_exec();
}

void Attendant::start(Session& session, Run run) {
    session_ = session.weak_from_this();
    only_ = run.request;
    State state;
    state.run = std::move(run);
    states_.emplace(++last_, std::move(state));
    open_exec();
}

void Attendant::open_exec() {
    const auto session = session_.lock();
    if (!session) return;
    replies_ = std::make_unique<Replies>(plan_.nonce);
    ExecRequest request;
    std::optional<Millis> limit;
    if (only_) limit = only_->timeout + spare_limit;
    request.command = shell_line(plan_, limit);
    request.input = only_ ? script_of_one(plan_, *only_, hostname_) : script_of_many(plan_);
    request.max_output = max_told;
    request.slot = only_ ? ExecRequest::Slot::shared : ExecRequest::Slot::standing;
    ExecHooks hooks;
    hooks.output = [weak = weak_from_this()](std::string_view bytes) {
        if (const auto self = weak.lock()) self->received(bytes);
    };
    hooks.ended = [weak = weak_from_this()](const ExecEnd& end) {
        if (const auto self = weak.lock()) self->exec_ended(end);
    };
    exec_ = session->exec(std::move(request), std::move(hooks));
}

void Attendant::touch() {
    if (const auto session = session_.lock()) session->touch();
}

void Attendant::drop() {
    hooks_ = {};
    due_timer_.cancel();
    later_timer_.cancel();
    if (exec_) exec_->abandon();
    touch();
}

// To the guest.

/// Before it is ready a line might be taken for a part of its script.
void Attendant::say(const std::string& lines) {
    if (!ready_) {
        unsaid_ += lines;
        return;
    }
    exec_->write(lines);
    touch();
}

void Attendant::give(Run run) {
    const auto work = works_.name(work_of(run.request, hostname_));
    State state;
    state.run = std::move(run);
    states_.emplace(++last_, std::move(state));
    if (exec_) exec_->read_on();
    say(work.before + "run " + std::to_string(last_) + " " + work.name + "\n" + work.after);
}

void Attendant::end_leftovers(const std::string& nonce) {
    say("clean " + nonce + "\n");
}

bool Attendant::kill(RunId id) {
    const auto found = std::find_if(states_.begin(), states_.end(),
                                    [id](const auto& entry) { return entry.second.run.id == id; });
    if (found == states_.end()) return false;
    auto& [number, state] = *found;
    state.kill_wanted = true;
    if (state.began)
        say_kill(state, number);
    else
        wait_for(state, begin_limit);  // it may begin this very moment
    return true;
}

void Attendant::say_kill(State& state, unsigned number) {
    if (std::exchange(state.kill_said, true)) return;
    say("kill " + std::to_string(number) + " " + std::to_string(state.pid) + "\n");
    wait_for(state, kill_limit);
}

void Attendant::reap() {
    if (states_.empty()) say("reap\n");
}

// From the guest.

void Attendant::received(std::string_view bytes) {
    const auto self = shared_from_this();
    for (const auto& reply : replies_->feed(bytes)) take(reply);
    check_over();
}

void Attendant::take(const Reply& reply) {
    heard_ = true;
    if (reply.kind == Reply::Kind::ready) {
        ready_ = true;
        say(std::exchange(unsaid_, {}));
        if (bye_said_) exec_->finish();
        return;
    }
    const auto found = states_.find(reply.run);
    if (found == states_.end()) return;
    auto& state = found->second;
    switch (reply.kind) {
        case Reply::Kind::began:
            state.began = true;
            state.pid = reply.number;
            if (state.kill_wanted) say_kill(state, reply.run);
            break;
        case Reply::Kind::output:
            if (state.output.size() + reply.text.size() < max_reply_line)
                state.output += reply.text + "\n";
            break;
        case Reply::Kind::ended:
            if (state.kill_said) break;  // the rest of its tree is still to die
            state.code = static_cast<int>(std::min<std::uint32_t>(reply.number, 255));
            wait_for(state, output_limit);
            break;
        case Reply::Kind::done:
            if (state.code) finish(found);
            break;
        case Reply::Kind::killed: finish_killed(found, reply.number); break;
        case Reply::Kind::ready:
        case Reply::Kind::hello:
        case Reply::Kind::missing: break;
    }
}

void Attendant::finish(States::iterator state) {
    const auto& done = state->second;
    tell(state, verdict(done.run.request, *done.code, done.output));
}

void Attendant::finish_killed(States::iterator state, std::uint32_t left) {
    const auto& request = state->second.run.request;
    const auto limit = std::to_string(request.timeout.count()) + " ms";
    auto end = verdict(request, 0, is_metadata(request) ? "" : state->second.output);
    end.rc = ocf::unknown_error;
    end.exit_reason = left == 0 ? "killed after its time limit of " + limit
                                : "time limit of " + limit + " over, but " + std::to_string(left) +
                                      " of its processes cannot be killed";
    tell(state, std::move(end));
}

void Attendant::tell(States::iterator state, RunEnd end) {
    const auto id = state->second.run.id;
    states_.erase(state);
    if (const auto ended = hooks_.ended) ended(id, std::move(end));
}

// Its end.

void Attendant::wait_for(State& state, Millis time) {
    state.due = mono_now() + time;
    arm_due();
}

void Attendant::arm_due() {
    std::optional<MonoTime> next;
    for (const auto& [number, state] : states_)
        if (state.due) next = next ? std::min(*next, *state.due) : *state.due;
    if (!next) return;
    due_timer_.expires_after(std::max(*next - mono_now(), Millis{0}));
    due_timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) self->look_at_due();
    });
}

void Attendant::later(Millis pause, void (Attendant::*then)()) {
    later_timer_.expires_after(pause);
    later_timer_.async_wait([weak = weak_from_this(), then](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) ((*self).*then)();
    });
}

/// A monitor starts no service: what still holds its output has no reason to be. Known by its mark,
/// for the number of its first process may be another's by now.
void Attendant::end_what_a_monitor_left(const States::value_type& state) {
    if (state.second.run.request.operation != "monitor") return;
    say("kill " + std::to_string(state.first) + " none\n");
}

/// Of those whose output is late the result is told as it is; what should be dead by now is given
/// up with the shell, whose end of stdin kills it if it can be killed at all.
void Attendant::look_at_due() {
    const auto self = shared_from_this();
    bool stuck = false;
    for (auto next = states_.begin(); next != states_.end();) {
        const auto state = next++;
        if (!state->second.due || *state->second.due > mono_now()) continue;
        if (!state->second.code) {
            stuck = true;
            continue;
        }
        end_what_a_monitor_left(*state);
        finish(state);
    }
    if (stuck) {
        exec_->abandon();
        touch();
        return end(false, "its kill was not confirmed");
    }
    arm_due();
    check_over();
}

void Attendant::check_over() {
    if (!states_.empty() || !hooks_.over) return;
    if (stands()) return later(idle_pause, &Attendant::reap);
    if (std::exchange(bye_said_, true)) return;
    say("bye\n");
    if (ready_) exec_->finish();
    touch();
    later(end_limit, &Attendant::leave);
}

/// It does not even end when told to.
void Attendant::leave() {
    exec_->abandon();
    touch();
    end(false, {});
}

void Attendant::exec_ended(const ExecEnd& end_of_exec) {
    const bool refused = end_of_exec.fate == ExecEnd::Fate::refused;
    if (refused && !heard_ && ++refused_ <= max_refusals)
        return later(retry_pause_of_exec, &Attendant::open_exec);
    end(refused || (states_.empty() && bye_said_), reason_of(end_of_exec));
}

void Attendant::end(bool clean, const std::string& why) {
    const auto self = shared_from_this();
    due_timer_.cancel();
    later_timer_.cancel();
    // A shell that has seen its only run end leaves nothing but what that started: a service, which
    // bears the shell's mark, and keeps its channel open as long as it holds the run's output.
    const bool ended = only_ && std::all_of(states_.begin(), states_.end(),
                                            [](const auto& entry) { return entry.second.code; });
    if (const auto over = std::exchange(hooks_.over, {})) over(clean || ended);
    while (!states_.empty()) {
        const auto state = states_.begin();
        if (state->second.code) {
            finish(state);
            continue;
        }
        const auto id = state->second.run.id;
        states_.erase(state);
        if (const auto vanished = hooks_.vanished) vanished(id, why);
    }
    hooks_ = {};
}

}  // namespace cpe::ssh
