// Sockets, and what a client is told when things end.
#include "raw_peer.hpp"

#include "adapters/amqp/unix_socket.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

using namespace cpe;
using namespace cpe::amqp;

namespace {

Message text(const std::string& chars) {
    Message message;
    message.body(chars);
    return message;
}

Result<std::unique_ptr<Listener>> listen(test::Loop& loop, const std::filesystem::path& path) {
    ListenerSettings settings;
    settings.path = path;
    return Listener::open(loop.io.get_executor(), settings,
                          [](const auto&, const auto&) { return nullptr; });
}

}  // namespace

TEST_CASE("the socket file has its mode and group, and goes with its listener") {
    test::EchoServer server;
    const auto path = server.settings.path;
    server.listener.reset();
    CHECK_FALSE(std::filesystem::exists(path));
    server.settings.mode = 0660;
    server.settings.group = ::getegid();
    server.open();
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 0777U) == 0660U);
    CHECK(status.st_gid == ::getegid());
    server.listener->close();
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a stale socket is replaced, one in use and other files are not") {
    test::Loop loop;
    test::ScratchDir dir;
    const auto path = dir.path / "s.sock";
    std::filesystem::path kept;
    {
        auto bound = detail::listen_on(path, 0600, std::nullopt);
        REQUIRE(bound.has_value());
        const auto second = listen(loop, path);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == Errc::refused);
        CHECK(second.error().line().find("already") != std::string::npos);
    }
    REQUIRE(std::filesystem::exists(path));  // as after kill -9
    const auto listener = listen(loop, path);
    REQUIRE(listener.has_value());
    (*listener)->close();

    std::ofstream(path) << "precious";
    const auto third = listen(loop, path);
    REQUIRE_FALSE(third.has_value());
    CHECK(third.error().line().find("not a socket") != std::string::npos);
    CHECK(std::filesystem::file_size(path) == 8);
    CHECK_FALSE(listen(loop, dir.path / "none" / "s.sock").has_value());
}

TEST_CASE("a socket that somebody else has put there meanwhile is left alone") {
    test::Loop loop;
    test::ScratchDir dir;
    const auto path = dir.path / "s.sock";
    auto first = listen(loop, path);
    REQUIRE(first.has_value());
    std::filesystem::remove(path);
    auto second = listen(loop, path);
    REQUIRE(second.has_value());
    (*first)->close();
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("paths longer than sun_path are served and reached") {
    test::EchoServer server;
    auto deep = server.dir.path;
    for (int i = 0; i < 6; ++i) deep /= std::string(40, 'd');
    std::filesystem::create_directories(deep);
    server.listener.reset();
    server.settings.path = deep / "echo.sock";
    REQUIRE(server.settings.path.string().size() > 200);
    server.open();
    const auto client = server.connect();
    REQUIRE(client);
    std::optional<bool> answered;
    client->request("echo", text("far"), Millis(5'000), [&](auto r) { answered = r.has_value(); });
    CHECK(server.loop.run_until([&] { return answered.has_value(); }));
    CHECK(answered == true);
    server.listener.reset();
    CHECK_FALSE(std::filesystem::exists(deep / "echo.sock"));
}

TEST_CASE("connections over the limit are closed at once, and places become free again") {
    test::EchoServer server;
    server.listener.reset();
    server.settings.max_connections = 2;
    server.open();
    const auto first = server.connect();
    auto second = server.connect();
    REQUIRE(first);
    REQUIRE(second);
    CHECK_FALSE(server.connect());
    CHECK(server.error.code == Errc::unavailable);
    second->close();
    second.reset();
    REQUIRE(server.loop.run_until([&] { return server.listener->connections() == 1; }));
    CHECK(server.connect());
}

TEST_CASE("a client is told why it could not connect") {
    test::EchoServer server;
    server.state.refuse_open = true;
    CHECK_FALSE(server.connect());
    CHECK(server.error.code == Errc::not_allowed);
    CHECK(server.error.line().find("not for you") != std::string::npos);

    server.listener.reset();
    CHECK_FALSE(server.connect());
    CHECK(server.error.code == Errc::unavailable);
    CHECK(server.error.line().find(server.settings.path.string()) != std::string::npos);

    const auto silent = detail::listen_on(server.settings.path, 0600, std::nullopt);
    REQUIRE(silent.has_value());
    ClientSettings impatient;
    impatient.connect_deadline = Millis(60);
    impatient.limits.linger = Millis(20);
    CHECK_FALSE(server.connect(impatient));
    CHECK(server.error.code == Errc::timed_out);
}

TEST_CASE("a request has a deadline, and a late answer is not somebody else's") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    std::optional<Errc> error;
    client->request("sink", text("x"), Millis(40), [&](auto r) { error = r.error().code; });
    // The server may hear of it after its deadline: the machine is busy at times.
    REQUIRE(server.loop.run_until([&] { return error && server.state.kept.size() == 1; }));
    CHECK(error == Errc::timed_out);
    server.state.kept[0].reject({"amqp:internal-error", "too late"});
    std::optional<bool> answered;
    client->request("echo", text("y"), Millis(5'000), [&](auto r) { answered = r.has_value(); });
    REQUIRE(server.loop.run_until([&] { return answered.has_value(); }));
    CHECK(answered == true);
}

TEST_CASE("requests that wait for answers are bounded") {
    test::EchoServer server;
    ClientSettings settings;
    settings.max_requests = 2;
    const auto client = server.connect(settings);
    REQUIRE(client);
    std::vector<Errc> errors;
    for (int i = 0; i < 3; ++i)
        client->request("sink", text("x"), Millis(5'000),
                        [&](auto r) { errors.push_back(r.error().code); });
    CHECK(errors.empty());  // never from inside the call
    REQUIRE(server.loop.run_until([&] { return !errors.empty(); }));
    CHECK(errors == std::vector<Errc>{Errc::too_large});
}

TEST_CASE("when the server goes, everything that waits is told") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    std::optional<Condition> gone;
    std::optional<Errc> request;
    std::optional<Condition> link;
    client->on_disconnected([&](const auto& condition) { gone = condition; });
    client->request("sink", text("x"), Millis(5'000), [&](auto r) { request = r.error().code; });
    const auto feed = client->subscribe("feed", {}, [](auto) {});
    feed->on_closed([&](const auto& condition) { link = condition; });
    REQUIRE(server.loop.run_until([&] { return server.state.messages.size() == 1; }));
    server.listener->close({"amqp:connection:forced", "going down"});
    REQUIRE(server.loop.run_until([&] { return gone && request && link; }));
    CHECK(gone->name == "amqp:connection:forced");
    CHECK(gone->description == "going down");
    CHECK(request == Errc::unavailable);
    CHECK(link->name == "amqp:connection:forced");
    CHECK_FALSE(client->is_open());

    std::optional<Errc> after;
    client->request("echo", text("x"), Millis(5'000), [&](auto r) { after = r.error().code; });
    REQUIRE(server.loop.run_until([&] { return after.has_value(); }));
    CHECK(after == Errc::unavailable);
    std::optional<Condition> late;
    client->sender("echo")->on_closed([&](const auto& condition) { late = condition; });
    CHECK(late.has_value());
}

TEST_CASE("plain links carry messages both ways, with outcomes") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    const auto sender = client->sender("sink");
    std::map<std::string, std::string> outcomes;
    for (const char* word : {"a", "b", "c"})
        sender->send(text(word), [&outcomes, word](Result<> taken) {
            outcomes[word] = taken ? "accepted" : taken.error().line();
        });
    REQUIRE(server.loop.run_until([&] { return server.state.kept.size() == 3; }));
    server.state.kept[0].accept();
    server.state.kept[1].reject({"amqp:not-allowed", "no b here"});
    server.state.kept[2].release();
    REQUIRE(server.loop.run_until([&] { return outcomes.size() == 3; }));
    CHECK(outcomes["a"] == "accepted");
    CHECK(outcomes["b"].find("no b here") != std::string::npos);
    CHECK(outcomes["c"] == "sink: not taken by the peer");

    std::vector<std::string> got;
    const auto feed = client->subscribe("feed", {{"k:v", Value("w")}}, [&](const Message& message) {
        got.push_back(as_string(message.body()).value_or("?"));
    });
    REQUIRE(server.loop.run_until([&] { return feed->is_open(); }));
    REQUIRE(server.state.feeds.size() == 1);
    CHECK(as_string(at(server.state.feeds[0]->filters(), "k:v")) == "w");
    bool drained = false;
    server.state.feeds[0]->on_drained([&] { drained = true; });
    for (int i = 0; i < 500; ++i) server.state.feeds[0]->send(text(std::to_string(i)));
    REQUIRE(server.loop.run_until([&] { return got.size() == 500; }));
    CHECK(got[499] == "499");
    CHECK(drained);
    CHECK(server.state.feeds[0]->queued() == 0);
}

TEST_CASE("a link may be closed from inside its own callback") {
    test::EchoServer server;
    const auto client = server.connect();
    REQUIRE(client);
    std::shared_ptr<Receiver> feed;
    int got = 0;
    feed = client->receiver("feed", {}, [&](const Message&, Delivery delivery) {
        ++got;
        feed->close();
        delivery.accept();
    });
    REQUIRE(server.loop.run_until([&] { return feed->is_open(); }));
    for (int i = 0; i < 5; ++i) server.state.feeds[0]->send(text("x"));
    REQUIRE(server.loop.run_until([&] { return !server.state.feeds[0]->is_open(); }));
    CHECK(got == 1);
    CHECK_FALSE(feed->is_open());
    CHECK_FALSE(server.state.feeds[0]->send(text("y")));
}

TEST_CASE("what a client's callback throws ends that client's connection only") {
    test::EchoServer server;
    const auto client = server.connect();
    const auto other = server.connect();
    std::optional<Condition> gone;
    client->on_disconnected([&](const auto& condition) { gone = condition; });
    client->request("echo", text("x"), Millis(5'000),
                    [](auto) { throw std::runtime_error("a bug of the user's"); });
    REQUIRE(server.loop.run_until([&] { return gone.has_value(); }));
    CHECK(gone->name == "amqp:internal-error");
    CHECK(other->is_open());
}
