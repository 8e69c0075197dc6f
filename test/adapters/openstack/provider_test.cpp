// The provider against a cloud that loses answers, accepts what it does not do, and goes away.
// (What a real one does: test/e2e/openstack_test.cpp.)
#include "adapters/openstack/naming.hpp"
#include "adapters/openstack/openstack_provider.hpp"

#include "test/adapters/openstack/replay.hpp"

#include <catch2/catch.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <filesystem>
#include <fstream>
#include <optional>

#include <unistd.h>

using namespace cpe;
using namespace cpe::openstack;
using cpe::test::Told;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr const char* list = "GET /compute/v2.1/servers/detail";
constexpr const char* create = "POST /compute/v2.1/servers";
const AssemblyKey shop_web{{"default", "shop"}, "web"};

std::string one(const std::string& id) {
    return "/compute/v2.1/servers/" + id;
}

Told told(int status, const json::value& body = json::object()) {
    Told answer;
    answer.status = status;
    answer.headers["content-type"] = "application/json";
    answer.body = status == 204 || status == 202 ? "" : json::serialize(body);
    return answer;
}

struct Fixture : test::Replay {
    Fixture() {
        std::string pattern = "/tmp/cpe-openstack.XXXXXX";
        folder = mkdtemp(pattern.data());
        std::ofstream(folder / "secret") << "s3cret-password\n";
        std::ofstream(folder / "key.pub") << "ssh-ed25519 AAAA me\n";
        fs::permissions(folder / "secret", fs::perms(0600));
        answer("GET /image/v2/images", "images-by-name");
        answer("GET /compute/v2.1/flavors/detail", "flavors");
        answer("GET /network/v2.0/networks", "networks-by-name");
        answer("GET /network/v2.0/ports", told(200, {{"ports", json::array{}}}));
        show({});
    }
    ~Fixture() { fs::remove_all(folder); }

    ProviderSettings settings() {
        ProviderSettings to;
        to.name = "cloud";
        to.access.auth_url = server.url() + "/identity";
        to.access.user.name = to.access.project.name = "demo";
        to.access.user_domain.name = to.access.project_domain.name = "Default";
        to.access.secret_file = folder / "secret";
        to.servers.image = "tiny";
        to.servers.flavor = "m1.tiny";
        to.servers.networks = {"private"};
        to.authorized_key = folder / "key.pub";
        to.deadlines.settle = to.deadlines.poll = Millis(5);
        to.deadlines.action = to.deadlines.remove = Millis(100);
        to.deadlines.request = Millis(500);
        to.deadlines.create = Millis(2'000);
        to.random = [] { return 0.0; };
        return to;
    }

    static json::object server_json(const std::string& id, const std::string& status,
                                    bool ours = true) {
        json::array tags;
        if (ours) tags = {owner_tag("me"), assembly_tag("me", shop_web)};
        return {{"id", id},
                {"name", "shop-web"},
                {"status", status},
                {"OS-EXT-STS:task_state", nullptr},
                {"OS-EXT-STS:vm_state", status == "ACTIVE" ? "active" : "stopped"},
                {"OS-EXT-STS:power_state", 1},
                {"addresses",
                 {{"private", json::array{json::object{{"addr", "10.0.0.5"},
                                                       {"version", 4},
                                                       {"OS-EXT-IPS:type", "fixed"},
                                                       {"OS-EXT-IPS-MAC:mac_addr", "fa:16"}}}}}},
                {"metadata", {{"cpe_host_key", "ssh-ed25519 SHA256:one"}}},
                {"tags", tags},
                {"image", ""},
                {"flavor", {{"original_name", "m1.tiny"}}},
                {"created", "2026-11-25T20:00:00Z"},
                {"updated", "2026-11-25T20:00:00Z"},
                {"OS-SRV-USG:launched_at", "2026-11-25T20:00:00.000000"}};
    }
    void show(const std::vector<json::object>& servers) {
        json::array all;
        for (const auto& each : servers) {
            all.push_back(each);
            const std::string id(each.at("id").as_string());
            answer("GET " + one(id), told(200, {{"server", each}}));
        }
        answer(list, told(200, {{"servers", all}}));
    }
    void gone(const std::string& id) {
        answer("GET " + one(id), "server-none");
        show({});
    }

    InstanceSpec spec() {
        InstanceSpec wanted;
        wanted.key = shop_web;
        return wanted;
    }
    Result<InstanceReport> wait_for(const std::function<void(InstanceProvider::Done)>& begin) {
        std::optional<Result<InstanceReport>> outcome;
        begin([&](Result<InstanceReport> came) { outcome = std::move(came); });
        while (!outcome) loop.run_one();
        return std::move(*outcome);
    }

    fs::path folder;
};

/// Server s1 runs, adopted; all that is heard of it is kept.
struct Watched : Fixture {
    Watched() {
        provider.set_watch(
            [this](const AssemblyKey&, InstanceReport report) { news.push_back(report); });
        show({server_json("s1", "ACTIVE")});
        const auto started = wait_for([&](auto done) { provider.start(spec(), done); });
        REQUIRE(started.has_value());
        CHECK_FALSE(started->anew);
    }
    std::vector<InstanceReport> news;
    OpenStackProvider provider{loop.get_executor(), settings(), "me"};
};

}  // namespace

TEST_CASE("a create whose answer is lost is found by its tags, and not made again") {
    Fixture f;
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    Told lost;
    lost.fault = Told::Fault::close;
    f.answer(create, lost);
    f.next(list, {told(200, {{"servers", json::array{}}})});
    f.show({f.server_json("s1", "ACTIVE"), f.server_json("s2", "ACTIVE", false)});
    // It was carried out: the list of all that comes after it has it, the one before did not.
    const auto started = f.wait_for([&](auto done) { provider.start(f.spec(), done); });
    REQUIRE(started.has_value());
    CHECK(started->instance == "s1");
    CHECK(started->address == "10.0.0.5");
    CHECK(started->host_key == "ssh-ed25519 SHA256:one");
    CHECK(f.count(create) <= 1);
    CHECK(f.count("DELETE " + one("s2")) == 0);
}

TEST_CASE("a create that Nova is slow with is waited for, and not made again") {
    Fixture f;
    auto settings = f.settings();
    settings.deadlines.request = Millis(50);
    settings.deadlines.create = Millis(100);
    OpenStackProvider provider(f.loop.get_executor(), settings, "me");
    Told never;
    never.fault = Told::Fault::silence;
    f.answer(create, never);
    std::optional<Result<InstanceReport>> outcome;
    provider.start(f.spec(), [&](Result<InstanceReport> came) { outcome = std::move(came); });
    while (f.count(create) == 0) f.loop.run_one();
    const auto looks = f.count(list);
    while (f.count(list) < looks + 3) f.loop.run_one();  // none shows it yet
    f.show({f.server_json("s1", "ACTIVE")});
    while (!outcome) f.loop.run_one();
    REQUIRE(outcome->has_value());
    CHECK((*outcome)->instance == "s1");
    CHECK(f.count(create) == 1);
}

TEST_CASE("a start that a cloud which is down does not let begin says what the cloud said") {
    Fixture f;
    f.answer(list, test::status(503));
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    const auto begin = [&](auto done) { provider.start(f.spec(), done); };
    Result<InstanceReport> started = f.wait_for(begin);
    while (!started && started.error().line().find("no look") != std::string::npos)
        started = f.wait_for(begin);  // the first look was under way still
    REQUIRE_FALSE(started.has_value());
    CHECK(started.error().line().find("server fault (503)") != std::string::npos);
    CHECK(f.count(create) == 0);
}

TEST_CASE("of two servers that are ours one is deleted before anything is begun") {
    Fixture f;
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    f.show({f.server_json("s1", "ACTIVE"), f.server_json("s2", "ACTIVE"),
            f.server_json("s3", "ACTIVE", false)});
    f.answer("DELETE " + one("s2"), told(204));
    std::optional<Result<InstanceReport>> outcome;
    provider.start(f.spec(), [&](Result<InstanceReport> came) { outcome = std::move(came); });
    while (f.count("DELETE " + one("s2")) == 0) f.loop.run_one();
    CHECK_FALSE(outcome);
    auto deleted = f.server_json("s2", "DELETED");
    deleted["tags"] = json::array{};
    f.show({f.server_json("s1", "ACTIVE"), deleted, f.server_json("s3", "ACTIVE", false)});
    while (!outcome) f.loop.run_one();
    REQUIRE(outcome->has_value());
    CHECK((*outcome)->instance == "s1");
    CHECK(f.count(create) == 0);
    CHECK(f.count("DELETE " + one("s1")) == 0);
    CHECK(f.count("DELETE " + one("s3")) == 0);
}

TEST_CASE("a quota is told in the cloud's own words, and not tried again") {
    Fixture f;
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    f.answer(create, told(403, {{"forbidden",
                                 {{"code", 403},
                                  {"message",
                                   "Quota exceeded for instances: Requested 1, but "
                                   "already used 10 of 10 instances"}}}}));
    const auto started = f.wait_for([&](auto done) { provider.start(f.spec(), done); });
    REQUIRE(started.has_error());
    CHECK(started.error().code == Errc::refused);
    CHECK(started.error().what.find("already used 10 of 10") != std::string::npos);
    CHECK(f.count(create) == 1);
}

TEST_CASE("what is accepted and does not happen is followed by the next rung") {
    Fixture f;
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    const std::string action = "POST " + one("s1") + "/action";
    f.show({f.server_json("s1", "ACTIVE")});
    f.answer(action, told(202));
    auto spec = f.spec();

    SECTION("and told, where it may not be destroyed") {
        const auto stopped = f.wait_for([&](auto done) { provider.fence(spec, done); });
        REQUIRE(stopped.has_error());
        CHECK(stopped.error().code == Errc::timed_out);
        CHECK(stopped.error().hint.find("rebuild=\"true\"") != std::string::npos);
        CHECK(f.count(action) >= 2);
        CHECK(f.count("DELETE " + one("s1")) == 0);
    }
    SECTION("and deleted where it may: that is its record alone") {
        spec.rebuild = true;
        f.answer("DELETE " + one("s1"), told(204));
        f.answer("GET " + one("s1") + "/os-instance-actions",
                 told(200, {{"instanceActions",
                             json::array{json::object{
                                 {"action", "delete"}, {"request_id", "r1"}, {"user_id", "u"}}}}}));
        json::array events;
        SECTION("of a host that is down") {}
        SECTION("unless its host has ended it") {
            events = {json::object{{"event", "compute_terminate_instance"}, {"result", "Success"}}};
        }
        f.answer("GET " + one("s1") + "/os-instance-actions/r1",
                 told(200, {{"instanceAction", {{"action", "delete"}, {"events", events}}}}));
        std::optional<Result<InstanceReport>> outcome;
        provider.fence(spec, [&](Result<InstanceReport> came) { outcome = std::move(came); });
        while (f.count("DELETE " + one("s1")) == 0) f.loop.run_one();
        auto deleted = f.server_json("s1", "DELETED");
        deleted["tags"] = json::array{};
        f.show({deleted});
        while (!outcome) f.loop.run_one();
        REQUIRE(outcome->has_value());
        CHECK((*outcome)->state == InstanceState::absent);
        CHECK((*outcome)->record_only == events.empty());
    }
}

TEST_CASE("a cloud that cannot be asked makes instances unknown, and nothing else") {
    Watched f;
    const auto& news = f.news;
    f.answer(list, told(403, {{"forbidden", {{"code", 403}, {"message", "not now"}}}}));
    while (news.empty()) f.loop.run_one();
    CHECK(news.back().state == InstanceState::unknown);
    CHECK(news.back().instance == "s1");
    f.show({f.server_json("s1", "ACTIVE")});
    while (news.size() < 2) f.loop.run_one();
    CHECK(news.back().state == InstanceState::running);
}

TEST_CASE("what is heard of a server after it was deleted and made anew is not told") {
    Watched f;
    const std::string who = "GET " + one("s1") + "/os-instance-actions";
    Told silent;
    silent.fault = Told::Fault::silence;
    f.answer(who, silent);
    f.show({f.server_json("s1", "SHUTOFF")});
    while (f.count(who) == 0) f.loop.run_one();
    const auto answered = within(f.settings().deadlines.request * 2);
    f.gone("s1");
    REQUIRE(f.wait_for([&](auto done) { f.provider.destroy(shop_web, done); }).has_value());
    f.show({f.server_json("s2", "ACTIVE")});
    REQUIRE(f.wait_for([&](auto done) { f.provider.start(f.spec(), done); }).has_value());
    while (now() < answered) f.loop.run_one();
    CHECK(f.news.empty());
}

TEST_CASE("a login that is refused is not tried anew by each command and look") {
    Fixture f;
    f.answer(test::login, "auth-wrong-password");
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    for (int i = 0; i < 3; ++i) {
        const auto started = f.wait_for([&](auto done) { provider.start(f.spec(), done); });
        REQUIRE(started.has_error());
        CHECK(started.error().what.find("credential (401)") != std::string::npos);
    }
    CHECK(f.count(test::login) == 1);

    // Only another credential is worth another login, and it is read without a restart.
    std::ofstream(f.folder / "secret") << "another-password\n";
    f.answer(test::login, "auth-password");
    f.show({f.server_json("s1", "ACTIVE")});
    const auto started = f.wait_for([&](auto done) { provider.start(f.spec(), done); });
    CHECK(started.has_value());
    CHECK(f.count(test::login) == 2);
}

TEST_CASE("a server whose tags somebody took away is still ours, by its id") {
    Watched f;
    // The list of ours shows it no more; Nova still does.
    const auto without = [&](const std::string& status) {
        f.show({f.server_json("s1", status, false)});
        f.answer(std::string(list), told(200, {{"servers", json::array{}}}));
    };
    without("ACTIVE");
    auto spec = f.spec();
    spec.instance = "s1";

    SECTION("it is not made a second time") {
        const auto started = f.wait_for([&](auto done) { f.provider.start(spec, done); });
        REQUIRE(started.has_value());
        CHECK(started->instance == "s1");
        CHECK(f.count(create) == 0);
    }
    SECTION("it is dead once it is off, and not before") {
        const std::string action = "POST " + one("s1") + "/action";
        f.answer(action, told(202));
        std::optional<Result<InstanceReport>> outcome;
        f.provider.fence(spec, [&](Result<InstanceReport> came) { outcome = std::move(came); });
        while (!outcome && f.count(action) == 0) f.loop.run_one();
        CHECK_FALSE(outcome);
        without("SHUTOFF");
        while (!outcome) f.loop.run_one();
        REQUIRE(outcome->has_value());
        CHECK((*outcome)->state == InstanceState::stopped);
        CHECK((*outcome)->instance == "s1");
    }
    SECTION("it is deleted with its deployable") {
        f.answer("DELETE " + one("s1"), told(204));
        std::optional<Result<InstanceReport>> outcome;
        f.provider.destroy(shop_web,
                           [&](Result<InstanceReport> came) { outcome = std::move(came); });
        while (!outcome && f.count("DELETE " + one("s1")) == 0) f.loop.run_one();
        CHECK_FALSE(outcome);
        f.gone("s1");
        while (!outcome) f.loop.run_one();
        CHECK(outcome->has_value());
    }
}

TEST_CASE("a server that somebody has locked is told as that, and its host not as dead") {
    Fixture f;
    OpenStackProvider provider(f.loop.get_executor(), f.settings(), "me");
    f.show({f.server_json("s1", "ACTIVE")});
    f.answer("POST " + one("s1") + "/action", "reboot-when-locked");
    auto locked = f.recorded("reboot-when-locked");
    f.answer("DELETE " + one("s1"), locked);
    auto spec = f.spec();
    SECTION("when it is to be dead") {}
    SECTION("when it may be deleted for that") {
        spec.rebuild = true;
    }
    const auto stopped = f.wait_for([&](auto done) { provider.fence(spec, done); });
    REQUIRE(stopped.has_error());
    CHECK(stopped.error().what.find("is locked") != std::string::npos);
    CHECK(stopped.error().line().find("host seems to be dead") == std::string::npos);
}
