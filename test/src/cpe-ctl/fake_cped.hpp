// A cped that says what a test wants, on our real AMQP listener in a thread of its own. Its maps
// are made by src/management, so that both ends mean the same.
//
// The script runs on the server's thread; what it shares with the test is touched before the first
// connection and after the last, or is atomic.
#pragma once

#include "adapters/amqp/listener.hpp"

#include <cpe/records.hpp>

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cpe::ctl::test {

struct Asked {
    std::string operation, type, name, tenant, entity_type, deployable;
    std::uint64_t offset = 0;
    amqp::Map body;
};

struct Answer {
    int status = 200;
    std::string description = "OK";
    amqp::Map body;
    bool drop = false;  ///< close the connection in place of an answer
};

amqp::Map map_of(const DeployableStatus&);
Answer refused(int status, std::string description);
/// The answer to a QUERY of deployables, assemblies or services, one row a page.
Answer query_answer(const Asked&, const std::vector<DeployableStatus>&);

class FakeCped {
public:
    using Script = std::function<Answer(FakeCped&, const Asked&)>;

    explicit FakeCped(Script);
    FakeCped(const FakeCped&) = delete;
    FakeCped& operator=(const FakeCped&) = delete;
    ~FakeCped();

    [[nodiscard]] std::string socket() const { return (directory_ / "cped.sock").string(); }
    /// Called when somebody begins to receive from `events`; set it before the first connection.
    void on_subscribed(std::function<void(FakeCped&)> callback) {
        on_subscribed_ = std::move(callback);
    }
    /// To all receivers on `events`; from within the script or by `post`.
    void tell(const StoredEvent&);
    /// Runs something on the server's thread.
    void post(std::function<void(FakeCped&)>);
    /// Operations that were asked for; read when nothing is under way any more.
    [[nodiscard]] std::vector<Asked> asked() const { return asked_; }
    /// The filters of each receiver on `events`.
    [[nodiscard]] std::vector<amqp::Filters> subscribed() const { return filters_; }

private:
    friend class FakeHandler;

    std::filesystem::path directory_;
    Script script_;
    std::function<void(FakeCped&)> on_subscribed_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<amqp::Listener> listener_;
    std::vector<std::shared_ptr<amqp::Sender>> receivers_;
    std::vector<amqp::Filters> filters_;
    std::vector<Asked> asked_;
    std::thread thread_;
};

}  // namespace cpe::ctl::test
