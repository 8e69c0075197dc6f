#include "src/policy/runner_state.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace cpe::policy_runner {

namespace asio = boost::asio;

Runner::State::State(asio::any_io_executor loop, Settings settings, LogSink sink, Hooks hooks,
                     std::shared_ptr<TickJournal> journal)
    : loop_(std::move(loop)),
      settings_(std::move(settings)),
      sink_(std::move(sink)),
      hooks_(std::move(hooks)),
      journal_(std::move(journal)),
      limit_(loop_) {
    const HelperProgram program{settings_.helper_program, settings_.helper_memory_bytes,
                                settings_.helper_arguments, helper_environment()};
    for (std::size_t i = 0; i < settings_.helpers; ++i)
        idle_helpers_.push_back(
            std::make_shared<Helper>(loop_, program, settings_.helper_idle, sink_));
}

void Runner::State::begin(const EngineFactory& factory) {
    if (settings_.isolation == Isolation::in_process) {
        const auto& box = settings_.faults;
        thread_ =
            std::make_unique<PolicyThread>(box ? with_faults(factory, box) : factory, journal_);
        thread_->set_patience(settings_.tick_limit);
    }
    if (!journal_) return;
    for (const auto& suspect : journal_->suspects()) {
        const std::string reason = "its tick stood in the journal when cped crashed";
        isolate(suspect.key, reason);
        asio::post(loop_, [self = shared_from_this(), suspect, reason] {
            if (!self->stopped_ && self->hooks_.on_crash)
                self->hooks_.on_crash(suspect.key, suspect.crashes, reason);
        });
    }
}

void Runner::State::stop() {
    stopped_ = true;
    limit_.cancel();
    for (const auto& helper : busy_helpers_) helper->stop();
    idle_helpers_.clear();
    thread_.reset();
    lost_.reset();
}

void Runner::State::enqueue(Job job) {
    if (!queue_.push(job)) {
        ++figures_.refused;
        answer(std::move(job.done),
               Error{Errc::unavailable, "too many ticks wait", job.request.key.name,
                     "at most " + std::to_string(max_waiting_per_deployable) + " of a deployable"});
        return;
    }
    pump();
}

bool Runner::State::in_helper(const Job& job) const {
    return job.admission || !thread_ || isolated_.contains(job.request.key);
}

void Runner::State::pump() {
    const auto fits = [this](const Job& job) {
        return in_helper(job) ? !idle_helpers_.empty() : !on_thread_;
    };
    while (auto job = queue_.take(fits)) {
        if (in_helper(*job))
            run_in_helper(std::move(*job));
        else
            run_in_process(std::move(*job));
    }
}

void Runner::State::run_in_process(Job job) {
    const auto running = std::make_shared<Job>(std::move(job));
    on_thread_ = running;
    limit_.expires_after(settings_.tick_limit);
    limit_.async_wait([self = shared_from_this(), running](const boost::system::error_code& error) {
        if (!error) self->in_process_overdue(running);
    });
    thread_->run(running->request,
                 [weak = weak_from_this(), loop = loop_, running](Result<TickResult> result) {
                     asio::post(loop, [weak, running, result = std::move(result)]() mutable {
                         if (const auto self = weak.lock())
                             self->in_process_finished(running, std::move(result));
                     });
                 });
}

void Runner::State::in_process_finished(const Running& job, Result<TickResult> result) {
    if (stopped_ || on_thread_ != job) return;
    limit_.cancel();
    on_thread_.reset();
    ++figures_.in_process;
    if (job->done && !result && result.error().code == Errc::internal)
        isolate(job->request.key, result.error().what);
    check_budget(*job, result);
    finish(job, std::move(result));
}

void Runner::State::in_process_overdue(const Running& job) {
    if (stopped_ || on_thread_ != job) return;
    on_thread_.reset();
    thread_->abandon();
    lost_ = std::move(thread_);
    const std::string reason = "a tick of '" + job->request.key.name + "' did not return within " +
                               std::to_string(settings_.tick_limit.count()) + " ms";
    isolate(job->request.key, reason);
    if (hooks_.on_thread_abandoned) hooks_.on_thread_abandoned(reason);
    finish(job, Error{Errc::timed_out, reason, job->request.key.name, ""});
}

void Runner::State::run_in_helper(Job job) {
    const auto running = std::make_shared<Job>(std::move(job));
    auto helper = std::move(idle_helpers_.back());
    idle_helpers_.pop_back();
    busy_helpers_.push_back(helper);
    in_helpers_.push_back(running);
    asio::co_spawn(loop_, ask_helper(std::move(helper), running), asio::detached);
}

asio::awaitable<void> Runner::State::ask_helper(std::shared_ptr<Helper> helper, Running job) {
    const auto self = shared_from_this();
    const auto& tick = job->request;
    HelperRequest request{tick.key.name, tick.cib, tick.now, !tick.validated};
    if (settings_.faults && !job->admission) request.fault = settings_.faults->take(tick.key);
    const Millis limit = job->admission ? settings_.admission_time : settings_.tick_limit;
    auto outcome = co_await helper->ask(request, limit);
    std::erase(busy_helpers_, helper);
    if (stopped_) co_return;
    idle_helpers_.push_back(std::move(helper));
    helper_finished(job, std::move(outcome));
}

void Runner::State::helper_finished(const Running& job, HelperOutcome outcome) {
    std::erase(in_helpers_, job);
    ++figures_.in_helpers;
    const auto key = job->request.key;
    if (outcome.died && !job->admission && job->done)
        count_crash(key, outcome.answer.error().line());
    check_budget(*job, outcome.answer);
    finish(job, std::move(outcome.answer));
}

void Runner::State::check_budget(const Job& job, const Result<TickResult>& result) {
    if (!job.done || !result || result->took <= settings_.tick_budget) return;
    isolate(job.request.key, "its tick took " + std::to_string(result->took.count()) +
                                 " ms, its budget is " +
                                 std::to_string(settings_.tick_budget.count()) + " ms");
}

void Runner::State::finish(const Running& job, Result<TickResult> result) {
    queue_.release(job->request.key);
    pump();
    if (const auto done = std::exchange(job->done, nullptr)) done(std::move(result));
}

void Runner::State::answer(PolicyRunner::Done done, Result<TickResult> result) {
    asio::post(loop_, [self = shared_from_this(), done = std::move(done),
                       result = std::move(result)]() mutable {
        if (!self->stopped_) done(std::move(result));
    });
}

void Runner::State::isolate(const DeployableKey& key, const std::string& reason) {
    if (!isolated_.emplace(key, reason).second) return;
    asio::post(loop_, [self = shared_from_this(), key, reason] {
        if (!self->stopped_ && self->hooks_.on_isolated) self->hooks_.on_isolated(key, reason);
    });
}

void Runner::State::count_crash(const DeployableKey& key, const std::string& reason) {
    const auto crashes = journal_ ? journal_->record_crash(key) : 1;
    asio::post(loop_, [self = shared_from_this(), key, crashes, reason] {
        if (!self->stopped_ && self->hooks_.on_crash) self->hooks_.on_crash(key, crashes, reason);
    });
}

void Runner::State::forget(const DeployableKey& key) {
    queue_.forget(key);
    isolated_.erase(key);
    if (journal_) journal_->acquit(key);
    if (settings_.faults) settings_.faults->forget(key);
    if (on_thread_ && on_thread_->request.key == key) on_thread_->done = nullptr;
    for (const auto& job : in_helpers_)
        if (job->request.key == key) job->done = nullptr;
}

void Runner::State::release(const DeployableKey& key) {
    if (journal_) journal_->acquit(key);
}

Figures Runner::State::figures() const {
    auto figures = figures_;
    figures.waiting = queue_.waiting();
    figures.isolated = isolated_.size();
    for (const auto* helpers : {&idle_helpers_, &busy_helpers_})
        for (const auto& helper : *helpers) figures.helpers += helper->has_process() ? 1 : 0;
    return figures;
}

bool Runner::State::isolated(const DeployableKey& key) const {
    return !thread_ || isolated_.contains(key);
}

}  // namespace cpe::policy_runner
