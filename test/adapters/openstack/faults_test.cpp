// A cloud that fails in every way that HTTP allows.
#include "adapters/openstack/cloud.hpp"

#include "test/adapters/openstack/replay.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::openstack;
using cpe::test::soon;
using cpe::test::status;
using cpe::test::Told;
using Fixture = cpe::test::ReplayClient;

namespace {

Told fault(Told::Fault kind) {
    Told told;
    told.body = "{\"server\": {}}";
    told.fault = kind;
    return told;
}

constexpr const char* servers = "POST /compute/v2.1/servers";
using Mishap = Told::Fault;

}  // namespace

TEST_CASE("what passes is asked for again") {
    Fixture f;
    f.next(test::show_web(), {status(503), status(429), status(500), status(502), status(504),
                              fault(Mishap::close), fault(Mishap::cut_off)});
    CHECK(f.show().has_value());
    CHECK(f.count(test::show_web()) == 8);
    CHECK(f.cloud.counters().retries >= 6);  // libcurl itself may repeat on a new connection
    CHECK(f.cloud.counters().faults == 0);
}

TEST_CASE("what does not pass ends with its fault") {
    Fixture f;
    f.answer(test::show_web(), status(500));
    const auto server = f.show();
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().kind == FaultKind::server_fault);
    CHECK(server.error().status == 500);
    CHECK(f.count(test::show_web()) == 8);
    CHECK(f.cloud.counters().faults == 1);
}

TEST_CASE("a create is made again only where it was refused") {
    Fixture f;
    f.answer(servers, "create");
    f.next(servers, {status(503), status(429)});
    CHECK(f.create().has_value());
    CHECK(f.count(servers) == 3);
    for (const auto& unclear :
         {fault(Mishap::close), fault(Mishap::cut_off), status(500), status(504)}) {
        const auto before = f.count(servers);
        f.next(servers, {unclear});
        CHECK_FALSE(f.create().has_value());
        CHECK(f.count(servers) == before + 1);
    }
}

TEST_CASE("a wait that the cloud wants and the deadline does not allow is told at once") {
    Fixture f;
    Told busy = status(503);
    busy.headers["Retry-After"] = "3600";
    f.answer(test::show_web(), busy);
    const auto server = f.show();
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().kind == FaultKind::server_fault);
    CHECK(server.error().retry_after == Millis(3'600'000));
    CHECK(f.count(test::show_web()) == 1);
}

TEST_CASE("a cloud that stays silent ends with the deadline") {
    Fixture f;
    REQUIRE(f.show().has_value());
    f.answer(test::show_web(), fault(Mishap::silence));
    const auto server = f.show(within(Millis(50)));
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().kind == FaultKind::timeout);
}

TEST_CASE("answers that make no sense are faults of the protocol") {
    Fixture f;
    Told told;
    SECTION("a page of a proxy's") {
        told.status = GENERATE(200, 404, 409);
        told.body = "<html><body>Welcome</body></html>";
    }
    SECTION("more than we hold") {
        told.body = "{\"server\": \"" + std::string(9U << 20U, 'x') + "\"}";
    }
    SECTION("another document") {
        told.body = "{\"servers\": []}";
    }
    SECTION("a redirect") {
        told.status = 301;
    }
    f.answer(test::show_web(), told);
    const auto server = f.show();
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().kind == FaultKind::protocol);
    CHECK(f.count(test::show_web()) == 1);
}

TEST_CASE("a cloud that cannot be reached is told as that") {
    Fixture f;
    f.server.stop();
    const auto server = f.show(within(Millis(100)));
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().kind == FaultKind::unreachable);
    CHECK(server.error().message.rfind("Keystone: ", 0) == 0);
}

TEST_CASE("a catalog without the wanted region is told, and is no missing server") {
    test::Replay f;
    auto access = f.access();
    access.region = "Elsewhere";
    Cloud cloud(f.loop.get_executor(), std::move(access), f.options());
    const auto server = f.run(cloud.server(test::web, soon()));
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().line() ==
          "bad request: the catalog's compute service has no region "
          "'Elsewhere' (but RegionOne)");
}

TEST_CASE("closing the cloud ends what is under way, wherever it waits") {
    Fixture f;
    const auto silent = GENERATE(as<std::string>(), test::login, test::versions, test::show_web());
    f.answer(silent, fault(Mishap::silence));
    std::vector<FaultKind> ends;
    for (int i = 0; i < 3; ++i)
        boost::asio::co_spawn(f.loop, f.cloud.server(test::web, soon()),
                              [&](std::exception_ptr, Answer<Server> server) {
                                  ends.push_back(server.error().kind);
                              });
    test::run_until(f.loop, [&] { return f.count(silent) > 0; });
    f.cloud.close();
    test::run_until(f.loop, [&] { return ends.size() >= 3; });
    CHECK(ends == std::vector(3, FaultKind::cancelled));
    CHECK(f.show().error().kind == FaultKind::cancelled);
}

TEST_CASE("a caller's cancellation ends its call, and those that wait with it go on") {
    Fixture f;
    const auto silent = GENERATE(as<std::string>(), test::versions, test::show_web());
    f.next(silent, {fault(Mishap::silence)});
    boost::asio::cancellation_signal signal;
    std::optional<FaultKind> first;
    std::optional<bool> second;
    boost::asio::co_spawn(f.loop, f.cloud.server(test::web, soon()),
                          boost::asio::bind_cancellation_slot(
                              signal.slot(), [&](std::exception_ptr, Answer<Server> server) {
                                  first = server.error().kind;
                              }));
    test::run_until(f.loop, [&] { return f.count(silent) > 0; });
    boost::asio::co_spawn(
        f.loop, f.cloud.server(test::web, soon()),
        [&](std::exception_ptr, Answer<Server> server) { second = server.has_value(); });
    signal.emit(boost::asio::cancellation_type::terminal);
    test::run_until(f.loop, [&] { return first && second; });
    CHECK(first == FaultKind::cancelled);
    CHECK(second == true);
}

TEST_CASE("a cloud that is dropped under its calls takes them along") {
    test::Replay f;
    f.answer(test::show_web(), fault(Mishap::silence));
    std::optional<FaultKind> end;
    {
        Cloud cloud(f.loop.get_executor(), f.access(), f.options());
        boost::asio::co_spawn(
            f.loop, cloud.server(test::web, soon()),
            [&](std::exception_ptr, Answer<Server> server) { end = server.error().kind; });
        test::run_until(f.loop, [&] { return f.count(test::show_web()) > 0; });
    }
    test::run_until(f.loop, [&] { return end.has_value(); });
    CHECK(end == FaultKind::cancelled);
}
