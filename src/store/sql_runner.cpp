#include "src/store/sql_runner.hpp"

#include "src/store/sql_messages.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace cpe::store {
namespace {

// The child ends a query itself and can say so; the parent waits a little longer.
constexpr Millis grace{1'000};
constexpr std::size_t answer_head = 4'096;  // kind, counts; or an error

Error busy(std::size_t waiting, const char* limit) {
    return {Errc::unavailable, std::to_string(waiting) + " queries wait already (" + limit + ")",
            "SQL", "try again"};
}

}  // namespace

SqlRunner::SqlRunner(const Settings& settings, boost::asio::any_io_executor loop)
    : helper_(settings.sql_helper),
      database_(settings.path),
      limits_(settings.limits),
      loop_(std::move(loop)) {
    for (std::size_t count = 0; count < limits_.sql_running; ++count)
        workers_.emplace_back([this] { work(); });
}

SqlRunner::~SqlRunner() {
    stop();
}

void SqlRunner::run(std::string tenant, std::string query, Done done) {
    Request request{std::move(tenant), std::move(query), std::move(done)};
    if (const auto pushed = push(request); !pushed) tell(std::move(request.done), pushed.error());
}

Result<> SqlRunner::push(Request& request) {
    if (request.query.size() > limits_.sql.query)
        return Error{Errc::too_large,
                     "the query has " + std::to_string(request.query.size()) +
                         " bytes, more than " + std::to_string(limits_.sql.query) +
                         " (limit sql_query)",
                     "SQL", ""};
    const std::lock_guard lock(mutex_);
    if (closed_) return Error{Errc::unavailable, "the store is shutting down", "SQL", ""};
    if (waiting_.size() >= limits_.sql_waiting) return busy(waiting_.size(), "limit sql_waiting");
    const auto own = static_cast<std::size_t>(
        std::count_if(waiting_.begin(), waiting_.end(),
                      [&](const auto& other) { return other.tenant == request.tenant; }));
    if (own >= limits_.sql_waiting_per_tenant) return busy(own, "limit sql_waiting_per_tenant");
    waiting_.push_back(std::move(request));
    changed_.notify_one();
    return {};
}

void SqlRunner::stop() {
    std::deque<Request> refused;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        refused.swap(waiting_);
        changed_.notify_all();
    }
    stop_.raise();
    for (auto& request : refused)
        tell(std::move(request.done),
             Error{Errc::unavailable, "the store is shutting down", "SQL", ""});
    for (auto& worker : workers_)
        if (worker.joinable()) worker.join();
}

/// The first whose tenant has none running.
std::deque<SqlRunner::Request>::iterator SqlRunner::next() {
    return std::find_if(waiting_.begin(), waiting_.end(),
                        [&](const auto& request) { return !running_.contains(request.tenant); });
}

void SqlRunner::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return closed_ || next() != waiting_.end(); });
        if (closed_) return;
        const auto found = next();
        auto request = std::move(*found);
        waiting_.erase(found);
        running_.insert(request.tenant);
        lock.unlock();
        auto table = ask(request);
        tell(std::move(request.done), std::move(table));
        lock.lock();
        running_.erase(request.tenant);
        changed_.notify_all();
    }
}

Result<SqlTable> SqlRunner::ask(const Request& request) const {
    const auto input =
        encode(SqlRequest{database_.string(), request.tenant, request.query, limits_.sql});
    const ChildLimits bounds{std::chrono::steady_clock::now() + limits_.sql.time + grace,
                             limits_.sql.bytes + answer_head};
    const auto output = run_child(helper_, input, bounds, stop_);
    if (output) return decode_table(*output);
    if (output.error().code == Errc::timed_out)
        return Error{Errc::timed_out,
                     "the query ran longer than " + std::to_string(limits_.sql.time.count()) +
                         " ms (limits.sql_time)",
                     "SQL", "ask for less"};
    return output.error();
}

void SqlRunner::tell(Done done, Result<SqlTable> table) {
    boost::asio::post(loop_, [done = std::move(done), table = std::move(table)]() mutable {
        done(std::move(table));
    });
}

}  // namespace cpe::store
