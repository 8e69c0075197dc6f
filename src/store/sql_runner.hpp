// Runs people's queries in children, off the loop, fairly.
//
// Thread: run() and stop() on the loop thread; answers are posted to the loop. At most
// Limits::sql_running children at a time and one of each tenant; what waits is bounded in all and
// per tenant, so that no tenant can shut out the others.
#pragma once

#include "src/store/child.hpp"
#include "src/store/settings.hpp"

#include <cpe/store.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace cpe::store {

class SqlRunner {
public:
    using Done = std::function<void(Result<SqlTable>)>;

    SqlRunner(const Settings&, boost::asio::any_io_executor loop);
    SqlRunner(const SqlRunner&) = delete;
    SqlRunner& operator=(const SqlRunner&) = delete;
    ~SqlRunner();

    void run(std::string tenant, std::string query, Done);
    /// Kills what runs, refuses what waits. Blocks shortly.
    void stop();

private:
    struct Request {
        std::string tenant, query;
        Done done;
    };
    Result<> push(Request&);
    void work();
    [[nodiscard]] std::deque<Request>::iterator next();
    [[nodiscard]] Result<SqlTable> ask(const Request&) const;
    void tell(Done, Result<SqlTable>);

    const std::filesystem::path helper_, database_;
    const Limits limits_;
    boost::asio::any_io_executor loop_;
    StopSignal stop_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Request> waiting_;
    std::set<std::string> running_;  ///< tenants
    bool closed_ = false;
    std::vector<std::thread> workers_;
};

}  // namespace cpe::store
