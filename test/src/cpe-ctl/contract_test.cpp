// Every command against the real management server, with a registry in memory behind it: both ends
// of docs/amqp.md mean the same.
#include "src/management/server.hpp"
#include "test/adapters/amqp/loop.hpp"
#include "test/src/cpe-ctl/session_fixture.hpp"
#include "test/src/management/fake_control.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <future>

using namespace cpe;
using namespace cpe::ctl;
using cpe::ctl::test::Ran;
using cpe::ctl::test::run_words;

namespace {

/// The server's thread; what is being started runs, what is being stopped is stopped, soon.
class Cped {
public:
    Cped() : timer_(io_) {
        management::ManagementSettings settings;
        settings.socket = dir_.path / "cped.sock";
        server_ = std::make_unique<management::ManagementServer>(io_.get_executor(), control_,
                                                                 std::move(settings));
        if (!server_->start()) throw std::runtime_error("start");
        ::test::add_shop(control_);
        go_on();
        thread_ = std::thread([this] { io_.run(); });
    }
    Cped(const Cped&) = delete;
    Cped& operator=(const Cped&) = delete;
    ~Cped() {
        std::promise<void> stopped;
        boost::asio::post(io_, [&] {
            server_->stop();
            timer_.cancel();
            stopping_ = true;
            stopped.set_value();
        });
        stopped.get_future().wait();
        thread_.join();
    }

    Ran run(std::vector<std::string> words, const std::string& input = {}) {
        words.insert(words.begin(), {"--socket", (dir_.path / "cped.sock").string()});
        return run_words(words, input);
    }

private:
    void go_on() {
        timer_.expires_after(std::chrono::milliseconds{2});
        timer_.async_wait([this](const boost::system::error_code&) {
            if (stopping_) return;
            for (auto& [key, status] : control_.deployables) {
                if (status.state == DeployableState::starting)
                    become(key, status, DeployableState::running);
                if (status.state == DeployableState::stopping)
                    become(key, status, DeployableState::stopped);
            }
            go_on();
        });
    }
    void become(const DeployableKey& key, DeployableStatus& status, DeployableState state) {
        status.state = state;
        control_.tell(key, "deployable_state_change", std::string(name_of(state)));
    }

    ::test::ScratchDir dir_;
    boost::asio::io_context io_;
    boost::asio::steady_timer timer_;
    ::test::FakeControl control_;
    std::unique_ptr<management::ManagementServer> server_;
    bool stopping_ = false;
    std::thread thread_;
};

const char* const document =
    "<deployable name=\"new\" uuid=\"u\"><assemblies><assembly name=\"a\" uuid=\"1\"/>"
    "</assemblies></deployable>";

}  // namespace

TEST_CASE("contract: what is can be looked at") {
    Cped cped;
    const auto list = cped.run({"deployable", "list"});
    CHECK(list.exit == Exit::done);
    CHECK(list.out.find("shop  running         2/2       2/2") != std::string::npos);
    const auto status = cped.run({"status", "-o", "json"});
    CHECK(status.exit == Exit::done);
    CHECK(status.out == cped.run({"deployable", "show", "shop", "-o", "json"}).out);
    CHECK(status.out.find("\"last_checked\":null,\"assemblies\":[\"db\"],\"failures\":2") !=
          std::string::npos);
    CHECK(cped.run({"status", "none"}).exit == Exit::not_found);
    CHECK(cped.run({"status", "a/b"}).exit == Exit::invalid_input);
    CHECK(cped.run({"--tenant", "other", "status"}).out == "There is no deployable.\n");
}

TEST_CASE("contract: a deployable's whole life") {
    Cped cped;
    const auto created = cped.run({"deployable", "create", "-"}, document);
    CHECK(created.exit == Exit::done);
    CHECK(cped.run({"deployable", "create", "-"}, document).exit == Exit::failed);
    const auto started = cped.run({"deployable", "start", "new"});
    CHECK(started.exit == Exit::done);
    CHECK(started.out == "new is running\n");
    CHECK(cped.run({"deployable", "stop", "new"}).out == "new is stopped\n");
    CHECK(cped.run({"deployable", "delete", "new"}).out == "new is gone\n");
    CHECK(cped.run({"deployable", "delete", "new"}).exit == Exit::not_found);
}

TEST_CASE("contract: the operator's hand") {
    Cped cped;
    CHECK(cped.run({"assembly", "confirm-down", "shop", "db"}).out ==
          "assembly db of shop is taken for down\n");
    CHECK(cped.run({"service", "retry", "shop", "web/daemon"}).out ==
          "service web/daemon of shop is tried again\n");
    CHECK(cped.run({"service", "retry", "shop", "rsc_db_daemon"}).exit == Exit::done);
    const auto ambiguous = cped.run({"service", "retry", "shop", "daemon"});
    CHECK(ambiguous.exit == Exit::invalid_input);
    CHECK(ambiguous.err ==
          "cpe-ctl: 'daemon': more than one service has this name (give one of rsc_db_daemon, "
          "rsc_web_daemon)\n");
    CHECK(cped.run({"service", "retry", "shop", "none"}).exit == Exit::not_found);
    CHECK(cped.run({"maintenance", "on", "shop"}).out == "shop is in maintenance\n");
    CHECK(cped.run({"maintenance", "off", "shop", "web"}).out ==
          "assembly web of shop is looked after again\n");
    CHECK(cped.run({"maintenance", "on", "shop", "none"}).exit == Exit::not_found);
    CHECK(cped.run({"debug", "fault", "shop", "tick-hang"}).out ==
          "fault tick-hang is injected into shop\n");
    CHECK(cped.run({"debug", "fault", "shop", "other"}).exit == Exit::usage);
    const auto json = cped.run({"-o", "json", "maintenance", "on", "shop", "db"});
    CHECK(json.out == cped.run({"-o", "json", "status", "shop"}).out);
    CHECK(cped.run({"deployable", "release", "none"}).exit == Exit::not_found);
    CHECK(cped.run({"--no-wait", "deployable", "release", "shop"}).out == "shop is released\n");
}

TEST_CASE("contract: SQL is asked and refused") {
    Cped cped;
    const auto rows = cped.run({"sql", "SELECT", "-o", "json"});
    CHECK(rows.exit == Exit::done);
    CHECK(rows.out.find("{\"columns\":[\"id\",\"kind\",\"ratio\",\"nothing\",\"blob\"],\"rows\":"
                        "[[0,\"kind0\",5E-1,null,\"eAB5\"]") == 0);
    const auto rubbish = cped.run({"sql", "rubbish"});
    CHECK(rubbish.exit == Exit::invalid_input);
    CHECK(rubbish.err == "cpe-ctl: query: syntax error\n");
    CHECK(cped.run({"sql", "many"}).exit == Exit::invalid_input);
}
