// What a sandbox looks like from within.
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <fstream>

using namespace cpe;
using namespace cpe::local::test;
namespace fs = std::filesystem;

namespace {

/// A listening socket at that path, until the result is closed.
int listen_at(const fs::path& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.native().size() < sizeof address.sun_path);
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd, 1) == 0);
    return fd;
}

constexpr const char* connect_to_agent_socket =
    "python3 -c \"import socket; s = socket.socket(socket.AF_UNIX); "
    "s.connect(\\\"/run/cpe/agent/agent.sock\\\"); print(\\\"connected\\\")\"";

}  // namespace

TEST_CASE("processes, mounts, names, networks and ipc are a sandbox's own") {
    const Folder folder;
    Lab lab(folder.path);
    const auto report = lab.start("web1");
    REQUIRE(report);
    const auto pid = report->instance;
    for (const char* kind : {"pid", "mnt", "net", "uts", "ipc", "cgroup"})
        CHECK(fs::read_symlink("/proc/" + pid + "/ns/" + kind) !=
              fs::read_symlink(std::string("/proc/self/ns/") + kind));
    CHECK(inside(*report, "cat /proc/1/comm") == "cpe-sandbox");
    CHECK(std::stoi(inside(*report, "ls -d /proc/[0-9]* | wc -l")) <= 9);
    CHECK(inside(*report, "hostname; uname -n") == "web1\nweb1");
    CHECK(inside(*report, "ls /sys/class/net | xargs") == "eth0 lo");
    CHECK(inside(*report, "ip route | cut -d\" \" -f1-3").ends_with("/22 dev eth0"));
    CHECK(inside(*report, "pwd; id -u; stat -fc %T /") == "/\n0\noverlayfs");
    // Nothing of it in the host's mount namespace.
    CHECK(output_of("grep -c overlay /proc/self/mountinfo || true") == "0");
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("the state directory and the host's secrets are hidden") {
    const Folder folder;
    const Folder secrets;
    std::ofstream(folder.path / "cpe.db") << "secret";
    std::ofstream(secrets.path / "key") << "secret";
    const int socket = listen_at(folder.path / "cped.sock");
    Lab lab(folder.path);
    lab.settings.masked = {secrets.path, "/etc/machine-id", "/no/such/path"};
    lab.open();
    const auto report = lab.start("web1");
    REQUIRE(report);
    for (const auto& path : {folder.path, secrets.path}) {
        CHECK(inside(*report, "ls -A " + path.native()).empty());
        CHECK(inside(*report, "touch " + path.native() + "/x && echo written || true")
                  .find("Read-only") != std::string::npos);
    }
    CHECK(inside(*report, "cat /etc/machine-id").empty());
    CHECK(inside(*report, "cat /proc/1/mountinfo | grep -c oldroot || true") == "0");
    ::close(socket);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("the agent's socket is seen inside, also when a restarted cped has made it anew") {
    const Folder folder;
    Lab lab(folder.path);
    const auto report = lab.start("web1");
    REQUIRE(report);
    const auto path = lab.settings.paths.agent_socket(key("web1"));
    int socket = listen_at(path);
    CHECK(inside(*report, connect_to_agent_socket) == "connected");
    ::close(socket);
    fs::remove(path);
    socket = listen_at(path);
    CHECK(inside(*report, connect_to_agent_socket) == "connected");
    ::close(socket);
    CHECK(inside(*report, "touch /run/cpe/agent/x || true").find("Read-only") != std::string::npos);
    CHECK(inside(*report, "echo >> /run/cpe/bin/cpe-agent || true").find("Read-only") !=
          std::string::npos);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("the agent starts with a clean environment, no stray descriptor and less power") {
    const Folder folder;
    ::setenv("CPE_TEST_SECRET", "secret", 1);
    Lab lab(folder.path,
            "#!/bin/sh\nenv\nls -l /proc/self/fd | grep -v -e pipe: -e /dev/null -e /proc/\n"
            "grep CapEff /proc/self/status\necho end of it\nexec sleep 1000000\n");
    const auto report = lab.start("web1");
    ::unsetenv("CPE_TEST_SECRET");
    REQUIRE(report);
    REQUIRE(lab.until([&] { return lab.log_of("web1").find("end of it") != std::string::npos; }));
    const auto log = lab.log_of("web1");
    INFO(log);
    CHECK(log.find("CPE_TEST_SECRET") == std::string::npos);
    CHECK(log.find("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n") !=
          std::string::npos);
    CHECK(log.find("container=cpe\n") != std::string::npos);
    CHECK(log.find(" -> ") == std::string::npos);  // no descriptor but pipes and /dev/null
    const auto at = log.find("CapEff:\t");
    REQUIRE(at != std::string::npos);
    const auto capabilities = std::stoull(log.substr(at + 8, 16), nullptr, 16);
    CHECK((capabilities >> 16U & 1U) == 0);  // CAP_SYS_MODULE
    CHECK((capabilities >> 25U & 1U) == 0);  // CAP_SYS_TIME
    CHECK((capabilities >> 21U & 1U) == 1);  // CAP_SYS_ADMIN: agents mount file systems
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("devices, temporary folders and kernel settings are as a guest needs them") {
    const Folder folder;
    Lab lab(folder.path);
    const auto report = lab.start("web1");
    REQUIRE(report);
    CHECK(inside(*report,
                 "echo x > /dev/null; head -c4 /dev/zero | wc -c; head -c4 /dev/urandom "
                 "| wc -c; test -c /dev/ptmx && echo pty") == "4\n4\npty");
    CHECK(inside(*report, "ls /dev | grep -c -e vda -e sda -e kmsg -e mem || true") == "0");
    CHECK(inside(*report,
                 "stat -c %a /tmp /run/lock /run/resource-agents /var/run/resource-agents "
                 "| xargs") == "1777 1777 1755 1755");
    CHECK(inside(*report, "findmnt -no OPTIONS /proc/sys").starts_with("ro"));
    CHECK(inside(*report,
                 "echo 1 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward") ==
          "1");
    CHECK(inside(*report, "mknod /var/disk b 254 0 && cat /var/disk >/dev/null || true")
              .find("ermi") != std::string::npos);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a real resource agent works inside, and its state goes with the boot") {
    const Folder folder;
    Lab lab(folder.path);
    auto report = lab.start("web1");
    REQUIRE(report);
    const std::string dummy =
        "export OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=d; "
        "/usr/lib/ocf/resource.d/heartbeat/Dummy ";
    const std::string quiet = " >/dev/null 2>&1; echo $?";
    CHECK(inside(*report, dummy + "monitor" + quiet) == "7");
    CHECK(inside(*report, dummy + "start" + quiet) == "0");
    CHECK(inside(*report, dummy + "monitor" + quiet) == "0");
    CHECK_FALSE(fs::exists("/run/resource-agents/Dummy-d.state"));
    REQUIRE(lab.stop("web1"));
    report = lab.start("web1");
    REQUIRE(report);
    CHECK(inside(*report, dummy + "monitor" + quiet) == "7");
    REQUIRE(lab.destroy("web1"));
}
