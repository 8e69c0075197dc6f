// The lab itself: what its guests are, and that each way of ending one is what it says.
#include "test/lab/guests.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <filesystem>

using cpe::test::Guests;

namespace {
constexpr int unreachable = 255;  ///< of ssh
}

TEST_CASE("a guest is a machine of its own", "[guests]") {
    const Guests guests(2);
    CHECK(guests.ssh(1, "hostname").out == "g1\n");
    CHECK(guests.ssh(2, "hostname").out == "g2\n");
    CHECK(guests.ssh(1, "echo here >/etc/only-here").code == 0);
    CHECK(guests.ssh(2, "cat /etc/only-here").code == 1);
    CHECK_FALSE(std::filesystem::exists("/etc/only-here"));
    const auto boot = [&](int guest) {
        return guests.ssh(guest, "cat /proc/sys/kernel/random/boot_id").out;
    };
    CHECK(boot(1).size() == 37);
    CHECK(boot(1) == boot(1));
    CHECK(boot(1) != boot(2));
}

TEST_CASE("a guest that is powered off is gone, and comes back with its disk", "[guests]") {
    const Guests guests(1);
    const auto boot = guests.inside(1, "echo kept >/var/kept; cat /proc/sys/kernel/random/boot_id");
    guests.command({"kill", "1"});
    CHECK_THROWS(guests.command({"status", "1"}));
    CHECK(guests.ssh(1, "true").code == unreachable);
    guests.command({"start", "1"});
    guests.command({"await", "1"});
    CHECK(guests.command({"status", "1"}) == "on");
    CHECK(guests.ssh(1, "cat /var/kept").out == "kept\n");
    CHECK(guests.inside(1, "cat /proc/sys/kernel/random/boot_id").out != boot.out);
}

TEST_CASE("a guest is frozen or cut off, and none the worse for it", "[guests]") {
    const Guests guests(1);
    const auto [cut, mend] = GENERATE(std::pair{"freeze", "thaw"}, std::pair{"linkdown", "linkup"},
                                      std::pair{"drop", "undrop"});
    CAPTURE(cut);
    guests.command({cut, "1"});
    CHECK(guests.ssh(1, "true").code == unreachable);
    CHECK(guests.command({"status", "1"}) == "on");
    guests.command({mend, "1"});
    CHECK(guests.ssh(1, "true").code == 0);
}

TEST_CASE("a guest with another host key is not believed", "[guests]") {
    const Guests guests(1);
    guests.command({"rekey", "1", "ecdsa"});
    const auto answer = guests.ssh(1, "true");
    CHECK(answer.code == unreachable);
    CHECK(answer.out.find("IDENTIFICATION HAS CHANGED") != std::string::npos);
    CHECK(guests.command({"hostkey", "1"}).rfind("ecdsa-sha2-nistp256 ", 0) == 0);
}

TEST_CASE("a guest runs a whole systemd", "[guests]") {
    const Guests guests(1, {"--init", "systemd"});
    CHECK(guests.ssh(1, "systemd-run --quiet --wait --pipe echo by a unit").out == "by a unit\n");
    guests.command({"freeze", "1"});
    CHECK(guests.ssh(1, "true").code == unreachable);
    guests.command({"thaw", "1"});
    CHECK(guests.ssh(1, "systemctl is-active ssh").out == "active\n");
}

TEST_CASE("nothing is left of a lab", "[guests]") {
    std::filesystem::path dir;
    {
        const Guests guests(2, {"--init", "systemd"});
        dir = guests.dir();
        CHECK(std::filesystem::exists(dir / "id"));
    }
    CHECK_FALSE(std::filesystem::exists(dir));
}
