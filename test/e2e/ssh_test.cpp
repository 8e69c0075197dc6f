// Hosts with nothing of ours inside but sshd: real guests (test/lab), real redis and nginx, real
// deaths of every kind, with and without something that can fence them.
#include "test/e2e/lab.hpp"
#include "test/lab/guests.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>

using namespace cpe::e2e;
using cpe::test::Guests;
namespace fs = std::filesystem;

namespace {

enum class Fence { none, agent };

constexpr int cache = 1, web = 2, spare = 3;
constexpr std::int64_t notice_ms = 7'000;

/// redis before nginx, each on a guest of its own; a third guest has nothing to do with them.
std::string document(const Guests& guests) {
    const auto assembly = [&](const std::string& name, int guest, const std::string& service) {
        return "<assembly name='" + name + "' uuid='" + name + "' address='" +
               guests.address(guest) + "'><services>" + service + "</services></assembly>";
    };
    return "<deployable name='tiers' uuid='t' monitor='ssh' username='root'><assemblies>" +
           assembly("cache", cache,
                    "<service name='redis' class='ocf' type='redis' monitor_interval='1s'/>") +
           assembly("web", web,
                    "<service name='nginx' class='ocf' type='nginx' monitor_interval='1s'/>") +
           assembly("spare", spare,
                    "<service name='probe' class='ocf' type='Dummy' monitor_interval='1s'/>") +
           "</assemblies><constraints><service_dependency id='1' first='rsc_cache_redis' "
           "then='rsc_web_nginx'/></constraints></deployable>";
}

std::string configuration(const Guests& guests, Fence fence) {
    const auto dir = guests.dir().string();
    std::string text = "channels: {ssh: {key: " + dir + "/id, known_hosts: " + dir +
                       "/known_hosts}}\ndefault_provider: hosts\nproviders:\n  hosts:\n"
                       "    type: static\n";
    if (fence == Fence::none) return text;
    const auto options = guests.dir() / "fence.options";
    std::ofstream(options) << "lab=" << dir << "\npcmk_host_map=cache:1;web:2;spare:3\n";
    fs::permissions(options, fs::perms(0600));
    return text + "    fencing:\n      agent: " +
           (Guests::program().parent_path() / "fence_lab").string() +
           "\n      options_file: " + options.string() + "\n      status_interval: 1s\n";
}

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// Everything runs.
struct Story {
    explicit Story(Fence fence) : lab(configuration(guests, fence)) {
        lab.create_running("tiers", document(guests));
    }

    [[nodiscard]] std::string count(const std::string& table, const std::string& where) const {
        return lab.cell("select count(*) from " + table + " where " + where);
    }
    /// Of a service, that were carried out.
    [[nodiscard]] std::string operations(const std::string& service,
                                         const std::string& operation) const {
        return count("actions", "service = '" + service + "' and operation = '" + operation +
                                    "' and status <> 'cancelled'");
    }
    [[nodiscard]] bool runs(Seconds within = Seconds(60)) const {
        return eventually(
            [&] {
                return lab.state_of("tiers") == "running" &&
                       count("services", "state = 'running'") == "3";
            },
            within);
    }
    [[nodiscard]] bool web_is(const std::string& state, Seconds within = Seconds(30)) const {
        return eventually(
            [&] { return lab.cell("select state from assemblies where name = 'web'") == state; },
            within);
    }
    /// How long after `since` it was told that web has failed; -1: it was not.
    [[nodiscard]] std::int64_t noticed_after(std::int64_t since) const {
        const auto told =
            "select min(at) from events where kind = 'assembly_state_change' and "
            "assembly = 'web' and state = 'failed' and at >= " +
            std::to_string(since);
        if (!eventually([&] { return !lab.cell(told).empty(); }, Seconds(20))) return -1;
        return std::stoll(lab.cell(told)) - since;
    }
    [[nodiscard]] std::string nginx() const { return guests.inside(web, "cat /run/nginx.pid").out; }
    [[nodiscard]] std::string boot_of(int guest) const {
        return guests.inside(guest, "cat /proc/sys/kernel/random/boot_id").out;
    }
    [[nodiscard]] bool serves() const {
        return guests.inside(web, "curl -sf http://127.0.0.1/ >/dev/null").code == 0;
    }

    const Guests guests{3};
    Lab lab;
};

}  // namespace

TEST_CASE("ssh: started in order, and what dies inside is started again", "[e2e][guests]") {
    const Story story(Fence::none);
    CHECK(story.lab.sql("select service from actions where operation = 'start' and service in "
                        "('redis', 'nginx') order by id") ==
          std::vector<std::vector<std::string>>{{"redis"}, {"nginx"}});
    CHECK(story.serves());
    const auto before = story.nginx();

    REQUIRE(story.guests.inside(web, "pkill -KILL nginx").code == 0);
    REQUIRE(eventually([&] { return story.operations("nginx", "start") == "2"; }));
    REQUIRE(story.runs());
    CHECK(story.serves());
    CHECK(story.nginx() != before);
    CHECK(story.operations("redis", "start") == "1");
    CHECK(story.operations("redis", "stop") == "0");
}

TEST_CASE("ssh: a guest that is cut off is noticed, waited for, and adopted as it is",
          "[e2e][guests]") {
    const auto [cut, mend] = GENERATE(std::pair{"freeze", "thaw"}, std::pair{"linkdown", "linkup"},
                                      std::pair{"drop", "undrop"});
    CAPTURE(cut);
    const Story story(Fence::none);
    const auto before = story.nginx();
    const auto since = now_ms();
    story.guests.command({cut, std::to_string(web)});

    const auto noticed = story.noticed_after(since);
    CAPTURE(noticed);
    CHECK(noticed >= 0);
    CHECK(noticed <= notice_ms);
    // Nothing can fence it, so nothing is done but to say so.
    REQUIRE(eventually([&] { return story.lab.state_of("tiers") == "degraded"; }));
    REQUIRE(story.web_is("failed"));
    CHECK(story.count("events",
                      "kind = 'fencing' and state = 'unconfirmed' and reason like "
                      "'%assembly confirm-down tiers web%'") == "1");

    story.guests.command({mend, std::to_string(web)});
    REQUIRE(story.runs());
    CHECK(story.count("events", "kind = 'fencing' and state = 'called_off'") == "1");
    CHECK(story.nginx() == before);
    CHECK(story.operations("nginx", "start") == "1");
    CHECK(story.operations("nginx", "stop") == "0");
    CHECK(story.operations("redis", "start") == "1");
}

TEST_CASE("ssh: a guest that dies is noticed, and served again when it comes back",
          "[e2e][guests]") {
    const Story story(Fence::none);
    const auto since = now_ms();
    story.guests.command({"kill", std::to_string(web)});
    const auto noticed = story.noticed_after(since);
    CAPTURE(noticed);
    CHECK(noticed >= 0);
    CHECK(noticed <= notice_ms);
    REQUIRE(story.web_is("failed"));

    SECTION("by itself") {
        story.guests.command({"start", std::to_string(web)});
        REQUIRE(story.runs());
        CHECK(story.count("events", "kind = 'fencing' and state = 'called_off'") == "1");
    }
    SECTION("after a person has confirmed that it is down") {
        REQUIRE(story.lab.ctl({"assembly", "confirm-down", "tiers", "web"}).code == 0);
        REQUIRE(story.web_is("booting"));
        story.guests.command({"start", std::to_string(web)});
        REQUIRE(story.runs());
    }
    CHECK(story.serves());
    CHECK(story.operations("nginx", "start") == "2");
    CHECK(story.operations("redis", "start") == "1");
}

TEST_CASE("ssh: a lost guest is fenced where something can, and comes back", "[e2e][guests]") {
    const auto* cut = GENERATE("freeze", "linkdown", "drop", "kill");
    CAPTURE(cut);
    const Story story(Fence::agent);
    const auto boot = story.boot_of(web);
    const auto others = story.boot_of(cache);
    const auto since = now_ms();
    story.guests.command({cut, std::to_string(web)});

    const auto noticed = story.noticed_after(since);
    CAPTURE(noticed);
    CHECK(noticed >= 0);
    CHECK(noticed <= notice_ms);
    REQUIRE(eventually(
        [&] { return story.count("events", "kind = 'fencing' and state = 'confirmed'") == "1"; }));
    REQUIRE(story.runs());
    CHECK(story.boot_of(web) != boot);
    CHECK(story.boot_of(cache) == others);
    CHECK(story.serves());
    CHECK(story.operations("nginx", "start") == "2");
    CHECK(story.operations("redis", "start") == "1");
}

TEST_CASE("ssh: a stop leaves hosts on, a restart by hand does not", "[e2e][guests]") {
    const Story story(Fence::agent);
    const auto boot = story.boot_of(web);
    REQUIRE(story.lab.ctl({"deployable", "stop", "tiers"}).code == 0);
    CHECK(story.guests.command({"status", std::to_string(web)}) == "on");
    CHECK_FALSE(story.serves());
    CHECK(story.boot_of(web) == boot);
    REQUIRE(story.lab.ctl({"deployable", "start", "tiers"}).code == 0);
    CHECK(story.serves());

    REQUIRE(story.lab.ctl({"assembly", "restart", "tiers", "web"}).code == 0);
    REQUIRE(eventually([&] { return story.operations("nginx", "start") == "3"; }, Seconds(60)));
    REQUIRE(story.runs());
    CHECK(story.boot_of(web) != boot);
    CHECK(story.operations("redis", "start") == "2");
}

TEST_CASE("ssh: cped is killed and started again, and all is adopted", "[e2e][guests]") {
    Story story(Fence::agent);
    const auto before = story.nginx();
    const auto boot = story.boot_of(web);
    story.lab.kill_cped();
    story.lab.start_cped();
    REQUIRE(story.runs());
    REQUIRE(eventually([&] { return story.count("assemblies", "state = 'running'") == "3"; }));
    CHECK(story.nginx() == before);
    CHECK(story.boot_of(web) == boot);
    CHECK(story.operations("nginx", "start") == "1");
    REQUIRE(story.guests.inside(web, "pkill -KILL nginx").code == 0);
    REQUIRE(eventually([&] { return story.operations("nginx", "start") == "2"; }));
}

TEST_CASE("ssh: documents that hosts cannot serve are refused by name", "[e2e]") {
    Lab lab;
    const auto refusal = [&](const std::string& head, const std::string& assembly) {
        const auto text = "<deployable name='d' uuid='1' " + head +
                          "><assemblies><assembly name='web' uuid='2' " + assembly +
                          "/></assemblies></deployable>";
        const auto answer = lab.ctl({"deployable", "create", lab.document("d", text)});
        CHECK(answer.code == 5);
        return answer.err;
    };
    CHECK(refusal("monitor='ssh' provider='static'", "")
              .find("assembly 'web': provider 'static' "
                    "needs its address") != std::string::npos);
    CHECK(refusal("provider='static'", "address='192.0.2.7'").find("reached over ssh only") !=
          std::string::npos);
}
