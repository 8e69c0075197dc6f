// What is run for an operation, what is refused, and how exit codes are read.
#include "test/src/cpe-agent/guest_fixture.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <algorithm>

using namespace cpe;
using namespace cpe::guest;
using namespace cpe::guest::test;

namespace {

RunEnd refused(const GuestFiles& files, const OperationRequest& request) {
    const auto plan = command_for(request, files.paths(), "guest1", "marker");
    const auto* end = std::get_if<RunEnd>(&plan);
    REQUIRE(end);
    return *end;
}

}  // namespace

TEST_CASE("an agent that cannot be run is told at once") {
    GuestFiles files;
    struct Case {
        const char* provider;
        const char* type;
        int rc;
        const char* reason;
    };
    const auto one = GENERATE(values<Case>({
        {"heartbeat", "Nothing", 5, "is not installed in this guest"},
        {"nobody", "Dummy", 5, "is not installed in this guest"},
        {"nasty", "NotExecutable", 4, "is not executable"},
        {"heartbeat", "../../../bin/true", 5, "cannot name an ocf agent"},
        {"..", "Dummy", 5, "cannot name an ocf agent"},
        {"heartbeat", ".ocf-shellfuncs", 5, "cannot name an ocf agent"},
        {"heartbeat", "", 5, "cannot name an ocf agent"},
        {"", "Dummy", 5, "cannot name an ocf agent"},
        {"heartbeat/x", "Dummy", 5, "cannot name an ocf agent"},
    }));
    files.ocf_script("NotExecutable", "exit 0");
    ::chmod((files.dir() / "resource.d/nasty/NotExecutable").c_str(), 0644);
    const auto end = refused(files, ocf_agent(one.provider, one.type, "start"));
    CHECK(end.rc == one.rc);
    CHECK_THAT(end.exit_reason, Catch::Contains(one.reason));
}

TEST_CASE("other classes are refused with their reason") {
    GuestFiles files;
    auto unit = ocf_agent("", "nginx", "start");
    unit.agent_class = AgentClass::systemd;
    CHECK(refused(files, unit).rc == ocf::not_installed);
    CHECK_THAT(refused(files, unit).exit_reason, Catch::Contains("systemd"));
    CHECK(refused(files, init_script("nothing", "start")).rc == ocf::not_installed);
    CHECK(refused(files, init_script("../x", "start")).rc == ocf::not_installed);
    files.add_init_script("svc", "exit 0");
    CHECK(refused(files, init_script("svc", "promote")).rc == ocf::unimplemented);
}

TEST_CASE("an ocf agent gets the environment of the OCF API and nothing else") {
    GuestFiles files;
    auto request = ocf_agent("heartbeat", "Dummy", "monitor");
    request.resource = "rsc_db_x";
    request.interval = Millis{10'000};
    request.timeout = Millis{20'000};
    request.parameters = {{"state", "/tmp/a b;$(reboot)\n"}, {"OCF_CHECK_LEVEL", "10"}};
    const auto plan = command_for(request, files.paths(), "guest1", "marker");
    const auto& command = std::get<Command>(plan);
    CHECK(command.program == files.dir() / "resource.d/heartbeat/Dummy");
    CHECK(command.argument == "monitor");
    std::vector<std::string> expected{
        "CPE_OPERATION=marker",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME=/",
        "LC_ALL=C",
        "OCF_ROOT=" + files.dir().string(),
        "OCF_RA_VERSION_MAJOR=1",
        "OCF_RA_VERSION_MINOR=1",
        "OCF_RESOURCE_INSTANCE=rsc_db_x",
        "OCF_RESOURCE_PROVIDER=heartbeat",
        "OCF_RESOURCE_TYPE=Dummy",
        "HA_RSCTMP=" + (files.dir() / "temp").string(),
        "OCF_RESKEY_CRM_meta_name=monitor",
        "OCF_RESKEY_CRM_meta_interval=10000",
        "OCF_RESKEY_CRM_meta_timeout=20000",
        "OCF_RESKEY_CRM_meta_on_node=guest1",
        "OCF_RESKEY_state=/tmp/a b;$(reboot)\n",
        "OCF_RESKEY_OCF_CHECK_LEVEL=10",
        "OCF_CHECK_LEVEL=10",
    };
    CHECK(command.environment == expected);

    request.parameters = {{"a=b", "c"}};
    CHECK(refused(files, request).rc == ocf::not_configured);
}

TEST_CASE("exit codes of init scripts are read as Pacemaker reads them") {
    struct Case {
        const char* operation;
        int code;
        int rc;
    };
    const auto one = GENERATE(values<Case>({
        {"monitor", 0, 0},
        {"monitor", 1, 7},
        {"monitor", 2, 7},
        {"monitor", 3, 7},
        {"monitor", 4, 1},
        {"monitor", 7, 1},
        {"start", 0, 0},
        {"start", 1, 1},
        {"start", 5, 5},
        {"start", 7, 7},
        {"start", 8, 1},
        {"start", 255, 1},
        {"stop", 0, 0},
        {"stop", 7, 0},
        {"stop", 1, 1},
    }));
    INFO(one.operation << " " << one.code);
    CHECK(ocf_code(init_script("svc", one.operation), one.code) == one.rc);
    CHECK(ocf_code(ocf_agent("heartbeat", "Dummy", one.operation), one.code) == one.code);
}
