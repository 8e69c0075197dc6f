// The store thread: group commit.
//
// Everything that was queued while a transaction was being written goes into the next one, so that
// one fsync serves many deployables. A batch that is wrong in itself fails alone (its savepoint is
// rolled back). When the disk is full or fails, the whole group is tried again, with growing
// pauses, until it is stored: its callbacks wait meanwhile, and so nothing is told or done that is
// not durable, and nothing overtakes. Only shutdown ends that, after Limits::shutdown_patience.
//
// Thread: everything but stats() on the loop thread; callbacks are posted to the loop in the order
// of commits (a refusal by a full queue is posted at once, and so may come before them).
#pragma once

#include "src/store/commit_queue.hpp"
#include "src/store/log_rows.hpp"
#include "src/store/now_rows.hpp"
#include "src/store/settings.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <atomic>
#include <memory>
#include <thread>

namespace cpe::store {

/// Counters since it was opened; any thread may read them.
struct WriterStats {
    std::uint64_t batches = 0;       ///< stored
    std::uint64_t transactions = 0;  ///< that held them: one fsync each
    std::uint64_t failures = 0;      ///< batches that were wrong
    std::uint64_t refused = 0;       ///< batches that the queue did not take
    std::uint64_t retries = 0;       ///< transactions that had to be tried again
    std::uint64_t removed_rows = 0;  ///< by retention
    std::size_t waiting = 0;         ///< batches in the queue now
    std::size_t most_waiting = 0;
};

class Writer {
public:
    static Result<std::unique_ptr<Writer>> start(std::unique_ptr<Database>, const Settings&,
                                                 boost::asio::any_io_executor loop);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer();

    void commit(PersistBatch, Store::Committed);
    void create(PersistBatch, std::string document, Store::Committed);
    /// Called back when all that was given before is stored or has failed.
    void barrier(const DeployableKey&, Store::Committed);
    /// From now on this is kept, and what is too old or too much goes soon.
    void set_retention(const Retention&);
    /// Writes what is queued, checkpoints, ends the thread. Blocks.
    void stop();
    [[nodiscard]] WriterStats stats() const;

private:
    using Answer = Result<std::vector<EventId>>;
    using Answers = std::vector<Answer>;
    using Instant = std::chrono::steady_clock::time_point;

    Writer(std::unique_ptr<Database>, LogRows, NowRows, const Settings&,
           boost::asio::any_io_executor);
    void submit(Commit);
    void run();
    void write(std::vector<Commit> group);
    void checkpoint();
    Answers write_until_stored(std::vector<Commit>&);
    Result<Answers> try_group(std::vector<Commit>&);
    Result<Answers> apply_group(std::vector<Commit>&);
    Answer apply_one(const Commit&);
    Answer apply_rows(const Commit&);
    Result<> apply_now(const PersistBatch&);
    void tell(Commit&, Answer);
    void refuse(Commit&, const Error&);
    Instant look_at_retention();
    void log(LogLevel, const std::string&) const;

    // Outlives this object: posted callbacks still tell it what the loop has learnt.
    std::shared_ptr<CommitQueue> queue_;
    std::unique_ptr<Database> db_;  // its statements, below, go before it
    LogRows log_rows_;
    NowRows now_rows_;
    const Settings settings_;
    boost::asio::any_io_executor loop_;
    std::mutex retention_mutex_;
    Retention retention_;  // under its mutex
    bool retention_changed_ = false;
    Instant next_look_ = Instant::min();
    std::atomic<std::uint64_t> batches_{0}, transactions_{0}, failures_{0}, refused_{0},
        retries_{0}, removed_{0};
    std::thread thread_;
};

}  // namespace cpe::store
