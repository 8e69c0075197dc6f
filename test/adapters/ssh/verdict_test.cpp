#include "adapters/ssh/verdict.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cpe;
using namespace cpe::ssh;

namespace {

OperationRequest of(AgentClass agent_class, std::string operation) {
    OperationRequest request;
    request.agent_class = agent_class;
    request.operation = std::move(operation);
    return request;
}

RunEnd unit(std::string operation, const std::string& load, const std::string& active,
            const std::string& more = "Result=success\nExecMainStatus=0\n") {
    return verdict(of(AgentClass::systemd, std::move(operation)), by_properties,
                   "LoadState=" + load + "\nActiveState=" + active + "\nSubState=s\n" + more);
}

}  // namespace

TEST_CASE("an OCF agent's code is its result, with its reason", "[ssh]") {
    const auto end = verdict(of(AgentClass::ocf, "start"), 6, "x\nocf-exit-reason:no file\ny\n");
    CHECK(end.rc == 6);
    CHECK(end.exit_reason == "no file");
    CHECK(end.output == "x\nocf-exit-reason:no file\ny");
    const auto killed = verdict(of(AgentClass::ocf, "start"), 137, "");
    CHECK(killed.rc == ocf::unknown_error);
    CHECK(killed.exit_reason == "ended by signal 9");
    CHECK(verdict(of(AgentClass::ocf, "monitor"), 190, "").rc == 190);
}

TEST_CASE("meta-data is told whole, or not at all", "[ssh]") {
    const std::string text = "<?xml version=\"1.0\"?>\n" + std::string(10'000, ' ') + "\n";
    CHECK(verdict(of(AgentClass::ocf, "meta-data"), 0, text).output == text);
    const auto large =
        verdict(of(AgentClass::ocf, "meta-data"), 0, std::string(max_metadata + 1, 'x'));
    CHECK(large.rc == ocf::unknown_error);
    CHECK(large.output.empty());
}

TEST_CASE("LSB codes become OCF's", "[ssh]") {
    const auto rc = [](const char* operation, int code) {
        return verdict(of(AgentClass::lsb, operation), code, "").rc;
    };
    CHECK(rc("monitor", 0) == ocf::ok);
    CHECK(rc("monitor", 1) == ocf::not_running);
    CHECK(rc("monitor", 3) == ocf::not_running);
    CHECK(rc("monitor", 4) == ocf::unknown_error);
    CHECK(rc("stop", 7) == ocf::ok);
    CHECK(rc("start", 5) == ocf::not_installed);
    CHECK(rc("start", 200) == ocf::not_installed);  // said by guest.sh, without properties
}

TEST_CASE("a unit is judged by its properties", "[ssh]") {
    CHECK(unit("monitor", "loaded", "active").rc == ocf::ok);
    CHECK(unit("monitor", "loaded", "reloading").rc == ocf::ok);
    CHECK(unit("monitor", "loaded", "inactive").rc == ocf::not_running);
    const auto failed = unit("monitor", "loaded", "failed", "Result=exit-code\nExecMainStatus=3\n");
    CHECK(failed.rc == ocf::not_running);
    CHECK(failed.exit_reason == "the unit is failed (s), result exit-code, exit status 3");
    CHECK(unit("start", "loaded", "active").rc == ocf::ok);
    CHECK(unit("start", "loaded", "failed").rc == ocf::unknown_error);
    CHECK(unit("start", "loaded", "inactive").rc == ocf::unknown_error);
    CHECK(unit("start", "not-found", "inactive").rc == ocf::not_installed);
    CHECK(unit("start", "masked", "inactive").rc == ocf::not_installed);
    CHECK(unit("stop", "loaded", "inactive").rc == ocf::ok);
    CHECK(unit("stop", "loaded", "failed").rc == ocf::ok);
    CHECK(unit("stop", "loaded", "active").rc == ocf::unknown_error);
    CHECK(verdict(of(AgentClass::systemd, "monitor"), by_properties, "no bus\n").rc ==
          ocf::not_installed);
}
