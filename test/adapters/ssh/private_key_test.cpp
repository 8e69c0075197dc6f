// Keys as the real ssh-keygen and openssl write them.
#include "adapters/ssh/private_key.hpp"
#include "test/adapters/ssh/keygen.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cpe;
using namespace cpe::ssh;
using cpe::ssh::test::Keygen;
using cpe::ssh::test::output_of;

namespace {

const std::string passphrase = "correct horse 'battery' \"staple\"";

}  // namespace

TEST_CASE("keys of ssh-keygen are read, with and without passphrase", "[ssh]") {
    Keygen keygen;
    const std::string type = GENERATE("ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521");
    const std::string given = GENERATE(std::string(), passphrase);
    CAPTURE(type, given);
    const auto dash = type.find('-');
    std::vector<std::string> words = {"-t", type.substr(0, dash), "-N", given};
    if (dash != std::string::npos) words.insert(words.end(), {"-b", type.substr(dash + 1)});
    keygen.make("k", words);
    const auto key = PrivateKey::read(keygen.read("k"), given);
    if (!key) FAIL(key.error().line());
    CHECK(key->public_key() == keygen.blob("k.pub"));
    CHECK(key->sign("some words").has_value());
    if (given.empty()) return;
    CHECK_FALSE(PrivateKey::read(keygen.read("k"), "wrong").has_value());
    const auto without = PrivateKey::read(keygen.read("k"), "");
    REQUIRE_FALSE(without.has_value());
    CHECK(without.error().what == "the key needs a passphrase");
}

TEST_CASE("other ciphers and more rounds", "[ssh]") {
    Keygen keygen;
    keygen.make("cbc", {"-t", "ed25519", "-N", passphrase, "-Z", "aes256-cbc", "-a", "3"});
    CHECK(PrivateKey::read(keygen.read("cbc"), passphrase).has_value());
    keygen.make("gcm", {"-t", "ed25519", "-N", passphrase, "-Z", "aes256-gcm@openssh.com"});
    const auto refused = PrivateKey::read(keygen.read("gcm"), passphrase);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().line().find("aes256-gcm@openssh.com is not supported") !=
          std::string::npos);
}

TEST_CASE("PEM keys are read", "[ssh]") {
    Keygen keygen;
    output_of("openssl genpkey -algorithm ed25519 -out " + keygen.path("plain") + " 2>&1");
    const auto plain = PrivateKey::read(keygen.read("plain"), "");
    REQUIRE(plain.has_value());
    output_of("chmod 600 " + keygen.path("plain") +
              "; openssl ecparam -name prime256v1 -genkey "
              "-noout -out " +
              keygen.path("ec") + " 2>&1");
    CHECK(PrivateKey::read(keygen.read("ec"), "").has_value());
    keygen.write("pass", passphrase);
    output_of("openssl pkcs8 -topk8 -in " + keygen.path("ec") +
              " -passout file:" + keygen.path("pass") + " -out " + keygen.path("locked") + " 2>&1");
    CHECK(PrivateKey::read(keygen.read("locked"), passphrase).has_value());
    CHECK(PrivateKey::read(keygen.read("locked"), "wrong").error().what ==
          "the passphrase does not fit the key");
    CHECK(PrivateKey::read(keygen.read("locked"), "").error().what == "the key needs a passphrase");
}

TEST_CASE("RSA keys are refused by name", "[ssh]") {
    Keygen keygen;
    const auto format = GENERATE(std::vector<std::string>{}, std::vector<std::string>{"-m", "PEM"});
    std::vector<std::string> words = {"-t", "rsa", "-b", "2048", "-N", ""};
    words.insert(words.end(), format.begin(), format.end());
    keygen.make("k", words);
    const auto key = PrivateKey::read(keygen.read("k"), "");
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().what == "RSA client keys are not supported");
}

TEST_CASE("what is no key is refused, however broken", "[ssh]") {
    Keygen keygen;
    keygen.make("k", {"-t", "ed25519", "-N", ""});
    const auto whole = keygen.read("k");
    for (const std::string& text : {std::string(), std::string("hello"), keygen.read("k.pub")})
        CHECK_FALSE(PrivateKey::read(text, "").has_value());
    for (std::size_t cut = 0; cut + 40 < whole.size(); cut += 3)
        CHECK_FALSE(PrivateKey::read(whole.substr(0, cut), "").has_value());
    const std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    const std::string end = "\n-----END OPENSSH PRIVATE KEY-----\n";
    for (const auto* body : {"", "AAAA", "!!!!", "b3BlbnNzaC1rZXktdjEAAAAA"})
        CHECK_FALSE(PrivateKey::read(begin + body + end, "").has_value());
}

TEST_CASE("a secret's file must be its owner's alone", "[ssh]") {
    Keygen keygen;
    keygen.write("s", "secret\n");
    output_of("chmod 640 " + keygen.path("s"));
    const auto open = read_secret(keygen.path("s"), 100);
    REQUIRE_FALSE(open.has_value());
    CHECK(open.error().what == "others than its owner can read it");
    output_of("chmod 600 " + keygen.path("s"));
    CHECK(read_secret(keygen.path("s"), 100).value() == "secret\n");
    CHECK(read_secret(keygen.path("s"), 3).error().what == "is too large");
    CHECK_FALSE(read_secret(keygen.path("none"), 3).has_value());
    CHECK(read_secret("/", 100).error().what == "is no file");
}
