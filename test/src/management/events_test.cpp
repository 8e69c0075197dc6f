// Subscribers of `events` over a real socket.
#include "server_fixture.hpp"

#include "src/management/authorise.hpp"
#include "src/management/event_message.hpp"
#include "src/management/event_stream.hpp"

#include <proton/timestamp.hpp>

#include <unistd.h>

using namespace cpe;
using namespace cpe::amqp;
using namespace cpe::management;

namespace {

const DeployableKey shop{"default", "shop"};
const DeployableKey blog{"acme", "blog"};

/// A subscriber that notes the ids that it is told.
struct Subscriber {
    Subscriber(test::ManagementFixture& fixture, const Filters& filters) {
        link = fixture.client()->subscribe("events", filters, [this](const Message& message) {
            messages.push_back(message);
            ids.push_back(as_uint(at(as_map(message.body()).value_or(Map{}), "id")).value_or(0));
        });
        link->on_open([this] { open = true; });
        link->on_closed([this](const Condition& condition) { closed = condition; });
        REQUIRE(fixture.loop.run_until([&] { return open || closed; }));
    }
    std::shared_ptr<Receiver> link;
    std::vector<Message> messages;
    std::vector<std::uint64_t> ids;
    bool open = false;
    std::optional<Condition> closed;
};

std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> ids;
    for (auto id = first; id <= last; ++id) ids.push_back(id);
    return ids;
}

}  // namespace

TEST_CASE("an event is a map with the columns of the event log, its kind the subject") {
    StoredEvent event;
    event.id = {42};
    event.key = shop;
    event.event.at = {1'700'000'000'123};
    event.event.assembly = "db";
    event.event.kind = "assembly_state_change";
    event.event.state = "failed";
    event.event.reason = "heartbeat missed";
    event.event.transition = {7};
    event.event.detail = R"({"instance":"x","tries":[1,-2,true,null],"ratio":0.5})";
    const Message message = event_message(event);
    CHECK(message.subject() == "assembly_state_change");
    CHECK(as_string(property(message, "tenant")) == "default");
    CHECK(as_string(property(message, "deployable")) == "shop");
    const Map body = as_map(message.body()).value_or(Map{});
    CHECK(body.size() == 11);
    const Message received = decode(message.encode()).value();
    CHECK(as_map(received.body()).value_or(Map{}).size() == 11);
    CHECK(at(body, "id").type() == proton::ULONG);
    CHECK(at(body, "at").type() == proton::TIMESTAMP);
    CHECK(as_int(at(body, "at")) == 1'700'000'000'123);
    CHECK(as_string(at(body, "assembly")) == "db");
    CHECK(at(body, "service").empty());
    CHECK(as_uint(at(body, "transition")) == 7U);
    const Map detail = as_map(at(body, "detail")).value_or(Map{});
    CHECK(as_string(at(detail, "instance")) == "x");
    const List tries = as_list(at(detail, "tries")).value_or(List{});
    REQUIRE(tries.size() == 4);
    CHECK(as_int(tries[1]) == -2);
    CHECK(as_double(at(detail, "ratio")) == 0.5);
}

TEST_CASE("a detail that is no JSON, too deep or too large stays a string") {
    CHECK(as_string(value_of_json("{not json")) == "{not json");
    CHECK(as_string(value_of_json(std::string(200, '['))).has_value());
    const std::string large = "\"" + std::string(70'000, 'x') + "\"";
    CHECK(as_string(value_of_json(large)) == large);
    CHECK(value_of_json("").empty());
}

TEST_CASE("a subscriber hears what happens from now on, by its filters") {
    test::ManagementFixture fixture;
    fixture.control.tell(shop, "operator", "");
    Subscriber all(fixture, {});
    Subscriber of_shop(fixture, {{filter_deployable, Value("shop")}});
    Subscriber of_acme(fixture, {{filter_tenant, Value("acme")}});
    Subscriber fencing(fixture, {{filter_kind, Value("fencing")}, {filter_tenant, Value("acme")}});
    fixture.control.tell(shop, "fencing", "");   // 2
    fixture.control.tell(blog, "operator", "");  // 3
    fixture.control.tell(blog, "fencing", "");   // 4
    CHECK(fixture.loop.run_until([&] { return all.ids.size() == 3 && fencing.ids.size() == 1; }));
    CHECK(all.ids == from_to(2, 4));
    CHECK(of_shop.ids == from_to(2, 2));
    CHECK(of_acme.ids == from_to(3, 4));
    CHECK(fencing.ids == from_to(4, 4));
}

TEST_CASE("since replays the log and goes on live, without gap or repeat") {
    test::ManagementFixture fixture;
    constexpr std::uint64_t before = EventStream::page * 3 + 17;
    for (std::uint64_t i = 0; i < before; ++i) fixture.control.tell(shop, "operator", "");
    // While pages are read, more happens: some events are in the page, some only live, some both.
    std::uint64_t during = 0;
    fixture.control.before_page = [&] {
        for (int i = 0; i < 3 && during < 60; ++i, ++during)
            fixture.control.tell(shop, "operator", "");
    };
    Subscriber since(fixture, {{filter_since, Value(std::uint64_t{10})}});
    REQUIRE(fixture.loop.run_until([&] { return since.ids.size() == before - 10 + during; }));
    fixture.control.before_page = nullptr;
    for (int i = 0; i < 5; ++i) fixture.control.tell(shop, "operator", "");
    REQUIRE(fixture.loop.run_until([&] { return since.ids.size() == before - 10 + during + 5; }));
    CHECK(during > 0);
    CHECK((since.ids == from_to(11, before + during + 5)));  // too long to be printed
}

TEST_CASE("a subscriber that does not keep up falls back to the log and misses nothing") {
    test::ManagementFixture fixture;
    std::vector<Delivery> unsettled;
    std::vector<std::uint64_t> ids;
    bool reading = false;
    bool open = false;
    const auto slow =
        fixture.client()->receiver("events", {}, [&](const Message& message, Delivery delivery) {
            ids.push_back(as_uint(at(as_map(message.body()).value_or(Map{}), "id")).value_or(0));
            if (reading) {
                delivery.accept();
            } else {
                unsettled.push_back(std::move(delivery));  // its credit is not given back
            }
        });
    slow->on_open([&] { open = true; });
    REQUIRE(fixture.loop.run_until([&] { return open; }));
    constexpr std::uint64_t many = EventStream::live_queue + 3'000;
    for (std::uint64_t i = 0; i < many; ++i) fixture.control.tell(shop, "operator", "");
    REQUIRE(fixture.loop.run_until([&] { return unsettled.size() == 64; }));
    CHECK(fixture.control.pages == 0);
    reading = true;
    for (auto& delivery : unsettled) delivery.accept();
    REQUIRE(fixture.loop.run_until([&] { return ids.size() == many; }));
    CHECK((ids == from_to(1, many)));
    CHECK(fixture.control.pages > 0);
    fixture.control.tell(shop, "operator", "");
    CHECK(fixture.loop.run_until([&] { return ids.size() == many + 1; }));
}

TEST_CASE("a filter that cannot be applied refuses the link") {
    test::ManagementFixture fixture;
    struct Case {
        Filters filters;
        std::string says;
    };
    for (const auto& [filters, says] : std::vector<Case>{
             {{{"apache.org:selector-filter:string", Value("a = 1")}}, "selector-filter"},
             {{{filter_since, Value("yesterday")}}, "event id"},
             {{{filter_since, Value(std::int32_t{-4})}}, "event id"},
             {{{filter_kind, Value(std::int32_t{4})}}, "short string"},
             {{{filter_tenant, Value(std::string(2000, 'x'))}}, "short string"},
         }) {
        Subscriber refused(fixture, filters);
        INFO(says);
        REQUIRE(refused.closed.has_value());
        CHECK_FALSE(refused.open);
        CHECK(refused.closed->name == "amqp:invalid-field");
        CHECK(refused.closed->description.find(says) != std::string::npos);
    }
    Subscriber text(fixture, {{filter_since, Value("3")}});
    CHECK(text.open);
}

TEST_CASE("a subscription ends with its link, and with its connection") {
    test::ManagementFixture fixture;
    Subscriber first(fixture, {});
    Subscriber second(fixture, {});
    CHECK(fixture.control.live_subscribers() == 2);
    first.link->close();
    CHECK(fixture.loop.run_until([&] { return fixture.control.live_subscribers() == 1; }));
    fixture.client()->close();
    CHECK(fixture.loop.run_until([&] { return fixture.control.live_subscribers() == 0; }));
}

TEST_CASE("a server that is stopped has let go of everybody, though the loop runs no more") {
    test::ManagementFixture fixture;
    Subscriber subscriber(fixture, {});
    CHECK(fixture.control.live_subscribers() == 1);
    fixture.server->stop();
    CHECK(fixture.control.live_subscribers() == 0);
    CHECK(fixture.server->connections() == 0);
    REQUIRE(fixture.loop.run_until([&] { return subscriber.closed.has_value(); }));
    CHECK(subscriber.closed->name == "amqp:connection:forced");
    CHECK(subscriber.closed->description == "cped is stopping");
}

TEST_CASE("only root and members of the group are administrators") {
    const gid_t group = 1234;
    CHECK(authorise(Peer{0, 0, 1, {}}, std::nullopt).has_value());
    CHECK_FALSE(authorise(Peer{1000, 1000, 1, {}}, std::nullopt).has_value());
    CHECK(authorise(Peer{1000, group, 1, {}}, group).has_value());
    CHECK(authorise(Peer{1000, 1000, 1, {5, group}}, group).has_value());
    CHECK_FALSE(authorise(Peer{1000, 1000, 1, {5}}, group).has_value());
}

TEST_CASE("a peer that is neither root nor in the group is refused at open", "[root]") {
    if (::geteuid() != 0) return;  // only root can become somebody else
    ManagementSettings settings;
    settings.group = gid_t{65533};
    test::ManagementFixture fixture(settings);
    std::filesystem::permissions(fixture.dir.path, std::filesystem::perms::all);
    std::filesystem::permissions(fixture.settings.socket, std::filesystem::perms::all);
    REQUIRE(::seteuid(65534) == 0);
    const auto stranger = fixture.connect();
    REQUIRE(::seteuid(0) == 0);
    REQUIRE_FALSE(stranger.has_value());
    CHECK(stranger.error().code == Errc::not_allowed);
    CHECK(stranger.error().what.find("65534") != std::string::npos);
    CHECK(fixture.connect().has_value());
}

TEST_CASE("nothing else can be attached to") {
    test::ManagementFixture fixture;
    std::vector<std::string> names;
    const auto refused = [&](const Condition& condition) { names.push_back(condition.name); };
    const auto sender = fixture.client()->sender("events");
    sender->on_closed(refused);
    const auto receiver = fixture.client()->receiver("$management", {}, nullptr);
    receiver->on_closed(refused);
    CHECK(fixture.loop.run_until([&] { return names.size() == 2; }));
    CHECK(names == std::vector<std::string>{"amqp:not-found", "amqp:not-found"});
}

TEST_CASE("answers go nowhere but to the connection that asked") {
    test::ManagementFixture fixture;
    REQUIRE(fixture.ask("GET-TYPES", "").status == 200);  // the first client has reply/1
    const auto other = fixture.connect().value();
    const auto link = other->sender("$management");
    Message thief;
    thief.id("1");
    thief.reply_to("reply/1");
    thief.properties().put("operation", "GET-TYPES");
    std::optional<Result<>> outcome;
    link->send(thief, [&](Result<> result) { outcome = result; });
    REQUIRE(fixture.loop.run_until([&] { return outcome.has_value(); }));
    REQUIRE_FALSE(outcome->has_value());
    CHECK(outcome->error().code == Errc::refused);
}

TEST_CASE("requests that wait for their answers are bounded for each connection") {
    ManagementSettings settings;
    settings.max_in_flight = 3;
    test::ManagementFixture fixture(settings);
    std::vector<std::int64_t> statuses;
    Message later;
    later.properties().put("operation", "CREATE");
    later.properties().put("type", "org.pacemakercloud.deployable");
    later.body(to_value(Map{{"document", Value("later")}}));
    for (int i = 0; i < 5; ++i)
        fixture.client()->request("$management", later, Millis(10'000), [&](auto result) {
            statuses.push_back(result ? as_int(property(*result, "statusCode")).value_or(0) : -1);
        });
    REQUIRE(fixture.loop.run_until([&] { return statuses.size() == 2; }));
    CHECK(statuses == std::vector<std::int64_t>{503, 503});
    for (auto& done : std::exchange(fixture.control.waiting, {}))
        done(Error{Errc::timed_out, "too slow", "", ""});
    REQUIRE(fixture.loop.run_until([&] { return statuses.size() == 5; }));
    CHECK(statuses.back() == 504);
    CHECK(fixture.ask("GET-TYPES", "").status == 200);
}

TEST_CASE("an answer that comes after its connection has gone is dropped") {
    test::ManagementFixture fixture;
    Message later;
    later.properties().put("operation", "CREATE");
    later.properties().put("type", "org.pacemakercloud.deployable");
    later.body(to_value(Map{{"document", Value("later")}}));
    std::optional<Errc> error;
    fixture.client()->request("$management", later, Millis(10'000), [&](auto result) {
        if (!result) error = result.error().code;
    });
    REQUIRE(fixture.loop.run_until([&] { return fixture.control.waiting.size() == 1; }));
    fixture.server->stop();
    REQUIRE(fixture.loop.run_until([&] { return error.has_value(); }));
    CHECK(error == Errc::unavailable);
    fixture.control.waiting[0](DeployableStatus{});
    fixture.loop.drain();
    CHECK_FALSE(std::filesystem::exists(fixture.settings.socket));
}
