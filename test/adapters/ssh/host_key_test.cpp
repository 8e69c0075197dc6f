// known_hosts as ssh(1) reads it, pins, and what follows.
#include "adapters/ssh/host_key.hpp"
#include "adapters/ssh/wire.hpp"
#include "test/adapters/ssh/keygen.hpp"

#include <catch2/catch.hpp>

using namespace cpe::ssh;
using cpe::ssh::test::Keygen;
using Answer = KnownHosts::Answer;

namespace {

/// "ssh-ed25519 AAAA..." of a public key's line, and the key.
struct Known {
    std::string line;
    HostKey key;
};

Known make_key(Keygen& keygen, const std::string& name, const std::string& type) {
    keygen.make(name, {"-t", type, "-N", ""});
    auto line = keygen.read(name + ".pub");
    line.erase(line.find_last_of(' '));
    return {line, host_key_of(keygen.blob(name + ".pub")).value()};
}

}  // namespace

TEST_CASE("known_hosts is read as ssh does", "[ssh]") {
    Keygen keygen;
    const auto a = make_key(keygen, "a", "ed25519");
    const auto b = make_key(keygen, "b", "ed25519");
    const auto c = make_key(keygen, "c", "ecdsa");
    const KnownHosts known(
        "# a comment\n\n"
        "web,10.0.0.1 " +
        a.line + " a comment\n" + "[web]:2222 " + b.line +
        "\n"
        "*.example.org,!bad.example.org " +
        a.line +
        "\n"
        "@revoked * " +
        b.line +
        "\n"
        "@cert-authority * " +
        c.line +
        "\n"
        "both " +
        a.line + "\nboth " + c.line +
        "\n"
        "broken ssh-ed25519 AAAA!\nbroken\nbroken ssh-rsa " +
        a.line.substr(a.line.find(' ') + 1) + "\n");
    CHECK(known.size() == 6);
    CHECK(known.look_up("web", 22, a.key) == Answer::match);
    CHECK(known.look_up("WEB", 22, a.key) == Answer::match);
    CHECK(known.look_up("10.0.0.1", 22, a.key) == Answer::match);
    CHECK(known.look_up("web", 22, c.key) == Answer::other);
    CHECK(known.look_up("web", 2222, a.key) == Answer::other);
    CHECK(known.look_up("web", 2222, b.key) == Answer::revoked);
    CHECK(known.look_up("x.example.org", 22, a.key) == Answer::match);
    CHECK(known.look_up("bad.example.org", 22, a.key) == Answer::unknown);
    CHECK(known.look_up("db", 22, a.key) == Answer::unknown);
    CHECK(known.look_up("both", 22, a.key) == Answer::match);
    CHECK(known.look_up("both", 22, c.key) == Answer::match);
    CHECK(known.look_up("broken", 22, a.key) == Answer::unknown);
}

TEST_CASE("hashed names of ssh-keygen -H are found", "[ssh]") {
    Keygen keygen;
    const auto a = make_key(keygen, "a", "ed25519");
    keygen.write("hosts", "web " + a.line + "\n[web]:2222 " + a.line + "\n");
    keygen.call({"-q", "-H", "-f", keygen.path("hosts")});
    const auto text = keygen.read("hosts");
    CHECK(text.find("web") == std::string::npos);
    const KnownHosts known(text);
    CHECK(known.look_up("web", 22, a.key) == Answer::match);
    CHECK(known.look_up("web", 2222, a.key) == Answer::match);
    CHECK(known.look_up("db", 22, a.key) == Answer::unknown);
}

TEST_CASE("a fingerprint is written as ssh-keygen does", "[ssh]") {
    Keygen keygen;
    const auto a = make_key(keygen, "a", "ed25519");
    const auto said = keygen.call({"-l", "-f", keygen.path("a.pub")});
    const auto at = a.key.fingerprint.find("SHA256:");
    CHECK(a.key.fingerprint.substr(0, at) == "ssh-ed25519 ");
    CHECK(said.find(" " + a.key.fingerprint.substr(at) + " ") != std::string::npos);
}

TEST_CASE("who is trusted", "[ssh]") {
    Keygen keygen;
    const auto a = make_key(keygen, "a", "ed25519");
    const auto b = make_key(keygen, "b", "ed25519");
    const KnownHosts known("web " + a.line + "\n");
    const auto trust = [&](const std::string& pin, const char* host, const HostKey& key,
                           bool first = false) {
        return judge(known, pin, host, 22, key, first).trust;
    };
    CHECK(trust("", "web", a.key) == Trust::known);
    CHECK(trust("", "web", b.key) == Trust::refused);
    CHECK(trust("", "web", b.key, true) == Trust::refused);
    CHECK(trust("", "db", a.key) == Trust::refused);
    CHECK(trust("", "db", a.key, true) == Trust::first_use);
    CHECK(trust(b.key.fingerprint, "web", b.key) == Trust::known);
    CHECK(trust(b.key.fingerprint, "web", a.key, true) == Trust::refused);
    const auto why = judge(known, "", "web", 22, b.key, false).why;
    CHECK(why.find("HAS CHANGED") != std::string::npos);
    CHECK(why.find(b.key.fingerprint) != std::string::npos);
    const KnownHosts revoked("@revoked * " + b.line + "\n");
    CHECK(judge(revoked, b.key.fingerprint, "web", 22, b.key, true).trust == Trust::refused);
}

TEST_CASE("the types that are known are asked for first", "[ssh]") {
    Keygen keygen;
    const auto c = make_key(keygen, "c", "ecdsa");
    const KnownHosts known("web " + c.line + "\n");
    const std::string all =
        "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521";
    const std::string ecdsa_first =
        "ecdsa-sha2-nistp256,ssh-ed25519,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521";
    CHECK(preferred_types(known, "", "db", 22) == all);
    CHECK(preferred_types(known, "", "web", 22) == ecdsa_first);
    CHECK(preferred_types(known, "ssh-ed25519 SHA256:x", "web", 22) == all);
    CHECK(preferred_types({}, c.key.fingerprint, "db", 22) == ecdsa_first);
}

TEST_CASE("a pattern of many stars takes no time", "[ssh]") {
    Keygen keygen;
    const auto a = make_key(keygen, "a", "ed25519");
    std::string pattern;
    for (int i = 0; i < 200; ++i) pattern += "*a";
    const KnownHosts known(pattern + "b " + a.line + "\n");
    CHECK(known.look_up(std::string(250, 'a'), 22, a.key) == Answer::unknown);
}
