#include <cpe_test_paths.hpp>

#include "src/config/configuration.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace cpe::config;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path golden = CPE_SOURCE_DIR "/test/src/config/golden";

Configuration parsed(std::string_view text) {
    const auto result = parse(text, "test.yaml", "/etc/cpe");
    if (!result) FAIL(result.error().line());
    return *result;
}

}  // namespace

TEST_CASE("without any file the Unix socket and the providers local and static are there") {
    const auto configuration = defaults();
    REQUIRE(configuration.has_value());
    CHECK(configuration->state_dir == "/var/lib/cpe");
    REQUIRE(configuration->listen.size() == 1);
    CHECK(configuration->listen[0].unix_path == "/var/lib/cpe/cped.sock");
    CHECK(configuration->listen[0].group.empty());
    REQUIRE(configuration->providers.count("local") == 1);
    CHECK(configuration->providers.at("local").subnet == "10.88.0.0/16");
    REQUIRE(configuration->providers.count("static") == 1);
    CHECK(configuration->providers.at("static").type == Provider::Type::existing_hosts);
    CHECK(configuration->providers.at("static").fencing.agent.empty());
    CHECK(configuration->default_provider == "local");
    CHECK(configuration->agent_channel.heartbeat_interval == 2s);
    CHECK(configuration->policy.isolation == Policy::Isolation::in_process);
    CHECK(configuration->log.level == cpe::LogLevel::info);
    CHECK_FALSE(configuration->fault_injection);
}

TEST_CASE("a full file is read into every member") {
    const auto loaded = load(golden / "full.yaml");
    if (!loaded) FAIL(loaded.error().line());
    const auto& c = *loaded;
    CHECK(c.fault_injection);
    CHECK(c.state_dir == "/srv/cpe");
    CHECK(c.log.level == cpe::LogLevel::debug);
    CHECK(c.log.retention == Log::Retention{7, Bytes{1U << 30U}});
    REQUIRE(c.listen.size() == 1);
    CHECK(c.listen[0].unix_path == "/run/cpe/other.sock");
    CHECK(c.listen[0].group == "cpe");
    CHECK(c.providers.at("here").subnet == "10.99.0.0/24");
    const auto& there = c.providers.at("there");
    CHECK(there.type == Provider::Type::existing_hosts);
    CHECK(there.fencing == Provider::Fencing{"fence_ipmilan", golden / "fence.options", 30s, 1min});
    CHECK(c.default_provider == "here");
    CHECK(c.agent_channel.heartbeat_interval == 500ms);
    CHECK(c.agent_channel.heartbeat_missed == 5);
    CHECK(c.instance.boot_timeout == 60s);
    CHECK(c.instance.poll_interval == 1s);
    CHECK(c.fencing.retry == 20s);
    CHECK(c.fencing.confirm_silence == 40s);
    CHECK(c.brake == Brake{0.75, 5, 30s, 10min});
    CHECK(c.policy.isolation == Policy::Isolation::helper);
    CHECK(c.policy.recheck_interval == 5min);
    CHECK(c.policy.transitions_per_minute == 10);
    CHECK(c.policy.tick_budget == 100ms);
    CHECK(c.policy.tick_limit == 2s);
    CHECK(c.policy.admission.time == 3s);
    CHECK(c.policy.admission.memory == Bytes{256U << 20U});
    CHECK(c.limits.document == Bytes{1U << 20U});
    CHECK(c.limits.assemblies == 11);
    CHECK(c.limits.services == 12);
    CHECK(c.limits.memory_per_deployable == Bytes{32U << 20U});
    CHECK(c.limits.deployables == 13);
    CHECK(c.limits.connections == 14);
    CHECK(c.limits.sql_time == 1s);
    CHECK(c.limits.sql_rows == 15);
    CHECK(c.limits.sql_size == Bytes{1U << 20U});
    REQUIRE(c.deployables.size() == 2);
    CHECK(c.deployables[0].file == golden / "shop.xml");
    CHECK(c.deployables[0].start);
    CHECK(c.deployables[1].file == "/etc/cpe/other.xml");
    CHECK_FALSE(c.deployables[1].start);
}

TEST_CASE("what is left out keeps its default") {
    const auto c = parsed("log: {level: error}\nlimits:\n");
    CHECK(c.log.level == cpe::LogLevel::error);
    CHECK(c.log.retention.days == 90);
    CHECK(c.limits == defaults()->limits);
    CHECK(parsed("") == *defaults());
    CHECK(parsed("# only a comment\n") == *defaults());
    CHECK(parsed("---\n...\n") == *defaults());
}

TEST_CASE("a list or map that is given stands in place of the default one") {
    const auto c = parsed("providers: {mine: {type: local}}\ndefault_provider: mine\n");
    CHECK(c.providers.size() == 1);
    CHECK(c.providers.at("mine").subnet == "10.88.0.0/16");
}

TEST_CASE("relative paths lead to the file's directory or to state_dir") {
    const auto c =
        parsed("state_dir: state/\nlisten: [{unix: x.sock}]\ndeployables: [{file: a.xml}]");
    CHECK(c.state_dir == "/etc/cpe/state");
    CHECK(c.listen[0].unix_path == "/etc/cpe/state/x.sock");
    CHECK(c.deployables[0].file == "/etc/cpe/a.xml");
}

TEST_CASE("the command line's state directory is stronger than the file's") {
    const auto c = parse("state_dir: /a", "test.yaml", "/etc", {.state_dir = "/b/c/"});
    REQUIRE(c.has_value());
    CHECK(c->state_dir == "/b/c");
    CHECK(c->listen[0].unix_path == "/b/c/cped.sock");
    CHECK(defaults({.state_dir = "rel"})->state_dir == std::filesystem::current_path() / "rel");
    CHECK_FALSE(defaults({.state_dir = ""}).has_value());
}

TEST_CASE("a file that cannot be read is named") {
    const auto missing = load("/nonexistent/cped.yaml");
    REQUIRE(missing.has_error());
    CHECK(missing.error().line() ==
          "/nonexistent/cped.yaml: cannot be read: No such file or directory");
    const auto directory = load("/tmp");
    REQUIRE(directory.has_error());
    CHECK(directory.error().line() == "/tmp: is a directory (give a file)");
}
