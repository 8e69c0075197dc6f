// The reader thread: answers events() and load() on its own read-only connection.
//
// Thread: events(), load() and stop() on the loop thread; answers are posted to the loop. Limits:
// Limits::event_reads waiting, Limits::events_per_read rows, Limits::read_time each.
#pragma once

#include "src/store/settings.hpp"
#include "src/store/sqlite.hpp"

#include <cpe/store.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace cpe::store {

class Reader {
public:
    template <class T>
    using Done = std::function<void(Result<T>)>;

    Reader(std::unique_ptr<Database>, const Limits&, boost::asio::any_io_executor loop);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader();

    void events(EventFilter, Done<std::vector<StoredEvent>>);
    void load(DeployableKey, Done<StoredDeployable>);
    /// Answers what waits, then ends. Blocks.
    void stop();

private:
    using Job = std::function<void(Database&)>;
    void run();
    Result<> push(Job);
    template <class T>
    void ask(std::function<Result<T>(Database&)>, Done<T>);

    std::unique_ptr<Database> db_;
    const Limits limits_;
    boost::asio::any_io_executor loop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    bool closed_ = false;
    std::thread thread_;
};

/// The answer to what comes too late.
Error shutting_down();

}  // namespace cpe::store
