// The channel, the real agent and real resource agents: what is asked is done and told once.
#include "test/adapters/agent/channel_fixture.hpp"

#include "adapters/amqp/client.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <algorithm>

using namespace cpe;
using namespace cpe::agent;
using namespace cpe::agent::test;
using cpe::guest::test::nasty;
using cpe::guest::test::ocf_agent;
using Outcome = OperationResult::Outcome;

TEST_CASE("a guest comes up, its Dummy is started, watched, repaired and stopped") {
    ChannelFixture guest;
    guest.open_channel();
    guest.start_agent();
    REQUIRE(guest.until([&] { return !guest.sink.ups.empty(); }));
    CHECK(guest.sink.ups[0].boot_id == "boot1");
    CHECK(guest.sink.ups[0].agent_id.size() == 32);
    CHECK_FALSE(guest.sink.ups[0].hostname.empty());

    auto dummy = ocf_agent("heartbeat", "Dummy", "monitor");
    CHECK(guest.perform(numbered(1, dummy)).rc == ocf::not_running);
    dummy.operation = "start";
    CHECK(guest.perform(numbered(2, dummy)).rc == ocf::ok);
    dummy.operation = "monitor";
    dummy.interval = Millis{50};
    dummy.digest = "d1";
    CHECK(guest.perform(numbered(3, dummy)).rc == ocf::ok);
    const auto hash = hash_of_monitors({{dummy.resource, dummy.interval, "d1", 0}});
    CHECK(guest.until([&] { return guest.sink.monitors_hash == hash; }));

    CHECK(std::filesystem::remove(guest.files.dir() / "temp/Dummy-rsc_Dummy.state"));
    REQUIRE(guest.until([&] { return !guest.sink.reports.empty(); }));
    CHECK(guest.sink.reports[0].result.rc == ocf::not_running);
    CHECK(guest.sink.reports[0].resource == dummy.resource);
    CHECK(guest.sink.reports[0].interval == dummy.interval);

    dummy.operation = "stop";
    dummy.interval = Millis{0};
    CHECK(guest.perform(numbered(4, dummy)).rc == ocf::ok);
    CHECK(guest.until([&] { return guest.sink.monitors_hash == hash_of_monitors({}); }));
    CHECK(guest.sink.reports.size() == 1);
    CHECK(guest.agent->end(15) == 0);
    CHECK(guest.until([&] { return guest.sink.gone.size() == 1; }));
}

TEST_CASE("operations of several resources run side by side, and each time limit holds") {
    ChannelFixture guest;
    guest.files.ocf_script("Hang", "echo $$ > $DIR/hang; exec sleep 3600");
    guest.open_channel();
    guest.start_agent();
    // Without a connection the brief time limit would already run.
    REQUIRE(guest.until([&] { return !guest.sink.ups.empty(); }));
    auto hang = numbered(1, nasty("Hang", "start"));
    hang.timeout = Millis{500};
    guest.channel->submit(guest.key, hang);
    CHECK(guest.perform(numbered(2, ocf_agent("heartbeat", "Dummy", "monitor"))).rc == 7);
    CHECK(guest.perform(numbered(3, ocf_agent("heartbeat", "Nothing", "monitor"))).rc == 5);
    REQUIRE(guest.until([&] { return guest.has_result(OperationId{1}); }));
    const auto result = guest.results_of(OperationId{1}).front();
    CHECK(result.outcome == Outcome::timed_out);
    CHECK(result.duration >= Millis{500});
    CHECK_FALSE(guest::test::is_alive(guest.files.pid_in("hang")));
}

TEST_CASE("a monitor that is cancelled runs no more") {
    ChannelFixture guest;
    guest.files.ocf_script("Counts", "echo x >> $DIR/runs");
    guest.open_channel();
    guest.start_agent();
    auto monitor = numbered(1, nasty("Counts", "monitor"));
    monitor.interval = Millis{20};
    CHECK(guest.perform(monitor).rc == 0);
    const auto runs = [&] { return std::filesystem::file_size(guest.files.dir() / "runs"); };
    CHECK(guest.until([&] { return runs() >= 6; }));
    guest.channel->cancel_monitor(guest.key, monitor.resource, monitor.interval);
    CHECK(guest.until([&] { return guest.sink.monitors_hash == hash_of_monitors({}); }));
    const auto after = runs();
    const auto beats = guest.sink.heartbeats;
    CHECK(guest.until([&] { return guest.sink.heartbeats >= beats + 3; }));
    CHECK(runs() <= after + 2);  // the one that was running
}

TEST_CASE("an operation that is asked for twice is carried out once") {
    ChannelFixture guest;
    add_service(guest.files);
    guest.open_channel();
    guest.start_agent();
    const auto start = numbered(1, nasty("Service", "start"));
    guest.channel->submit(guest.key, start);
    CHECK(guest.perform(start).rc == 0);
    guest.channel->submit(guest.key, start);
    CHECK(guest.until([&] { return guest.results_of(start.id).size() == 2; }));
    CHECK(std::filesystem::file_size(guest.files.dir() / "starts") == 2);  // "x\n", once
}

TEST_CASE("without its agent an operation waits, and is lost when its time limit has passed") {
    ChannelFixture guest;
    guest.open_channel();
    auto brief = numbered(1, ocf_agent("heartbeat", "Dummy", "monitor"));
    brief.timeout = Millis{20};
    CHECK(guest.perform(brief).outcome == Outcome::lost);

    guest.channel->submit(guest.key, numbered(2, ocf_agent("heartbeat", "Dummy", "monitor")));
    guest.start_agent();
    REQUIRE(guest.until([&] { return guest.has_result(OperationId{2}); }));
    CHECK(guest.results_of(OperationId{2}).front().rc == ocf::not_running);
}

TEST_CASE("what cannot be asked is answered, and a guest that is closed is heard no more") {
    ChannelFixture guest;
    guest.open_channel();
    auto senseless = numbered(1, ocf_agent("heartbeat", "Dummy", "monitor"));
    senseless.resource = std::string(10'000, 'x');
    const auto refused = guest.perform(senseless);
    CHECK(refused.outcome == Outcome::cancelled);
    CHECK_THAT(refused.exit_reason, Catch::Contains("'resource'"));

    guest.start_agent();
    REQUIRE(guest.until([&] { return !guest.sink.ups.empty(); }));
    CHECK(guest.channel->open(guest.key, {}).has_value());
    guest.channel->close(guest.key);
    guest.channel->close(guest.key);
    CHECK_FALSE(std::filesystem::exists(guest.socket()));
    CHECK(std::filesystem::exists(guest.socket().parent_path()));  // guests have it mounted
    CHECK(guest.perform(numbered(2, ocf_agent("heartbeat", "Dummy", "monitor"))).outcome ==
          Outcome::cancelled);
    CHECK(guest.sink.gone.empty());
}

TEST_CASE("the socket is for its guest alone and serves agents only") {
    ChannelFixture guest;
    guest.open_channel();
    struct stat directory {};
    REQUIRE(::stat(guest.socket().parent_path().c_str(), &directory) == 0);
    CHECK((directory.st_mode & 0777U) == 0700);

    std::shared_ptr<amqp::Client> client;
    std::vector<std::string> closed;
    amqp::Client::connect_unix(guest.loop.get_executor(), guest.socket(), {},
                               [&](auto result) { client = *result; });
    REQUIRE(guest.until([&] { return client != nullptr; }));
    const auto note = [&](const amqp::Condition& condition) { closed.push_back(condition.name); };
    auto management = client->sender("$management");
    auto events = client->receiver("events", {}, [](amqp::Message, amqp::Delivery) {});
    management->on_closed(note);
    events->on_closed(note);
    CHECK(guest.until([&] { return closed.size() == 2; }));
    CHECK(closed == std::vector<std::string>{"amqp:not-found", "amqp:not-found"});
}

TEST_CASE("junk ends the connection that it came over, and nothing else") {
    ChannelFixture guest;
    guest.open_channel();
    amqp::Message junk;
    junk.subject(GENERATE("hello", "heartbeat", "result", "nonsense"));
    if (junk.subject() != "nonsense") junk.body(amqp::to_value(amqp::Map{{"agent_id", 1.5}}));

    std::shared_ptr<amqp::Client> client;
    std::string ended;
    amqp::Client::connect_unix(guest.loop.get_executor(), guest.socket(), {},
                               [&](auto result) { client = *result; });
    REQUIRE(guest.until([&] { return client != nullptr; }));
    client->on_disconnected([&](const amqp::Condition& condition) { ended = condition.name; });
    auto sender = client->sender("agent");
    sender->send(junk);
    CHECK(guest.until([&] { return !ended.empty(); }));
    CHECK(std::any_of(guest.log.begin(), guest.log.end(), [](const std::string& line) {
        return line.starts_with("agent default/shop/web: connection ended: ");
    }));

    guest.start_agent();
    CHECK(guest.perform(numbered(1, ocf_agent("heartbeat", "Dummy", "monitor"))).rc == 7);
    CHECK(guest.sink.gone.empty());
}
