// Servers of a real OpenStack (test/lab/openstack), with the real cloud-init and sshd inside:
// opt-in, `test/run --openstack`. Each case brings up its own cloud.
#include "test/lab/openstack.hpp"
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

using namespace cpe::e2e;
using cpe::test::OpenStackLab;
namespace fs = std::filesystem;

namespace {

std::string assembly(const std::string& name, const std::string& services,
                     const std::string& attributes = "rebuild='true'") {
    return "<assembly name='" + name + "' uuid='" + name + "' " + attributes + "><services>" +
           services + "</services></assembly>";
}

std::string service(const std::string& name, const std::string& inside = {}) {
    return "<service name='" + name + "' class='ocf' type='Dummy' monitor_interval='1s'>" + inside +
           "</service>";
}

/// The web tier is told the database's address.
std::string two_tier(const std::string& more = {}, const std::string& floating = {}) {
    const std::string reference =
        "<parameters><parameter name='fake'><reference assembly='db' parameter='ipaddress'/>"
        "</parameter></parameters>";
    return "<deployable name='tiers' uuid='t-1' monitor='ssh' username='root'><assemblies>" +
           assembly("db", service("mysqld")) + assembly("web", service("httpd", reference)) + more +
           "</assemblies>" + floating +
           "<constraints><service_dependency id='1' first='rsc_db_mysqld' "
           "then='rsc_web_httpd'/></constraints></deployable>";
}

std::string many(int count) {
    std::string all;
    for (int i = 1; i <= count; ++i) all += assembly("a" + std::to_string(i), service("probe"));
    return "<deployable name='many' uuid='m-1' monitor='ssh' username='root'><assemblies>" + all +
           "</assemblies></deployable>";
}

/// What an operator has in every server of theirs.
std::string operators_cloud_init(const OpenStackLab& cloud) {
    const auto path = cloud.dir() / "operators.yaml";
    std::ofstream(path) << "#cloud-config\nwrite_files:\n- path: /etc/motd\n"
                           "  content: of the operator\nruncmd:\n- touch /etc/was-run\n";
    return path.string();
}

std::string configuration(const OpenStackLab& cloud) {
    const auto dir = cloud.dir().string();
    return "channels: {ssh: {key: " + dir + "/id, known_hosts: " + dir +
           "/none}}\n"
           "instance: {poll_interval: 2s, boot_timeout: 180s}\n"
           "fencing: {confirm_silence: 10s, retry: 2s}\n"
           "limits: {assemblies: 100}\n"
           "default_provider: cloud\nproviders:\n  cloud:\n    type: openstack\n    cloud: demo\n"
           "    clouds_file: " +
           dir +
           "/clouds.yaml\n    image: debian\n    flavor: small\n    network: private\n"
           "    action_timeout: 10s\n    delete_timeout: 30s\n    create_timeout: 3min\n"
           "    user_data: " +
           operators_cloud_init(cloud) + "\n";
}

struct Story {
    explicit Story(const std::vector<std::string>& options = {})
        : cloud(options), lab(configuration(cloud)) {}

    void begin(const std::string& name, const std::string& text) const {
        const auto created = lab.ctl(
            {"deployable", "create", lab.document(name, text), "--start", "--timeout", "240"});
        INFO(created.err << lab.log());
        REQUIRE(created.code == 0);
    }
    [[nodiscard]] bool runs(Seconds within = Seconds(120)) const {
        return eventually([&] { return lab.state_of("tiers") == "running"; }, within);
    }
    /// It does something about it, and then all runs.
    [[nodiscard]] bool recovers(Seconds within = Seconds(180)) const {
        return eventually([&] { return lab.state_of("tiers") != "running"; }, Seconds(60)) &&
               runs(within);
    }
    [[nodiscard]] int count(const std::string& table, const std::string& where) const {
        return std::stoi(lab.cell("select count(*) from " + table + " where " + where));
    }
    [[nodiscard]] int starts(const std::string& name) const {
        return count("actions",
                     "service = '" + name + "' and operation = 'start' and status = 'complete'");
    }
    [[nodiscard]] std::string boot_of(const std::string& ending) const {
        return cloud.inside(cloud.machine(ending), "cat /proc/sys/kernel/random/boot_id");
    }
    /// Nothing of ours is left in the project.
    void check_clean() const {
        CHECK(cloud.ids("server").empty());
        CHECK(cloud.ids("port").empty());
        CHECK(cloud.ids("keypair").empty());
        CHECK(cloud.machines().empty());
    }

    const OpenStackLab cloud;
    Lab lab;
};

void kill_service(const Story& story, const std::string& ending) {
    story.cloud.inside(story.cloud.machine(ending), "rm /run/resource-agents/Dummy-*");
}

}  // namespace

TEST_CASE("openstack: created, repaired, rebuilt, reloaded and deleted", "[openstack]") {
    const Story story;
    story.begin("tiers", two_tier());
    CHECK(story.count("events",
                      "kind = 'host_key' and state = 'pinned' and reason like "
                      "'given to it at its creation%'") == 2);
    CHECK(story.count("events", "kind = 'host_key' and state = 'refused'") == 0);
    CHECK(story.cloud.inside(story.cloud.machine("-web"), "cat /etc/motd") == "of the operator");
    CHECK(eventually([&] {
        return story.cloud.inside(story.cloud.machine("-db"), "ls /etc/was-run || true") ==
               "/etc/was-run";
    }));

    // A service.
    kill_service(story, "-web");
    REQUIRE(eventually([&] { return story.starts("httpd") == 2; }));
    REQUIRE(story.runs());
    CHECK(story.starts("mysqld") == 1);

    // A guest's machine: SHUTOFF.
    const auto boot = story.boot_of("-web");
    story.cloud.command({"kill-machine", story.cloud.machine("-web").id});
    REQUIRE(story.recovers());
    CHECK(story.boot_of("-web") != boot);
    CHECK(story.starts("mysqld") == 1);
    CHECK(story.count("events",
                      "kind = 'fencing' and state = 'confirmed' and assembly = 'web' and "
                      "reason like '%SHUTOFF%'") == 1);

    // Its server, behind our back.
    const auto old = story.cloud.machine("-db").id;
    story.cloud.command({"openstack", "server", "delete", old});
    REQUIRE(story.recovers());
    CHECK(story.cloud.machine("-db").id != old);
    CHECK(story.count("events",
                      "kind = 'fencing' and state = 'confirmed' and assembly = 'db' and "
                      "reason like '%404%its host has ended it%'") == 1);

    // The document.
    const auto web = story.cloud.machine("-web").id;
    const auto with_cache = two_tier(assembly("cache", service("redis")));
    REQUIRE(story.lab
                .ctl({"deployable", "reload", "tiers", story.lab.document("tiers", with_cache),
                      "--timeout", "240"})
                .code == 0);
    REQUIRE(story.runs());
    CHECK(story.cloud.machines().size() == 3);
    REQUIRE(story.lab
                .ctl({"deployable", "reload", "tiers", story.lab.document("tiers", two_tier()),
                      "--timeout", "240"})
                .code == 0);
    REQUIRE(eventually([&] { return story.cloud.ids("server").size() == 2; }, Seconds(60)));
    CHECK(story.cloud.machine("-web").id == web);

    REQUIRE(story.lab.ctl({"deployable", "delete", "tiers", "--timeout", "120"}).code == 0);
    story.check_clean();
}

TEST_CASE("openstack: a cped that is killed while it creates finds what it has made",
          "[openstack]") {
    Story story;
    const auto created = story.lab.ctl(
        {"deployable", "create", story.lab.document("tiers", two_tier()), "--start", "--no-wait"});
    REQUIRE(created.code == 0);
    REQUIRE(eventually([&] { return !story.cloud.ids("server").empty(); }, Seconds(60)));
    story.lab.kill_cped();
    story.lab.start_cped();
    REQUIRE(story.runs(Seconds(240)));
    CHECK(story.cloud.ids("server").size() == 2);

    story.lab.kill_cped();
    const auto boot = story.boot_of("-web");
    story.lab.start_cped();
    REQUIRE(story.runs());
    CHECK(story.boot_of("-web") == boot);
    CHECK(story.starts("httpd") == 1);
}

TEST_CASE("openstack: tokens of 8 s, and a Keystone that is away for a minute", "[openstack]") {
    const Story story({"--token-ttl", "8"});
    story.begin("tiers", two_tier());
    CHECK(story.count("events", "kind = 'fencing'") == 0);
    story.cloud.command({"kill-machine", story.cloud.machine("-web").id});
    REQUIRE(story.recovers());
    CHECK(story.count("events", "kind = 'fencing' and state <> 'confirmed'") == 0);
    CHECK(story.count("actions",
                      "status in ('failed', 'timed_out', 'lost') and operation <> "
                      "'monitor'") == 0);
    CHECK(story.count("events", "kind = 'provider'") == 0);

    const auto boot = story.boot_of("-web");
    const int starts = story.starts("httpd") + story.starts("mysqld");
    story.cloud.command({"stop", "keystone"});
    REQUIRE(eventually(
        [&] { return story.count("events", "kind = 'provider' and state = 'unreachable'") == 1; },
        Seconds(90)));
    // A minute, by Keystone's own absence: no clock of the test decides anything below.
    eventually([] { return false; }, Seconds(60));
    CHECK(story.lab.state_of("tiers") == "running");
    story.cloud.command({"start", "keystone"});
    REQUIRE(eventually(
        [&] { return story.count("events", "kind = 'provider' and state = 'reachable'") == 1; },
        Seconds(90)));
    CHECK(story.count("events", "kind = 'provider' and state = 'unreachable'") == 1);
    CHECK(story.lab.state_of("tiers") == "running");
    CHECK(story.boot_of("-web") == boot);
    CHECK(story.starts("httpd") + story.starts("mysqld") == starts);
}

TEST_CASE("openstack: a host that dies with its guests is left for another", "[openstack]") {
    const Story story;
    story.begin("tiers", two_tier());
    const auto host = story.cloud.machine("-web").host;
    story.cloud.command({"kill-host", host});
    REQUIRE(story.recovers(Seconds(300)));
    for (const auto& machine : story.cloud.machines()) CHECK(machine.host != host);
    CHECK(story.count("events",
                      "kind = 'fencing' and state = 'confirmed' and assembly = 'web' and "
                      "reason like '%host is not known to be up%silent for%'") >= 1);
    story.cloud.command({"start", host});
}

TEST_CASE("openstack: a host whose nova-compute alone dies runs nothing twice", "[openstack]") {
    const Story story;
    story.begin("tiers", two_tier());
    const auto web = story.cloud.machine("-web");
    const auto boot = story.boot_of("-web");
    story.cloud.command({"stop", web.host});
    // Nothing is wrong until something has to be restarted there, which nobody can do.
    REQUIRE(story.lab.ctl({"assembly", "restart", "tiers", "web"}).code == 0);
    REQUIRE(eventually(
        [&] {
            return story.count("events",
                               "kind = 'fencing' and state = 'unconfirmed' and reason like "
                               "'%its guest speaks%'") >= 1;
        },
        Seconds(240)));
    const auto machines = story.cloud.machines();
    CHECK(std::count_if(machines.begin(), machines.end(),
                        [](const auto& one) { return one.name.ends_with("-web"); }) == 1);
    CHECK(story.boot_of("-web") == boot);
    // Its host comes back, and ends what has no record; only then there is another one.
    story.cloud.command({"start", web.host});
    REQUIRE(eventually(
        [&] {
            const auto now = story.cloud.machines();
            return std::any_of(now.begin(), now.end(), [&](const auto& one) {
                return one.name.ends_with("-web") && one.id != web.id;
            });
        },
        Seconds(240)));
    REQUIRE(story.runs(Seconds(240)));
    CHECK(story.cloud.machines().size() == 2);
}

TEST_CASE("openstack: what a person stops or pauses is left alone", "[openstack]") {
    const Story story;
    story.begin("tiers", two_tier({},
                                  "<services><service name='vip' class='ocf' type='Dummy' "
                                  "monitor_interval='1s' prefer='web'/></services>"));
    const auto runs_at = [&](const std::string& name) {
        return story.count("services", "name = 'vip' and state = 'running' and assemblies like '%" +
                                           name + "%'") == 1;
    };
    const auto id = story.cloud.machine("-web").id;
    for (const auto& [hold, release] :
         {std::pair{"pause", "unpause"}, std::pair{"stop", "start"}}) {
        CAPTURE(hold);
        REQUIRE(eventually([&] { return runs_at("web"); }));
        story.cloud.command({"openstack", "server", hold, id});
        REQUIRE(eventually(
            [&] { return story.count("assemblies", "name = 'web' and state = 'stopped'") == 1; },
            Seconds(60)));
        // It could go on in a paused one.
        if (hold == std::string("stop"))
            CHECK(eventually([&] { return runs_at("db"); }, Seconds(30)));
        else
            CHECK_FALSE(runs_at("db"));
        story.cloud.command({"openstack", "server", release, id});
        REQUIRE(story.runs());
        CHECK(story.cloud.machine("-web").id == id);
        CHECK(story.starts("mysqld") == 1);
    }
}

TEST_CASE("openstack: fifty at once, and a quota of ten", "[openstack]") {
    SECTION("fifty") {
        const Story story;
        story.begin("many", many(50));
        CHECK(story.cloud.machines().size() == 50);
        REQUIRE(story.lab.ctl({"deployable", "delete", "many", "--timeout", "240"}).code == 0);
        story.check_clean();
    }
    SECTION("a quota of ten") {
        const Story story({"--instances", "10"});
        const auto created =
            story.lab.ctl({"deployable", "create", story.lab.document("many", many(12)), "--start",
                           "--timeout", "90"});
        CHECK(created.code != 0);
        REQUIRE(eventually([&] { return story.count("assemblies", "state = 'running'") == 10; },
                           Seconds(120)));
        CHECK(story.count("events", "reason like '%Quota exceeded for instances%'") >= 2);
        CHECK(story.cloud.ids("server").size() == 10);
    }
}
