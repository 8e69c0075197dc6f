// What agents say of themselves: made-up ones, those installed here, and hostile ones.
#include "engines/translate/agent_metadata.hpp"

#include <cpe/operation.hpp>

#include <catch2/catch.hpp>

#include <cstdio>
#include <memory>
#include <string>

using namespace cpe;
using translate::AgentMetadata;

namespace {

Result<AgentMetadata> read(const std::string& text) {
    return translate::read_agent_metadata(text, *std::pmr::get_default_resource());
}

std::string agent(const std::string& parameters, const std::string& version = "1.1",
                  const std::string& action = "reload-agent") {
    return "<?xml version=\"1.0\"?>\n<!DOCTYPE resource-agent SYSTEM \"ra-api-1.dtd\">\n"
           "<resource-agent name='x'><version>" +
           version + "</version><parameters>" + parameters +
           "</parameters><actions><action name='start'/><action name='" + action +
           "' timeout='20s'/></actions></resource-agent>";
}

std::string told(const Result<AgentMetadata>& metadata) {
    if (!metadata) return metadata.error().line();
    if (!metadata->reloads) return "restarts";
    std::string text = "reloads:";
    for (const auto& name : metadata->reloadable) text.append(" ").append(name);
    return text;
}

/// What an installed agent prints.
std::string meta_data_of(const std::string& path) {
    const std::string command = "OCF_ROOT=/usr/lib/ocf " + path + " meta-data 2>/dev/null";
    const auto close = [](std::FILE* file) { ::pclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(command.c_str(), "r"), close);
    REQUIRE(pipe);
    std::string text;
    char piece[4096];
    for (std::size_t n = 0; (n = std::fread(piece, 1, sizeof piece, pipe.get())) > 0;)
        text.append(piece, n);
    return text;
}

}  // namespace

TEST_CASE("parameters are reloadable where the agent says so, as Pacemaker reads it") {
    CHECK(told(read(agent("<parameter name='z' reloadable='1'/><parameter name='a' "
                          "reloadable='TRUE'/><parameter name='b' reloadable='no'/>"
                          "<parameter name='c'/><parameter reloadable='1'/>"
                          "<parameter name='not a name' reloadable='1'/>"))) == "reloads: a z");
    CHECK(told(read(agent("", " 1.1\n"))) == "reloads:");
    CHECK(told(read(agent("", "2.0"))) == "reloads:");
    const auto metadata = read(agent("<parameter name='z' reloadable='y'/>"));
    CHECK(metadata->takes_over("z"));
    CHECK_FALSE(metadata->takes_over("a"));
}

TEST_CASE("an agent without reload-agent, or of before OCF 1.1, reloads nothing") {
    const std::string parameter = "<parameter name='a' reloadable='1' unique='0'/>";
    CHECK(told(read(agent(parameter, "1.1", "reload"))) == "restarts");
    CHECK(told(read(agent(parameter, "1.0"))) == "restarts");
    CHECK(told(read(agent(parameter, "1.0", "reload"))) == "restarts");
    CHECK(told(read(agent(parameter, ""))) == "restarts");
    CHECK(told(read(agent(parameter, "one"))) == "restarts");
    CHECK(told(read("<resource-agent/>")) == "restarts");
}

TEST_CASE("meta-data that cannot be read is an error, and never costs much") {
    CHECK(read("").has_error());
    CHECK(read("usage: agent {start|stop}").has_error());
    CHECK(read("<resource-agent><version>1.1</resource-agent>").has_error());
    CHECK(told(read("<!DOCTYPE a [<!ENTITY b 'c'>]><resource-agent>&b;</resource-agent>"))
              .find("document type") != std::string::npos);
    CHECK(told(read(std::string(max_metadata + 1, ' '))).find("over 65536 bytes") !=
          std::string::npos);
    std::string many;
    for (std::size_t i = 0; i <= translate::most_metadata_parameters; ++i)
        many += "<parameter name='p'/>";
    CHECK(told(read(agent(many))).find("more than 512 parameters") != std::string::npos);
}

TEST_CASE("the agents that are installed here are understood") {
    const std::string root = "/usr/lib/ocf/resource.d/";
    CHECK(told(read(meta_data_of(root + "pacemaker/Dummy"))) ==
          "reloads: envfile fail_start_on fake op_sleep passwd");
    CHECK(told(read(meta_data_of(root + "pacemaker/Stateful"))) == "reloads: envfile notify_delay");
    for (const char* name : {"Dummy", "IPaddr2", "apache", "nginx", "pgsql", "Filesystem"}) {
        INFO(name);
        CHECK(told(read(meta_data_of(root + "heartbeat/" + name))) == "restarts");
    }
}
