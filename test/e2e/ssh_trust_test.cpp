// Whom cped believes to be a guest: first contact, a changed host key, and a person's word.
#include "test/e2e/lab.hpp"
#include "test/lab/guests.hpp"

#include <catch2/catch.hpp>

#include <boost/json/serialize.hpp>

#include <filesystem>
#include <fstream>

using namespace cpe::e2e;
using cpe::test::Guests;
namespace fs = std::filesystem;

namespace {

std::string configuration(const Guests& guests, const std::string& ssh,
                          const std::string& fencing = {}) {
    return "channels: {ssh: {key: " + guests.dir().string() + "/id, " + ssh +
           "}}\ndefault_provider: hosts\nproviders: {hosts: {type: static" + fencing + "}}\n";
}

/// With something that could switch the guest off.
std::string fenced(const Guests& guests) {
    const auto options = guests.dir() / "fence.options";
    std::ofstream(options) << "lab=" << guests.dir().string() << "\npcmk_host_map=web:1\n";
    fs::permissions(options, fs::perms(0600));
    return configuration(
               guests, "known_hosts: " + guests.dir().string() + "/known_hosts",
               ", fencing: {agent: " + (Guests::program().parent_path() / "fence_lab").string() +
                   ", options_file: " + options.string() + "}") +
           "instance: {boot_timeout: 5s}\n";
}

/// Why its assembly cannot be logged into, as `status` says.
std::string reason(const Lab& lab) {
    return boost::json::serialize(lab.status("one").at("assemblies").at(0).at("reason"));
}

std::string document(const Guests& guests) {
    return "<deployable name='one' uuid='1' monitor='ssh'><assemblies><assembly name='web' "
           "uuid='w' address='" +
           guests.address(1) +
           "'><services><service name='probe' class='ocf' type='Dummy' monitor_interval='1s'/>"
           "</services></assembly></assemblies></deployable>";
}

std::string count(const Lab& lab, const std::string& state, const std::string& more = "1") {
    return lab.cell(
        "select count(*) from events where kind = 'host_key' and assembly = 'web' and "
        "state = '" +
        state + "' and " + more);
}

}  // namespace

TEST_CASE("ssh: a changed host key is refused until a person trusts it", "[e2e][guests]") {
    const Guests guests(1);
    Lab lab(configuration(guests, "known_hosts: " + guests.dir().string() + "/known_hosts"));
    lab.create_running("one", document(guests));
    CHECK(lab.ctl({"assembly", "trust", "one", "web"}).code == 1);

    guests.command({"rekey", "1"});
    guests.inside(1, "pkill -KILL -f 'sshd: root@notty'");
    REQUIRE(
        eventually([&] { return count(lab, "refused", "reason like '%HAS CHANGED%'") == "1"; }));
    REQUIRE(eventually([&] { return lab.state_of("one") == "degraded"; }));
    CHECK(lab.log().find("cpe-ctl assembly trust one web") != std::string::npos);
    CHECK(lab.cell("select count(*) from actions where operation = 'start'") == "1");

    REQUIRE(lab.ctl({"assembly", "trust", "one", "web"}).code == 0);
    REQUIRE(eventually([&] { return lab.state_of("one") == "running"; }));
    CHECK(count(lab, "pinned") == "1");
    CHECK(lab.cell("select count(*) from events where kind = 'operator' and state = 'trust'") ==
          "1");
    // It was adopted, not started again.
    CHECK(lab.cell("select count(*) from actions where operation = 'start'") == "1");

    // The pin outlives cped, and counts before known_hosts, which has the old key.
    lab.kill_cped();
    lab.start_cped();
    REQUIRE(eventually([&] {
        return lab.cell("select state from assemblies where name = 'web'") == "running" &&
               lab.cell(
                   "select count(*) from actions where operation = 'monitor' and "
                   "interval_ms = 0") == "3";
    }));
    CHECK(count(lab, "refused") == "1");
}

TEST_CASE("ssh: the first contact is trusted only where that is allowed", "[e2e][guests]") {
    const Guests guests(1);
    const auto nothing = "known_hosts: " + guests.dir().string() + "/none, ";
    Lab lab(configuration(guests, nothing + "trust_on_first_use: true"));
    lab.create_running("one", document(guests));
    CHECK(count(lab, "pinned", "reason like 'first contact: ssh-ed25519 SHA256:%'") == "1");

    // From now on that key and no other, whatever is allowed.
    lab.terminate_cped();
    lab.configure(configuration(guests, nothing + "trust_on_first_use: false"));
    lab.start_cped();
    REQUIRE(eventually([&] { return lab.state_of("one") == "running"; }));
    guests.command({"rekey", "1"});
    guests.inside(1, "pkill -KILL -f 'sshd: root@notty'");
    REQUIRE(eventually([&] { return count(lab, "refused") == "1"; }));
    REQUIRE(lab.ctl({"assembly", "trust", "one", "web"}).code == 0);
    CHECK(eventually([&] { return lab.state_of("one") == "running"; }));
}

TEST_CASE("ssh: a guest that answers but does not let us in is not fenced for it",
          "[e2e][guests]") {
    const Guests guests(1);
    const auto doors = guests.dir() / "authorized_keys";
    const auto lock = [&] { std::ofstream(doors, std::ios::trunc).flush(); };
    const auto unlock = [&] {
        fs::copy_file(guests.dir() / "id.pub", doors, fs::copy_options::overwrite_existing);
    };
    const auto boot = [&] { return guests.inside(1, "cat /proc/sys/kernel/random/boot_id").out; };
    const Lab lab(fenced(guests));
    const auto before = boot();
    const auto fences = [&] {
        return lab.cell("select count(*) from events where kind in ('fencing', 'escalation')");
    };

    SECTION("from the start on") {
        lock();
        REQUIRE(lab.ctl({"deployable", "create", lab.document("one", document(guests)), "--start",
                         "--no-wait"})
                    .code == 0);
        REQUIRE(eventually([&] { return lab.state_of("one") == "degraded"; }));
        CHECK(reason(lab).find("does not accept our key") != std::string::npos);
        CHECK(lab.ctl({"status", "one"}).out.find("does not accept our key") != std::string::npos);
        CHECK(lab.cell("select count(*) from events where kind = 'login' and state = 'refused'") ==
              "1");
        unlock();
        REQUIRE(eventually([&] { return lab.state_of("one") == "running"; }));
    }
    SECTION("any more") {
        lab.create_running("one", document(guests));
        lock();
        guests.inside(1, "pkill -KILL -f 'sshd: root@notty'");
        REQUIRE(eventually([&] { return lab.state_of("one") == "degraded"; }));
        CHECK(reason(lab).find("does not accept our key") != std::string::npos);
        unlock();
        REQUIRE(eventually([&] { return lab.state_of("one") == "running"; }));
        CHECK(lab.cell("select count(*) from actions where operation = 'start'") == "1");
    }
    SECTION("because its host key has changed") {
        lab.create_running("one", document(guests));
        guests.command({"rekey", "1"});
        guests.inside(1, "pkill -KILL -f 'sshd: root@notty'");
        REQUIRE(eventually([&] { return lab.state_of("one") == "degraded"; }));
        CHECK(reason(lab).find("HAS CHANGED") != std::string::npos);
        REQUIRE(lab.ctl({"assembly", "trust", "one", "web"}).code == 0);
        REQUIRE(eventually([&] { return lab.state_of("one") == "running"; }));
        CHECK(lab.cell("select count(*) from actions where operation = 'start'") == "1");
    }
    CHECK(reason(lab) == "null");
    CHECK(fences() == "0");
    CHECK(boot() == before);
}
