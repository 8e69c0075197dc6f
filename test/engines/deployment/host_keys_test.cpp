// Host keys of guests over ssh: pinned, refused, trusted by a person; over restarts of cped.
#include "test/engines/deployment/sim.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using namespace cpe::test;

namespace {

const char* const document =
    "<deployable name='d' uuid='d' monitor='ssh' username='admin'><assemblies>"
    "<assembly name='web' uuid='w' port='2222'><services><service name='s' class='ocf' "
    "type='Dummy'/></services></assembly></assemblies></deployable>";

const effect::OpenChannel* opened_in(const Ready& ready) {
    for (const auto& effect : ready.effects)
        if (const auto* open = std::get_if<effect::OpenChannel>(&effect)) return open;
    return nullptr;
}

Result<> answer_in(const Ready& ready) {
    for (const auto& effect : ready.effects)
        if (const auto* reply = std::get_if<effect::Reply>(&effect)) return reply->outcome;
    return Error{Errc::internal, "no reply", {}, {}};
}

std::vector<std::string> told(const Sim& sim) {
    std::vector<std::string> lines;
    for (const auto& event : sim.store.events)
        if (event.kind == "host_key") lines.push_back(event.state + " " + event.reason);
    return lines;
}

event::Operator trust() {
    event::Operator wish;
    wish.wish = Wish::trust;
    wish.token = {77};
    wish.who = "alice";
    wish.target = "web";
    return wish;
}

}  // namespace

TEST_CASE("a channel is told where its guest is, and as whom") {
    Sim sim(document);
    sim.begin();
    event::Operator wish;
    wish.wish = Wish::start;
    wish.token = {1};
    const auto ready = sim.step(wish);
    REQUIRE(opened_in(ready));
    CHECK(opened_in(ready)->peer.port == 2222);
    CHECK(opened_in(ready)->peer.username == "admin");
    CHECK(opened_in(ready)->peer.host_key.empty());
}

TEST_CASE("a key that was trusted on first use is pinned, for good") {
    Sim sim(document);
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::running));
    GuestHello hello;
    hello.boot_id = "b";
    hello.host_key = "ssh-ed25519 SHA256:first";
    const auto ready = sim.step(event::GuestUp{"web", hello});
    REQUIRE(opened_in(ready));
    CHECK(opened_in(ready)->peer.host_key == hello.host_key);
    CHECK_FALSE(opened_in(sim.step(event::GuestUp{"web", hello})));
    CHECK(told(sim) == std::vector<std::string>{"pinned first contact: ssh-ed25519 SHA256:first"});
    CHECK(sim.store.memory.at("assembly web").find("SHA256:first") != std::string::npos);
}

TEST_CASE("a key that was refused is told once, and waits for a person") {
    Sim sim(document);
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::running));
    CHECK(answer_in(sim.step(trust())).error().code == Errc::refused);
    for (int i = 0; i < 3; ++i)
        sim.step(event::GuestRefused{"web", "it has changed", "ssh-ed25519 SHA256:other"});
    CHECK(told(sim) == std::vector<std::string>{"refused it has changed"});

    const auto ready = sim.step(trust());
    CHECK(answer_in(ready).has_value());
    REQUIRE(opened_in(ready));
    CHECK(opened_in(ready)->peer.host_key == "ssh-ed25519 SHA256:other");
    CHECK(told(sim).back() == "pinned alice trusts ssh-ed25519 SHA256:other");
    CHECK(std::any_of(sim.store.events.begin(), sim.store.events.end(), [](const auto& event) {
        return event.kind == "operator" && event.assembly == "web" && event.state == "trust";
    }));
    CHECK(answer_in(sim.step(trust())).error().code == Errc::refused);
    CHECK(sim.store.memory.at("assembly web").find("SHA256:other") != std::string::npos);

    sim.restart_cped();
    sim.run(Millis{10'000});
    sim.step(event::GuestRefused{"web", "it has changed", "ssh-ed25519 SHA256:third"});
    CHECK(opened_in(sim.step(trust()))->peer.host_key == "ssh-ed25519 SHA256:third");
}

TEST_CASE("a machine that is gone takes its pin with it") {
    Sim sim(document);
    sim.begin();
    sim.start();
    REQUIRE(sim.run_until(DeployableState::running));
    sim.step(event::GuestRefused{"web", "x", "ssh-ed25519 SHA256:one"});
    sim.step(trust());
    sim.lose_instance("web");
    sim.kill_guest("web");
    CHECK(sim.run_until(
        [&] { return sim.store.memory["assembly web"].find("SHA256:one") == std::string::npos; },
        Millis{120'000}));
}
