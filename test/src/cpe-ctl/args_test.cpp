#include "src/cpe-ctl/args/parse.hpp"

#include <catch2/catch.hpp>

#include <iterator>
#include <sstream>

using namespace cpe::ctl;
using cpe::Errc;

namespace {

std::vector<std::string> words(const std::string& line) {
    std::istringstream in(line);
    return {std::istream_iterator<std::string>(in), {}};
}

Invocation parsed(const std::string& line) {
    const auto result = parse_arguments(words(line));
    if (!result) FAIL(line << ": " << result.error().line());
    return *result;
}

cpe::Error refused(const std::string& line) {
    const auto result = parse_arguments(words(line));
    INFO(line);
    REQUIRE(result.has_error());
    return result.error();
}

}  // namespace

TEST_CASE("every command is found by its words and takes its arguments") {
    for (const auto& command : commands()) {
        std::string line;
        for (const auto word : command.words) line += std::string{word} + " ";
        for (const auto& argument : command.arguments)
            if (!argument.optional)
                line += (argument.choices.empty() ? "x" : std::string{argument.choices[0]}) + " ";
        for (const auto& option : command.options)
            if (option.required) line += "--" + std::string{option.name} + " x ";
        const auto invocation = parsed(line);
        INFO(line);
        REQUIRE(invocation.command);
        CHECK(invocation.command->id == command.id);
    }
}

TEST_CASE("global options stand before or after the command") {
    for (const auto* line :
         {"--socket /s --tenant t -o json --timeout 5 --no-wait deployable start shop",
          "deployable start shop --socket=/s --tenant=t -ojson --timeout=5 --no-wait",
          "deployable --socket /s start -o json --tenant t shop --no-wait --timeout 5"}) {
        const auto invocation = parsed(line);
        INFO(line);
        CHECK(invocation.globals.socket == "/s");
        CHECK(invocation.globals.tenant == "t");
        CHECK(invocation.globals.output == Output::json);
        CHECK(invocation.globals.timeout == cpe::Millis{5000});
        CHECK_FALSE(invocation.globals.wait);
        CHECK(invocation.arguments == std::vector<std::string>{"shop"});
    }
}

TEST_CASE("without options the local socket, the default tenant and tables are meant") {
    const auto invocation = parsed("status");
    CHECK(invocation.globals.socket == "/var/lib/cpe/cped.sock");
    CHECK(invocation.globals.tenant == "default");
    CHECK(invocation.globals.output == Output::table);
    CHECK_FALSE(invocation.globals.timeout);
    CHECK(invocation.globals.wait);
    CHECK(invocation.arguments.empty());
}

TEST_CASE("options of a command, standard input, and words after --") {
    const auto create = parsed("deployable create - --start");
    CHECK(create.arguments == std::vector<std::string>{"-"});
    CHECK(create.has("start"));
    const auto events = parsed("events --deployable shop --since #42 -f -n 5");
    CHECK(events.options.at("deployable") == "shop");
    CHECK(events.options.at("since") == "#42");
    CHECK(events.has("follow"));
    CHECK(events.options.at("limit") == "5");
    CHECK(parse_arguments({"sql", "--", "-- x"})->arguments == std::vector<std::string>{"-- x"});
}

TEST_CASE("help and version are asked for at every level") {
    CHECK(parsed("--help").help);
    CHECK(parsed("-h").topic.empty());
    CHECK(parsed("deployable --help").topic == std::vector<std::string_view>{"deployable"});
    CHECK(parsed("deployable create --help").topic.size() == 2);
    CHECK(parsed("--version").version);
}

TEST_CASE("a wrong use is told in one line") {
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"", "a command is missing (see cpe-ctl --help)"},
        {"frob", "there is no command 'frob' (see cpe-ctl --help)"},
        {"frob --help", "there is no command 'frob' (see cpe-ctl --help)"},
        {"deployable", "'deployable' needs a further word (see cpe-ctl --help)"},
        {"deployable frob",
         "there is no command 'deployable frob' (see cpe-ctl deployable --help)"},
        {"status --frob", "there is no option '--frob' (see cpe-ctl --help)"},
        {"status -x", "there is no option '-x' (see cpe-ctl --help)"},
        {"status a b", "there is a word too many: 'b' (cpe-ctl status [NAME])"},
        {"deployable start", "NAME is missing (cpe-ctl deployable start NAME)"},
        {"sql", "QUERY is missing (cpe-ctl sql QUERY)"},
        {"debug fault shop frob",
         "there is no FAULT 'frob' (dpe-exception, tick-abort, tick-crash or tick-hang)"},
        {"assembly restart shop", "NAME is missing (cpe-ctl assembly restart DEPLOYABLE NAME)"},
        {"maintenance", "'maintenance' needs a further word (see cpe-ctl --help)"},
        {"status --start", "this command has no option '--start' (cpe-ctl status [NAME])"},
        {"status --no-wait=1", "option '--no-wait' takes no value (see cpe-ctl --help)"},
        {"status --socket",
         "option '--socket' needs a value (PATH: cped's socket (default "
         "/var/lib/cpe/cped.sock))"},
        {"status --socket=",
         "option '--socket' needs a value that is not empty (see cpe-ctl "
         "--help)"},
        {"status -o xml", "there is no output format 'xml' (table or json)"},
        {"status --timeout 0", "'--timeout 0' is not a number of seconds (1 to 86400)"},
        {"status --timeout 5s", "'--timeout 5s' is not a number of seconds (1 to 86400)"},
    };
    for (const auto& [line, message] : cases) {
        const auto error = refused(line);
        CHECK(error.code == Errc::invalid_input);
        CHECK(error.line() == message);
    }
    CHECK(parse_arguments({"sql", ""}).has_error());
}

TEST_CASE("what comes later is refused by name") {
    for (const auto name : later_commands()) {
        const auto error = refused(std::string{name} + " some words --help");
        CHECK(error.code == Errc::unsupported);
        CHECK(error.line() == "command '" + std::string{name} + "' is not supported yet");
    }
    CHECK(refused("user").line() == "command 'user' is not supported yet");
    for (const auto* option : {"--url", "--user", "--password-file"}) {
        const auto error = refused(std::string{"status "} + option + " x");
        CHECK(error.code == Errc::unsupported);
        CHECK(error.what == "option '" + std::string{option} + "' is not supported yet");
    }
}
