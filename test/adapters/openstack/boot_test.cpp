// What a new server is given: names and tags, a host key, user data.
#include "adapters/openstack/actions.hpp"
#include "adapters/openstack/naming.hpp"
#include "adapters/openstack/owner.hpp"
#include "adapters/openstack/user_data.hpp"
#include "adapters/openstack/words.hpp"

#include <catch2/catch.hpp>

#include <boost/json/parse.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace cpe;
using namespace cpe::openstack;
namespace fs = std::filesystem;

namespace {

/// Removed with it.
struct Folder {
    Folder() {
        std::string pattern = "/tmp/cpe-openstack.XXXXXX";
        path = mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

std::string said_by(const std::string& command) {
    std::string text;
    FILE* pipe = ::popen(command.c_str(), "r");
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    ::pclose(pipe);
    return text;
}

std::string user_data(const std::string& user, const std::string& operators) {
    const auto key = make_host_key();
    REQUIRE(key.has_value());
    BootConfiguration boot;
    boot.user = user;
    boot.authorized_key = "ssh-ed25519 AAAA it's mine";
    boot.host_key = &*key;
    boot.operators = operators;
    const auto text = render_user_data(boot);
    REQUIRE(text.has_value());
    return std::string(text->reveal());
}

Error refusal(const std::string& operators) {
    const auto key = make_host_key();
    BootConfiguration boot;
    boot.host_key = &*key;
    boot.operators = operators;
    const auto text = render_user_data(boot);
    REQUIRE_FALSE(text.has_value());
    return text.error();
}

}  // namespace

TEST_CASE("a host key is one that OpenSSH reads, with the fingerprint that we pin") {
    const Folder folder;
    const auto key = make_host_key();
    REQUIRE(key.has_value());
    const auto file = folder.path / "key";
    std::ofstream(file) << key->private_key.reveal();
    fs::permissions(file, fs::perms(0600));
    const auto shown = said_by("ssh-keygen -y -f " + file.string());
    CHECK(shown.rfind(key->public_key, 0) == 0);
    const auto print = said_by("ssh-keygen -l -f " + file.string());
    CHECK(print.find(key->fingerprint.substr(key->fingerprint.find("SHA256:"))) !=
          std::string::npos);
    CHECK(make_host_key()->fingerprint != key->fingerprint);
}

TEST_CASE("a server is ours by its tags, which fit Nova") {
    const AssemblyKey web{{"default", "shop"}, "web"};
    const std::string owner = "0b8f2f1e-8a53-4b8e-9d0c-6a2f4f1f0002";
    CHECK(owner_tag(owner).size() <= 60);
    CHECK(assembly_tag(owner, web).size() <= 60);
    CHECK(assembly_tag(owner, web) != assembly_tag(owner, {{"default", "shop"}, "db"}));
    CHECK(assembly_tag(owner, web) != assembly_tag(owner, {{"other", "shop"}, "web"}));
    CHECK(assembly_tag(owner, web) != assembly_tag("another", web));
    CHECK(server_name({{"default", "my.shop"}, "web_1"}) == "my-shop-web-1");
    CHECK(server_name({{"d", std::string(64, 'a')}, "web"}).size() == 63);
    InstanceSpec spec;
    spec.key = web;
    spec.uuid = std::string(300, 'u');
    for (const auto& [key, value] : metadata_of(spec, "ssh-ed25519 SHA256:x"))
        CHECK(value.size() <= 255);
}

TEST_CASE("user data has our part behind the operator's, whatever kind that is") {
    const auto alone = user_data("root", "");
    CHECK(alone.find("disable_root: false") != std::string::npos);
    CHECK(alone.find("- 'ssh-ed25519 AAAA it''s mine'") != std::string::npos);
    CHECK(alone.find("    -----BEGIN OPENSSH PRIVATE KEY-----\n") != std::string::npos);
    const auto both = user_data("admin", "#!/bin/sh\necho hello\n");
    const auto script = both.find("Content-Type: text/x-shellscript");
    const auto ours = both.find("Content-Type: text/cloud-config");
    CHECK(script < ours);
    CHECK(both.find("- name: 'admin'") != std::string::npos);
    const auto mime = user_data("root",
                                "MIME-Version: 1.0\nContent-Type: multipart/mixed; "
                                "boundary=x\n\n--x--\n");
    CHECK(mime.find("boundary=x") != std::string::npos);
}

TEST_CASE("user data that would not do what it says is refused") {
    CHECK(refusal("hello\n").code == Errc::invalid_input);
    CHECK(refusal("#cloud-config\nssh_keys:\n  rsa_private: x\n").what.find("ssh_keys") !=
          std::string::npos);
    CHECK(refusal("#cloud-config\n#" + std::string(50'000, 'x')).code == Errc::too_large);
}

TEST_CASE("the owner is the same for good, and another for each state directory") {
    const Folder folder;
    const auto file = folder.path / "owner";
    int made = 0;
    const auto make = [&] { return "id-" + std::to_string(++made); };
    CHECK(owner_of(file, make).value() == "id-1");
    CHECK(owner_of(file, make).value() == "id-1");
    CHECK(made == 1);
    std::ofstream(file) << "no id!\n";
    CHECK(owner_of(file, make).error().code == Errc::invalid_input);
}

TEST_CASE("the address is the one that was chosen") {
    Server server;
    server.addresses = {{"private", "10.0.0.5", 4, false},
                        {"private", "fd00::5", 6, false},
                        {"private", "192.0.2.5", 4, true},
                        {"storage", "10.1.0.5", 4, false}};
    CHECK(address_of(server, {}) == "10.0.0.5");
    CHECK(address_of(server, {"", 6, false}) == "fd00::5");
    CHECK(address_of(server, {"", 0, true}) == "192.0.2.5");
    CHECK(address_of(server, {"storage", 4, false}) == "10.1.0.5");
    CHECK_FALSE(address_of(server, {"other", 0, false}));
}

// As recorded from Nova 26 (Zed), on test/lab/openstack.
TEST_CASE("who did it, and whether the host itself did it, is read from Nova's own notes") {
    const auto by_person = boost::json::parse(
        R"({"instanceActions":[{"action":"stop","request_id":"req-2","user_id":"ba33"},
            {"action":"create","request_id":"req-1","user_id":"ba33"}]})");
    const auto by_itself = boost::json::parse(
        R"({"instanceActions":[{"action":"stop","request_id":"req-2","user_id":null}]})");
    CHECK(is_stop_by_somebody(read_actions(by_person).value()));
    CHECK_FALSE(is_stop_by_somebody(read_actions(by_itself).value()));
    const auto ended = boost::json::parse(
        R"({"instanceAction":{"action":"delete","events":[
            {"event":"compute_terminate_instance","result":"Success"}]}})");
    const auto local = boost::json::parse(R"({"instanceAction":{"action":"delete","events":[]}})");
    const auto failed = boost::json::parse(
        R"({"instanceAction":{"action":"delete","events":[
            {"event":"compute_terminate_instance","result":"Error"}]}})");
    CHECK(was_terminated(read_action_events(ended).value()));
    CHECK_FALSE(was_terminated(read_action_events(local).value()));
    CHECK_FALSE(was_terminated(read_action_events(failed).value()));
}

TEST_CASE("faults keep the cloud's own words") {
    const auto quota =
        to_error({FaultKind::quota, 403, "Quota exceeded for instances: Requested 1"},
                 "assembly 'shop/web'");
    CHECK(quota.code == Errc::refused);
    CHECK(quota.line().find("Quota exceeded for instances") != std::string::npos);
    CHECK(to_error({FaultKind::unreachable, 0, "x"}, "").code == Errc::unavailable);
    CHECK(to_error({FaultKind::forbidden, 403, "x"}, "").code == Errc::not_allowed);
}
