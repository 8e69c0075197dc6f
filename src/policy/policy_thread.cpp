#include "src/policy/policy_thread.hpp"

#include "engines/policy/scheduler.hpp"

#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cpe::policy_runner {
namespace {

/// Signals are the loop's.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Result<TickResult> run_guarded(const Engine& engine, const TickRequest& request) {
    try {
        return engine(request);
    } catch (const std::exception& error) {
        return Error{Errc::internal, std::string("the tick threw: ") + error.what(), "", ""};
    }
}

}  // namespace

EngineFactory scheduler_engine(LogSink sink) {
    return [sink = std::move(sink)]() -> Engine {
        const auto scheduler = std::make_shared<policy::Scheduler>(sink);
        return [scheduler](const TickRequest& request) {
            const auto begun = std::chrono::steady_clock::now();
            auto result =
                scheduler->run(request.key.name, request.cib, request.now, !request.validated);
            const auto took = std::chrono::steady_clock::now() - begun;
            if (result) result->took = std::chrono::duration_cast<Millis>(took);
            return result;
        };
    };
}

/// What both threads see; it outlives the PolicyThread where its thread was abandoned.
struct PolicyThread::Shared {
    struct Task {
        TickRequest request;
        Finished finished;
    };

    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Task> task;
    bool ready = false;
    bool stop = false;
    bool abandoned = false;
    bool ended = false;
    std::shared_ptr<TickJournal> journal;
    std::thread thread;

    void body(const EngineFactory& factory);
    std::optional<Task> next();
    void run_one(const Engine& engine, Task task);
};

void PolicyThread::Shared::body(const EngineFactory& factory) {
    block_signals();
    {
        const Engine engine = factory();
        {
            const std::lock_guard lock(mutex);
            ready = true;
        }
        changed.notify_all();
        while (auto task_now = next()) run_one(engine, std::move(*task_now));
    }
    const std::lock_guard lock(mutex);
    ended = true;
    changed.notify_all();
}

std::optional<PolicyThread::Shared::Task> PolicyThread::Shared::next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stop || task; });
    if (stop) return std::nullopt;
    return std::exchange(task, std::nullopt);
}

void PolicyThread::Shared::run_one(const Engine& engine, Task now) {
    if (journal) journal->begin(now.request.key);
    auto result = run_guarded(engine, now.request);
    {
        // An abandoned tick stays in the journal: should it crash later, it was that one.
        const std::lock_guard lock(mutex);
        if (abandoned) return;
    }
    if (journal) journal->end();
    now.finished(std::move(result));
}

PolicyThread::PolicyThread(const EngineFactory& factory, std::shared_ptr<TickJournal> journal)
    : shared_(std::make_shared<Shared>()) {
    shared_->journal = std::move(journal);
    shared_->thread = std::thread([shared = shared_, factory] { shared->body(factory); });
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return shared_->ready; });
}

PolicyThread::~PolicyThread() {
    std::unique_lock lock(shared_->mutex);
    shared_->stop = true;
    shared_->changed.notify_all();
    const bool ended = !shared_->abandoned &&
                       shared_->changed.wait_for(lock, patience_, [&] { return shared_->ended; });
    if (!ended) shared_->abandoned = true;
    lock.unlock();
    if (ended)
        shared_->thread.join();
    else
        shared_->thread.detach();
}

void PolicyThread::run(TickRequest request, Finished finished) {
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->task.emplace(Shared::Task{std::move(request), std::move(finished)});
    }
    shared_->changed.notify_all();
}

void PolicyThread::abandon() {
    const std::lock_guard lock(shared_->mutex);
    shared_->abandoned = true;
    shared_->stop = true;
    shared_->changed.notify_all();
}

}  // namespace cpe::policy_runner
