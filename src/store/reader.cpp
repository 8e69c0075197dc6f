#include "src/store/reader.hpp"

#include "src/store/load.hpp"
#include "src/store/read_events.hpp"

#include <boost/asio/post.hpp>

namespace cpe::store {
namespace {

template <class T>
void tell(const boost::asio::any_io_executor& loop, Reader::Done<T> done, Result<T> answer) {
    boost::asio::post(loop, [done = std::move(done), answer = std::move(answer)]() mutable {
        done(std::move(answer));
    });
}

}  // namespace

Error shutting_down() {
    return {Errc::unavailable, "the store is shutting down", "", ""};
}

Reader::Reader(std::unique_ptr<Database> db, const Limits& limits,
               boost::asio::any_io_executor loop)
    : db_(std::move(db)), limits_(limits), loop_(std::move(loop)), thread_([this] { run(); }) {}

Reader::~Reader() {
    stop();
}

void Reader::events(EventFilter filter, Done<std::vector<StoredEvent>> done) {
    if (filter.limit > limits_.events_per_read)
        return tell<std::vector<StoredEvent>>(
            loop_, std::move(done),
            Error{Errc::too_large,
                  "at most " + std::to_string(limits_.events_per_read) +
                      " events are read at once (limit events_per_read)",
                  "limit " + std::to_string(filter.limit), "read on after the last id"});
    ask<std::vector<StoredEvent>>(
        [filter = std::move(filter)](Database& db) { return read_events(db, filter); },
        std::move(done));
}

void Reader::load(DeployableKey key, Done<StoredDeployable> done) {
    ask<StoredDeployable>([key = std::move(key)](Database& db) { return load_one(db, key); },
                          std::move(done));
}

template <class T>
void Reader::ask(std::function<Result<T>(Database&)> read, Done<T> done) {
    const auto pushed = push([this, read = std::move(read), done](Database& db) {
        auto answer = read(db);
        if (!answer && answer.error().code == Errc::timed_out)
            answer = Error{Errc::timed_out,
                           "reading took longer than " + std::to_string(limits_.read_time.count()) +
                               " ms (limit event_read_time)",
                           "", "ask for less"};
        tell<T>(loop_, done, std::move(answer));
    });
    if (!pushed) tell<T>(loop_, std::move(done), pushed.error());
}

Result<> Reader::push(Job job) {
    const std::lock_guard lock(mutex_);
    if (closed_) return shutting_down();
    if (waiting_.size() >= limits_.event_reads)
        return Error{Errc::unavailable,
                     std::to_string(waiting_.size()) +
                         " requests for events wait already (limit event_reads)",
                     "", "try again"};
    waiting_.push_back(std::move(job));
    changed_.notify_one();
    return {};
}

void Reader::stop() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Reader::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        const auto job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        db_->set_deadline(std::chrono::steady_clock::now() + limits_.read_time);
        job(*db_);
        lock.lock();
    }
}

}  // namespace cpe::store
