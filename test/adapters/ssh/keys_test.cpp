// Ways to prove who we are, to a real sshd.
#include "test/adapters/ssh/channel_fixture.hpp"
#include "test/adapters/ssh/keygen.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::ssh::test;

namespace {

/// An ssh-agent with these keys, ended with it.
class Agent {
public:
    explicit Agent(const Keygen& keygen) : socket_(keygen.path("agent")) {
        const auto said = output_of("ssh-agent -a " + socket_);
        const auto from = said.find("SSH_AGENT_PID=") + 14;
        pid_ = said.substr(from, said.find(';', from) - from);
    }
    ~Agent() { output_of("kill -CONT " + pid_ + "; kill " + pid_); }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    void add(const std::string& key) {
        output_of("SSH_AUTH_SOCK=" + socket_ + " ssh-add -q " + key + " 2>&1");
    }
    void freeze() { output_of("kill -STOP " + pid_); }
    [[nodiscard]] const std::string& socket() const { return socket_; }

private:
    std::string socket_;
    std::string pid_;
};

}  // namespace

TEST_CASE("a key with a passphrase lets us in, and does not block the loop", "[ssh]") {
    Keygen keygen;
    const std::string type = GENERATE("ed25519", "ecdsa");
    keygen.make("k", {"-t", type, "-N", "a secret"});
    keygen.write("pass", "a secret\n");
    output_of("chmod 600 " + keygen.path("pass"));
    Fixture f(1, {}, [&](cpe::ssh::Settings& settings) {
        settings.key = keygen.path("k");
        settings.passphrase_file = keygen.path("pass");
    });
    f.guests.command({"authorize", keygen.path("k.pub")});
    f.up();
    CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
}

TEST_CASE("an ssh-agent lets us in", "[ssh]") {
    Keygen keygen;
    Agent agent(keygen);
    Fixture f(1, {}, [&](cpe::ssh::Settings& settings) {
        settings.key.clear();
        settings.agent_socket = agent.socket();
    });
    SECTION("with the second of its keys") {
        keygen.make("stranger", {"-t", "ed25519", "-N", ""});
        keygen.make("friend", {"-t", "ecdsa", "-N", ""});
        f.guests.command({"authorize", keygen.path("friend.pub")});
        agent.add(keygen.path("stranger"));
        agent.add(keygen.path("friend"));
        f.up();
        CHECK(f.run(f.request("Dummy", "monitor")).rc == ocf::not_running);
    }
    SECTION("not with RSA keys alone") {
        keygen.make("rsa", {"-t", "rsa", "-N", ""});
        agent.add(keygen.path("rsa"));
        f.open(1);
        REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
        CHECK(f.sink.refused["g1"].front().first.find("holds no ed25519 or ecdsa key") !=
              std::string::npos);
    }
    SECTION("not when nobody is there, or can be") {
        const std::string path = GENERATE(std::string("/nowhere/agent"), std::string(200, 'x'));
        f.settings.agent_socket = path;
        f.restart();
        f.open(1);
        REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
        const auto& why = f.sink.refused["g1"].front().first;
        CAPTURE(why);
        CHECK(why.find("ssh-agent at " + path) != std::string::npos);
    }
    SECTION("not when it hangs; and the loop does not") {
        agent.freeze();
        f.open(1);
        int turns = 0;
        REQUIRE(f.until([&] { return ++turns > 0 && !f.sink.refused["g1"].empty(); }));
        CHECK(f.sink.refused["g1"].front().first.find("does not answer") != std::string::npos);
    }
}

TEST_CASE("a key that no guest knows is refused, and says so", "[ssh]") {
    Keygen keygen;
    keygen.make("k", {"-t", "ed25519", "-N", ""});
    Fixture f(1, {}, [&](cpe::ssh::Settings& settings) { settings.key = keygen.path("k"); });
    f.open(1);
    REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
    CHECK(f.sink.refused["g1"].front().first.find("does not accept our key") != std::string::npos);
    CHECK(f.sink.refused["g1"].front().first.find("authorized_keys") != std::string::npos);
}

TEST_CASE("a key's file that cannot be used is the reason", "[ssh]") {
    Keygen keygen;
    keygen.make("k", {"-t", "rsa", "-N", ""});
    const auto [mode, why] = GENERATE(std::pair{"600", "RSA client keys are not supported"},
                                      std::pair{"644", "others than its owner can read it"});
    output_of(std::string("chmod ") + mode + " " + keygen.path("k"));
    Fixture f(1, {}, [&](cpe::ssh::Settings& settings) { settings.key = keygen.path("k"); });
    f.open(1);
    REQUIRE(f.until([&] { return !f.sink.refused["g1"].empty(); }));
    CHECK(f.sink.refused["g1"].front().first.find(why) != std::string::npos);
}
