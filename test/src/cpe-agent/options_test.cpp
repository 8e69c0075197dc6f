#include "src/cpe-agent/options.hpp"
#include "src/cpe-agent/backoff.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::guest;

TEST_CASE("the command line says what it wants") {
    const auto options = parse_options({"--socket", "/s", "--ocf-root=/o", "--log-level", "debug"});
    REQUIRE(options.has_value());
    CHECK(options->socket == "/s");
    CHECK(options->paths.ocf_root == "/o");
    CHECK(options->paths.init_dir == "/etc/init.d");
    CHECK(options->level == LogLevel::debug);
    CHECK(parse_options({"--help"})->wish == Options::Wish::help);
    CHECK(parse_options({"--version"})->wish == Options::Wish::version);
    for (const char* name : {"--socket", "--url", "--boot-id-file", "--log-level"})
        CHECK_THAT(help_text(), Catch::Contains(name));
}

TEST_CASE("a wrong command line is told in one line") {
    struct Case {
        std::vector<std::string> arguments;
        Errc code;
        const char* line;
    };
    const std::vector<Case> cases{
        {{}, Errc::invalid_input, "--socket: is missing (see cpe-agent --help)"},
        {{"--socket"}, Errc::invalid_input, "--socket: needs a value (see cpe-agent --help)"},
        {{"--sock", "x"}, Errc::invalid_input, "--sock: is not known (see cpe-agent --help)"},
        {{"x"}, Errc::invalid_input, "x: is not known (see cpe-agent --help)"},
        {{"--url", "amqp://x"},
         Errc::unsupported,
         "--url: is not supported yet (use --socket PATH)"},
        {{"--token-file=x"},
         Errc::unsupported,
         "--token-file: is not supported yet (use --socket PATH)"},
        {{"--log-level", "loud"},
         Errc::invalid_input,
         "--log-level: 'loud' is no level (trace, debug, info, warning or error)"},
    };
    for (const auto& one : cases) {
        const auto options = parse_options(one.arguments);
        REQUIRE_FALSE(options.has_value());
        CHECK(options.error().code == one.code);
        CHECK(options.error().line() == one.line);
    }
}

TEST_CASE("the way back to cped is tried soon, then at most once a second") {
    Backoff backoff;
    for (const int expected : {50, 100, 200, 400, 800, 1'000, 1'000})
        CHECK(backoff.next() == Millis{expected});
    backoff.connection_ended(Millis{9'999});
    CHECK(backoff.next() == Millis{1'000});
    backoff.connection_ended(Millis{10'000});
    CHECK(backoff.next() == Millis{50});
}
