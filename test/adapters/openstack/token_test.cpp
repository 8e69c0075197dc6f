// Tokens: asked for once, renewed in time, and not again and again where that is no use.
#include "adapters/openstack/cloud.hpp"
#include "adapters/openstack/retry.hpp"

#include "test/adapters/openstack/replay.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::openstack;
using cpe::test::soon;
using cpe::test::status;
using cpe::test::Told;
using Fixture = cpe::test::ReplayClient;

TEST_CASE("many calls at once wait for one login") {
    Fixture f;
    int done = 0;
    for (int i = 0; i < 30; ++i)
        boost::asio::co_spawn(f.loop, f.cloud.server(test::web, soon()),
                              [&](std::exception_ptr, Answer<Server> server) {
                                  REQUIRE(server.has_value());
                                  ++done;
                              });
    test::run_until(f.loop, [&] { return done >= 30; });
    CHECK(f.count(test::login) == 1);
    CHECK(f.count(test::versions) == 1);
}

TEST_CASE("a token that is refused is replaced once, and then it is the credential's fault") {
    Fixture f;
    f.next(test::show_web(), {f.recorded("token-expired")});
    CHECK(f.show().has_value());
    CHECK(f.count(test::login) == 2);
    CHECK(f.last(test::show_web()).headers.at("x-auth-token") == "s3cret-token-2");
    f.answer(test::show_web(), f.recorded("token-revoked"));
    const auto refused = f.show();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == FaultKind::credential);
    CHECK(f.count(test::login) == 3);
}

TEST_CASE("a create is made with a new token where the old one was refused") {
    Fixture f;
    f.answer("POST /compute/v2.1/servers", "create");
    f.next("POST /compute/v2.1/servers", {f.recorded("token-expired")});
    CHECK(f.run(f.cloud.create_server({}, soon())).has_value());
    CHECK(f.count("POST /compute/v2.1/servers") == 2);
}

TEST_CASE("a token that ends while the call goes on says nothing about the credential") {
    Fixture f;
    f.set_token_life(Millis(20));
    Told late = f.recorded("token-expired");
    late.after = Millis(30);  // as where Nova asks Glance and Neutron with our token
    f.answer("POST /compute/v2.1/servers", "create");
    f.next("POST /compute/v2.1/servers", {late, late, late});
    CHECK(f.run(f.cloud.create_server({}, soon())).has_value());
    CHECK(f.count("POST /compute/v2.1/servers") == 4);
    CHECK(f.cloud.counters().faults == 0);
    f.answer(test::show_web(), late);
    const auto never = f.show();
    REQUIRE_FALSE(never.has_value());
    CHECK(never.error().kind == FaultKind::server_fault);
    CHECK(f.count(test::show_web()) == max_attempts + 1);  // the first refusal is free
}

TEST_CASE("short-lived tokens are renewed while calls go on") {
    Fixture f;
    f.set_token_life(Millis(60));
    while (f.count(test::login) < 5) REQUIRE(f.show().has_value());
    CHECK(f.cloud.counters().faults == 0);
}

TEST_CASE("wrong credentials are told at once, and Keystone is left alone") {
    Fixture f;
    f.answer(test::login, "auth-wrong-password");
    for (int i = 0; i < 5; ++i) {
        const auto refused = f.show();
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().line() ==
              "credential (401): Keystone: The request you have made "
              "requires authentication.");
    }
    CHECK(f.count(test::login) == 1);
}

TEST_CASE("a Keystone that comes back lets all in that waited") {
    Fixture f;
    f.next(test::login, {status(503), status(502), status(500)});
    int done = 0;
    for (int i = 0; i < 10; ++i)
        boost::asio::co_spawn(f.loop, f.cloud.server(test::web, soon()),
                              [&](std::exception_ptr, Answer<Server> server) {
                                  REQUIRE(server.has_value());
                                  ++done;
                              });
    test::run_until(f.loop, [&] { return done >= 10; });
    CHECK(f.count(test::login) == 4);
}

TEST_CASE("a Keystone that is down is not asked more often for more calls") {
    auto f = std::make_unique<test::Replay>();
    f->answer(test::login, status(503));
    auto options = f->options();
    options.first_backoff = Millis(3'600'000);  // longest_authentication_pause limits it
    Cloud cloud(f->loop.get_executor(), f->access(), options);
    for (int i = 0; i < 20; ++i) {
        const auto server = f->run(cloud.server(test::web, within(Millis(1'000))));
        REQUIRE_FALSE(server.has_value());
        CHECK(server.error().kind == FaultKind::server_fault);
    }
    CHECK(f->count(test::login) == 1);
}

TEST_CASE("a token without a project leads nowhere, and is told as that") {
    Fixture f;
    f.answer(test::login, "auth-unscoped");
    const auto server = f.show();
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().line() == "bad request: the catalog has no compute service");
}

TEST_CASE("an application credential logs in by itself") {
    test::Replay f;
    f.answer(test::login, "auth-application-credential");
    auto access = f.access();
    ApplicationCredential credential;
    credential.credential.id = "b0de";
    credential.secret = Secret(std::string("s3cret"));
    access.login = std::move(credential);
    Cloud cloud(f.loop.get_executor(), std::move(access), f.options());
    CHECK(f.run(cloud.server(test::web, soon())).has_value());
    CHECK(f.last(test::login).body ==
          R"({"auth":{"identity":{"methods":["application_credential"],)"
          R"("application_credential":{"id":"b0de","secret":"s3cret"}}}})");
}

TEST_CASE("nothing that is said holds a secret") {
    Fixture f;
    f.next(test::login, {status(500), f.recorded("auth-wrong-password")});
    f.next(test::show_web(), {status(503), f.recorded("token-expired")});
    std::string said;
    for (int i = 0; i < 2; ++i)
        if (const auto server = f.show(); !server) said += server.error().line() + "\n";
    for (const auto& line : f.log) said += line + "\n";
    CHECK_FALSE(said.empty());
    CHECK(said.find("s3cret") == std::string::npos);
}
