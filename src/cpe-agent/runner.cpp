#include "src/cpe-agent/runner.hpp"

#include "src/cpe-agent/clock.hpp"

#include "src/cpe-agent/spawn.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace cpe::guest {

namespace {

constexpr Millis kill_wait{5'000};
constexpr Millis first_check{2};
constexpr Millis longest_pause{100};
constexpr std::size_t drained_pipes = 256;

RunEnd end_of(const OperationRequest& request, int status) {
    if (WIFEXITED(status)) return {ocf_code(request, WEXITSTATUS(status)), {}, {}};
    return {ocf::unknown_error, "ended by signal " + std::to_string(WTERMSIG(status)), {}};
}

Heard heard_of(const OperationRequest& request) {
    if (request.operation == metadata_operation) return Heard::answer;
    return request.agent_class == AgentClass::lsb ? Heard::everything : Heard::messages;
}

}  // namespace

Runner::Runner(boost::asio::any_io_executor executor, Settings settings, Exited exited)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      exited_(std::move(exited)),
      journal_(settings_.journal),
      signals_(executor_, SIGCHLD) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
    wait_for_children();
}

Runner::~Runner() {
    *alive_ = false;
}

std::size_t Runner::clear_left_over() {
    const auto runs = journal_.take_left_over();
    const auto until = now() + kill_wait;
    std::size_t killed = 0;
    for (const auto& scope : runs) killed += kill_all(scope) > 0 ? 1 : 0;
    for (const auto& scope : runs)
        while (!members_of(scope).empty() && now() < until)
            std::this_thread::sleep_for(first_check);
    return killed;
}

void Runner::tell_later(RunId run, RunEnd end) {
    boost::asio::post(executor_, [this, alive = alive_, run, end = std::move(end)]() mutable {
        if (*alive) exited_(run, std::move(end));
    });
}

void Runner::spawn(const Spawn& order) {
    const auto& request = order.request;
    const auto marker = settings_.agent_id + "." + std::to_string(order.run.value);
    auto plan = command_for(request, settings_.paths, settings_.hostname, marker);
    if (auto* refused = std::get_if<RunEnd>(&plan))
        return tell_later(order.run, std::move(*refused));

    journal_.announce(marker);
    const auto spawned = guest::spawn(std::get<Command>(plan), heard_of(request));
    if (!spawned) {
        journal_.remove(marker);
        const auto why = "cannot be started: " + spawned.error().line();
        return tell_later(order.run, {ocf::unknown_error, why, {}});
    }
    Child child;
    child.request = request;
    child.scope = {spawned->pid, start_of(spawned->pid), marker,
                   children_.empty() && request.operation != "monitor"};
    for (auto& [run, other] : children_) other.scope.claims_orphans = false;
    const bool metadata = request.operation == metadata_operation;
    child.output = std::make_shared<OutputReader>(executor_, spawned->messages,
                                                  metadata ? max_metadata : max_operation_output);
    child.output->start();
    journal_.note_first(child.scope);
    children_.emplace(order.run, std::move(child));
}

void Runner::wait_for_children() {
    signals_.async_wait([this](boost::system::error_code error, int) {
        if (error) return;
        // Armed first: a child that ends while we reap raises the signal again.
        wait_for_children();
        reap();
    });
}

void Runner::reap() {
    int status = 0;
    for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) process_ended(pid, status);
}

void Runner::process_ended(pid_t pid, int status) {
    const auto child = std::find_if(children_.begin(), children_.end(), [&](const auto& entry) {
        return entry.second.scope.first == pid && !entry.second.ended;
    });
    if (child == children_.end()) return;  // an orphan
    child->second.ended = true;
    if (child->second.killing) return;  // its tree is not gone yet: check_killed
    finish(child, end_of(child->second.request, status));
}

void Runner::finish(std::map<RunId, Child>::iterator child, RunEnd end) {
    const auto run = child->first;
    const Child done = std::move(child->second);
    children_.erase(child);
    journal_.remove(done.scope.marker);
    const auto& tail = done.output->let_go();
    if (end.exit_reason.empty()) end.exit_reason = tail.exit_reason();
    end.output = tail.text();
    std::erase_if(drained_, [](const auto& reader) {
        const auto held = reader.lock();
        return !held || !held->is_open();
    });
    if (done.killing || drained_.size() >= drained_pipes)
        done.output->close();
    else if (done.output->is_open())
        drained_.push_back(done.output);
    tell_later(run, std::move(end));
}

void Runner::kill(RunId run) {
    const auto child = children_.find(run);
    if (child == children_.end() || child->second.killing) return;
    child->second.killing = true;
    child->second.kill_until = now() + kill_wait;
    child->second.check = std::make_unique<boost::asio::steady_timer>(executor_);
    kill_all(child->second.scope);
    check_killed(run, first_check);
}

/// Waits until nothing of the tree lives: a new operation must not meet the rest of the old one.
void Runner::check_killed(RunId run, Millis pause) {
    const auto found = children_.find(run);
    found->second.check->expires_after(pause);
    found->second.check->async_wait([this, run, pause](boost::system::error_code error) {
        if (error) return;
        const auto child = children_.find(run);
        const auto rest = members_of(child->second.scope);
        const auto& request = child->second.request;
        const auto limit = std::to_string(request.timeout.count()) + " ms";
        if (rest.empty() && child->second.ended)
            return finish(child,
                          {ocf::unknown_error, "killed after its time limit of " + limit, {}});
        if (now() >= child->second.kill_until)
            return finish(
                child, {ocf::unknown_error,
                        "time limit of " + limit + " over, but process " +
                            std::to_string(rest.empty() ? 0 : rest.front()) + " cannot be killed",
                        {}});
        if (!rest.empty()) kill_all(child->second.scope);
        check_killed(run, std::min(pause * 2, longest_pause));
    });
}

}  // namespace cpe::guest
