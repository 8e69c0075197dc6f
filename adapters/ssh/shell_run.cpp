#include "adapters/ssh/shell_run.hpp"

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
/// The guest itself ends what nobody listens for so long after the longest time limit.
constexpr Millis spare_limit{30'000};

bool is_metadata(const OperationRequest& request) {
    return request.operation == "meta-data";
}

}  // namespace

ShellRun::ShellRun(boost::asio::any_io_executor executor, std::vector<Run> runs,
                   ShellRunHooks hooks)
    : timer_(std::move(executor)), hooks_(std::move(hooks)) {
    for (auto& run : runs) {
        State state;
        state.run = std::move(run);
        states_.push_back(std::move(state));
    }
}

void ShellRun::start(Session& session, const std::string& username, ExecPlan plan) {
    session_ = session.weak_from_this();
    username_ = username;
    plan_ = std::move(plan);
    for (const auto& state : states_) {
        plan_.runs.push_back(state.run.request);
        limit_ = std::max(limit_, state.run.request.timeout);
    }
    open_exec();
}

void ShellRun::open_exec() {
    const auto session = session_.lock();
    if (!session) return;
    replies_ = std::make_unique<Replies>(plan_.nonce);
    ExecRequest request;
    request.command = shell_line(username_, plan_.tag, guest_limit());
    request.input = script_of(plan_);
    ExecHooks hooks;
    hooks.output = [weak = weak_from_this()](std::string_view bytes) {
        if (const auto self = weak.lock()) self->received(bytes);
    };
    hooks.ended = [weak = weak_from_this()](const ExecEnd& end) {
        if (const auto self = weak.lock()) self->exec_ended(end);
    };
    exec_ = session->exec(std::move(request), std::move(hooks));
}

/// Monitors are many and change nothing: the guest keeps no clock of its own for them.
std::optional<Millis> ShellRun::guest_limit() const {
    const bool only_look = std::all_of(states_.begin(), states_.end(), [](const State& state) {
        return state.run.request.operation == "monitor";
    });
    if (only_look) return std::nullopt;
    return limit_ + spare_limit;
}

void ShellRun::touch() {
    if (const auto session = session_.lock()) session->touch();
}

void ShellRun::drop() {
    hooks_ = {};
    timer_.cancel();
    if (exec_) exec_->abandon();
    touch();
}

bool ShellRun::kill(RunId id) {
    for (std::size_t at = 0; at < states_.size(); ++at) {
        auto& state = states_[at];
        if (state.run.id != id) continue;
        state.kill_wanted = true;
        if (state.told) return true;
        if (state.began)
            say_kill(state, at + 1);
        else
            wait_for(state, begin_limit);  // it may begin this very moment
        return true;
    }
    return false;
}

void ShellRun::say_kill(State& state, std::size_t number) {
    if (std::exchange(state.kill_said, true)) return;
    exec_->write("kill " + std::to_string(number) + " " + std::to_string(state.pid) + "\n");
    touch();
    wait_for(state, kill_limit);
}

void ShellRun::arm(Millis pause, void (ShellRun::*then)()) {
    timer_.expires_after(pause);
    timer_.async_wait([weak = weak_from_this(), then](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self) ((*self).*then)();
    });
}

// From the guest.

void ShellRun::received(std::string_view bytes) {
    const auto self = shared_from_this();
    for (auto& reply : replies_->feed(bytes)) take(std::move(reply));
    check_over();
}

void ShellRun::take(Reply reply) {
    if (reply.run == 0 || reply.run > states_.size()) return;
    auto& state = states_[reply.run - 1];
    if (state.told) return;
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
            if (state.code) finish(state);
            break;
        case Reply::Kind::killed: finish_killed(state, reply.number); break;
        case Reply::Kind::hello:
        case Reply::Kind::missing: break;
    }
}

void ShellRun::finish(State& state) {
    tell(state, verdict(state.run.request, *state.code, state.output));
}

void ShellRun::finish_killed(State& state, std::uint32_t left) {
    const auto limit = std::to_string(state.run.request.timeout.count()) + " ms";
    auto end = verdict(state.run.request, 0, is_metadata(state.run.request) ? "" : state.output);
    end.rc = ocf::unknown_error;
    end.exit_reason = left == 0 ? "killed after its time limit of " + limit
                                : "time limit of " + limit + " over, but " + std::to_string(left) +
                                      " of its processes cannot be killed";
    tell(state, std::move(end));
}

void ShellRun::tell(State& state, RunEnd end) {
    if (std::exchange(state.told, true)) return;
    if (const auto ended = hooks_.ended) ended(state.run.id, std::move(end));
}

// Its end.

void ShellRun::wait_for(State& state, Millis time) {
    state.due = mono_now() + time;
    arm_due();
}

void ShellRun::arm_due() {
    std::optional<MonoTime> next;
    for (const auto& state : states_)
        if (!state.told && state.due) next = next ? std::min(*next, *state.due) : *state.due;
    if (next) arm(std::max(*next - mono_now(), Millis{0}), &ShellRun::look_at_due);
}

/// Of those whose output is late the result is told as it is; what should be dead by now is given
/// up with the exec, whose end of stdin kills it if it can be killed at all.
void ShellRun::look_at_due() {
    const auto self = shared_from_this();
    bool stuck = false;
    for (auto& state : states_) {
        if (state.told || !state.due || *state.due > mono_now()) continue;
        if (state.code)
            finish(state);
        else
            stuck = true;
    }
    if (stuck) {
        exec_->abandon();
        touch();
        return exec_ended({ExecEnd::Fate::lost, 0, "its kill was not confirmed", {}});
    }
    arm_due();
    check_over();
}

void ShellRun::check_over() {
    if (!std::all_of(states_.begin(), states_.end(), [](const auto& state) { return state.told; }))
        return;
    if (std::exchange(bye_said_, true)) return;
    exec_->write("bye\n");
    exec_->finish();
    touch();
    arm(end_limit, &ShellRun::leave);
}

/// It does not even end when told to.
void ShellRun::leave() {
    exec_->abandon();
    touch();
    if (const auto over = std::exchange(hooks_, {}).over) over();
}

void ShellRun::exec_ended(const ExecEnd& end) {
    const auto self = shared_from_this();
    const bool began = std::any_of(states_.begin(), states_.end(),
                                   [](const auto& state) { return state.began || state.told; });
    if (end.fate == ExecEnd::Fate::refused && !began && ++refused_ <= max_refusals)
        return arm(retry_pause_of_exec, &ShellRun::open_exec);
    std::string why = end.text;
    if (end.fate == ExecEnd::Fate::exited)
        why = "the guest's shell ended with status " + std::to_string(end.status);
    if (end.fate == ExecEnd::Fate::signalled) why = "the guest's shell was ended by " + end.text;
    if (!end.errors.empty()) why += ": " + last_line(end.errors);
    for (auto& state : states_) {
        if (state.told) continue;
        if (state.code) {
            finish(state);
            continue;
        }
        state.told = true;
        if (const auto vanished = hooks_.vanished) vanished(state.run.id, why);
    }
    timer_.cancel();
    if (const auto over = std::exchange(hooks_, {}).over) over();
}

}  // namespace cpe::ssh
