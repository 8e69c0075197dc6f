// What waits for the store thread: bounded, ordered, and with no overtaking after a failure.
//
// Thread: push() and told_…() on the loop thread, take(), failed() and wait() on the store thread;
// locks inside, never held while anything else runs.
//
// After a batch of a deployable has failed, all that the loop gave before it is told of that fails
// too ("stale"): those steps stand on what was lost. What it gives from then on is taken.
#pragma once

#include "src/store/settings.hpp"

#include <cpe/records.hpp>
#include <cpe/store.hpp>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cpe::store {

struct Commit {
    enum class Kind {
        batch,
        create,   ///< its failure says nothing about the deployable that has the name already
        barrier,  ///< writes nothing: reached when all that was given before it is answered
    };
    PersistBatch batch;
    Store::Committed done;
    Kind kind = Kind::batch;
    std::string document{};                   ///< of a create
    std::size_t bytes = 0;                    ///< about what it holds in memory
    bool stale = false;                       ///< stands behind a failed one: fails unwritten
    std::vector<std::vector<char>> inputs{};  ///< compressed, one of each transition (store thread)
};

class CommitQueue {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    explicit CommitQueue(const Limits& limits) : limits_(limits) {}

    /// Errc::unavailable when full or closed, Errc::refused behind a failure; `commit` is then left
    /// as it was. A batch that is `unavailable` holds others like it until told_refused().
    Result<> push(Commit& commit);
    /// Waits for work, until `deadline`, or until closed. Empty: nothing to do now.
    std::vector<Commit> take(Deadline deadline);
    /// A batch of this deployable failed, and was not stale; told_failed() must follow on the loop.
    void failed(const DeployableKey&);
    void told_failed(const DeployableKey&);
    void told_refused(const DeployableKey&);
    /// Nothing more is taken in; take() goes on to give what is left.
    void close();
    /// Ends a take() before its deadline.
    void wake();
    [[nodiscard]] bool closed() const;
    /// When it was closed; only once it is.
    [[nodiscard]] Deadline closed_at() const;
    /// A pause of the store thread; over at once when closed. For retries.
    void pause(Millis);
    struct Level {
        std::size_t batches, bytes, most_batches;
    };
    [[nodiscard]] Level level() const;

private:
    [[nodiscard]] Result<> admit(const Commit&) const;

    const Limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Commit> waiting_;
    std::size_t bytes_ = 0;
    std::size_t most_ = 0;
    // What the loop has not been told of yet. A failed one makes stale what waits behind it; before
    // a refused one there is nothing wrong with what waits.
    std::set<DeployableKey> failed_;
    std::map<DeployableKey, unsigned> refused_;
    bool woken_ = false;
    std::optional<Deadline> closed_;
};

/// About what a batch holds in memory.
std::size_t bytes_of(const PersistBatch&);

/// The answer to a batch that stands behind a failed one.
Error stale_error(const DeployableKey&);

}  // namespace cpe::store
