// What is given to a guest's shell: tried with a real one.
#include "adapters/ssh/command.hpp"
#include "adapters/ssh/works.hpp"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

using namespace cpe;
using namespace cpe::ssh;

namespace {

/// What a shell prints when it is given this text on its stdin, or as a file beside such an `in`.
std::string shell(const std::string& program, const std::string& text,
                  const std::optional<std::string>& in = {}) {
    char path[] = "/tmp/cpe-ssh-command-XXXXXX";
    REQUIRE(::mkdtemp(path) != nullptr);
    const std::string dir = path;
    std::ofstream(dir + "/script", std::ios::binary) << text;
    std::ofstream(dir + "/in", std::ios::binary) << in.value_or(text);
    const std::string line = "cd " + dir + " && mkdir empty && cd empty && timeout 20 " + program +
                             (in ? " ../script" : " -s") + " <../in >../out 2>../err";
    const int status = std::system(line.c_str());
    CHECK(WEXITSTATUS(status) == 0);
    std::ifstream told(dir + "/out", std::ios::binary);
    std::string out{std::istreambuf_iterator<char>(told), {}};
    // Nothing that a value says was done.
    CHECK(std::system(("[ -z \"$(ls -A " + dir + "/empty)\" ]").c_str()) == 0);
    CHECK(std::system(("rm -rf " + dir).c_str()) == 0);
    return out;
}

const std::vector<std::string>& hostile_values() {
    static const std::vector<std::string> values = {"",
                                                    " ",
                                                    "'",
                                                    "''",
                                                    "'\\''",
                                                    "\\",
                                                    "\\'",
                                                    "\"",
                                                    "$HOME",
                                                    "$(touch pwned)",
                                                    "`touch pwned`",
                                                    "'; touch pwned; '",
                                                    "'\ntouch pwned\n'",
                                                    "\n",
                                                    "\n\n",
                                                    "a\nb\n",
                                                    "*",
                                                    "~",
                                                    "!!",
                                                    "#",
                                                    "a;b&c|d>e<f",
                                                    "&& touch pwned",
                                                    "-n",
                                                    "--",
                                                    "%s%n%d",
                                                    "\t",
                                                    "\r\n",
                                                    "\x01\x02\x7f",
                                                    "\xff\xfe\x80",
                                                    "\xe2\x82\xac",
                                                    "EOF",
                                                    "attend",
                                                    "}",
                                                    "work_1() { touch pwned; }",
                                                    std::string(60'000, '\''),
                                                    std::string(60'000, '\n') + "x"};
    return values;
}

OperationRequest request_of(AgentClass agent_class, std::string type, std::string operation) {
    OperationRequest request;
    request.id = {1};
    request.resource = "rsc_web_httpd";
    request.agent_class = agent_class;
    request.provider = "heartbeat";
    request.type = std::move(type);
    request.operation = std::move(operation);
    return request;
}

}  // namespace

TEST_CASE("no value escapes from its quotes", "[ssh]") {
    const std::string program = GENERATE("dash", "bash");
    std::string text;
    std::string expected;
    for (const auto& value : hostile_values()) {
        text += "printf '%s|' " + quoted(value) + "\n";
        expected += value + "|";
    }
    CHECK(shell(program, text) == expected);
}

TEST_CASE("an agent gets the very values, and nothing else happens", "[ssh]") {
    const std::string program = GENERATE("dash", "bash");
    for (const auto& value : hostile_values()) {
        auto request = request_of(AgentClass::ocf, "Dummy", "monitor");
        request.parameters = {{"value", value}, {"plain", "x"}};
        request.resource = value;
        REQUIRE_FALSE(refusal_of(request));
        auto script = script_of_one({"abc", "tag", "root"}, request, value);
        // In the place of the agent, what it would be given.
        const auto agent = script.find("exec \"$program\"");
        REQUIRE(agent != std::string::npos);
        script.replace(agent, script.find('\n', agent) - agent,
                       "printf '%s|%s|%s' \"$OCF_RESKEY_value\" \"$OCF_RESOURCE_INSTANCE\" "
                       "\"$OCF_RESKEY_CRM_meta_on_node\"");
        for (std::size_t at = 0; (at = script.find("[ -", at)) != std::string::npos; ++at)
            if (script.compare(at, 15, "[ -f \"$program\"") == 0 ||
                script.compare(at, 15, "[ -x \"$program\"") == 0)
                script.replace(at, 3, "true || [ -f");
        const auto begin = script.find("work_1() {");
        const auto end = script.find("run 1 work_1");
        REQUIRE(begin < end);
        CHECK(shell(program, script.substr(begin, end - begin) + "work_1\n") ==
              value + "|" + value + "|" + value);
    }
}

TEST_CASE("a shell that stands gets the very values, by its stdin", "[ssh]") {
    const std::string program = GENERATE("dash", "bash");
    std::string all_bytes;
    for (int byte = 1; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
    auto values = hostile_values();
    values.push_back(all_bytes);
    std::string script = script_of_many({"abc", "tag", "root"});
    script.resize(script.rfind("attend\n"));
    script += "while read -r word name lines; do define \"$name\" \"$lines\"; \"$name\"; done\n";
    std::string lines;
    std::string expected;
    for (std::size_t at = 0; at < values.size(); ++at) {
        lines += definition_of("work_" + std::to_string(at),
                               "printf '%s|' " + quoted(values[at]) + " >&4\n");
        expected += values[at] + "|";
    }
    CHECK(shell(program, script, lines) == expected);
}

TEST_CASE("a work that is known is run by its name", "[ssh]") {
    Works works;
    const auto first = works.name("a\nb\n");
    CHECK(first.name == "work_1");
    CHECK(first.before == "define work_1 2\na\nb\n");
    CHECK(first.after.empty());
    const auto again = works.name("a\nb\n");
    CHECK(again.name == "work_1");
    CHECK(again.before.empty());
    SECTION("the oldest are forgotten when they are many") {
        const std::string big(max_remembered / 2, 'x');
        CHECK(works.name(big + "1\n").before.find("forget") == std::string::npos);
        const auto third = works.name(big + "2\n");
        CHECK(third.before.find("forget work_1\nforget work_2\n") != std::string::npos);
        CHECK(works.name("a\nb\n").name == "work_4");
    }
    SECTION("what is too great is forgotten at once") {
        const auto big = works.name(std::string(max_remembered, 'x') + "\n");
        CHECK(big.after == "forget work_2\n");
        CHECK(works.name("a\nb\n").name == "work_1");
    }
}

TEST_CASE("what no shell can be asked is refused, and why", "[ssh]") {
    auto request = request_of(AgentClass::ocf, "Dummy", "monitor");
    CHECK_FALSE(refusal_of(request));
    for (const std::string type : {"", "../../bin/sh", ".hidden", "-x", "a/b", "a\nb"}) {
        for (const auto agent_class : {AgentClass::ocf, AgentClass::lsb, AgentClass::systemd}) {
            INFO(type);
            const auto refused = refusal_of(request_of(agent_class, type, "start"));
            REQUIRE(refused);
            CHECK(refused->rc == ocf::not_installed);
        }
    }
    for (const std::string name : {"", "a=b", "a b", "a;b", "1a", "a-b", "a$(x)"}) {
        INFO(name);
        request.parameters = {{name, "x"}};
        const auto refused = refusal_of(request);
        REQUIRE(refused);
        CHECK(refused->rc == ocf::not_configured);
    }
    request.parameters = {{"value", std::string("a\0b", 3)}};
    CHECK(refusal_of(request)->rc == ocf::not_configured);
    CHECK(refusal_of(request_of(AgentClass::systemd, "nginx", "promote"))->rc ==
          ocf::unimplemented);
}

TEST_CASE("secrets stand on stdin only", "[ssh]") {
    CHECK(shell_line({"abc", "cpe-ssh-1", "root"}, Millis{20'000}) ==
          "exec timeout -s URG -k 10 21 /bin/sh -s cpe-ssh-1 abc");
    CHECK(shell_line({"", "cpe-hello", ""}, std::nullopt) == "exec /bin/sh -s cpe-hello");
    CHECK(shell_line({"abc", "cpe-ssh-1", "debian"}, Millis{1}) ==
          "exec sudo -n timeout -s URG -k 10 1 /bin/sh -s cpe-ssh-1 abc");
}
