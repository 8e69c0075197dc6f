#include "adapters/local/message.hpp"

#include "adapters/local/sandbox/boot_plan.hpp"

#include "result_text.hpp"

#include <catch2/catch.hpp>

using namespace cpe::local;
using cpe::Errc;
using cpe::Error;

TEST_CASE("messages survive the line, whatever is in them") {
    CHECK(parse_message(message_text({"ready", "abc"})) == Message{"ready", "abc"});
    CHECK(message_text({"error", "two\nlines\tand tabs"}) == "error\ttwo lines and tabs\n");
    CHECK(parse_message("") == Message{""});
    CHECK(parse_message("\n") == Message{""});
    CHECK(parse_message("\t\t\n") == Message{"", "", ""});
    const std::string huge(100'000, 'x');
    CHECK(message_text({"error", huge, huge, huge, huge, huge}).size() <= max_message);
    const auto error = error_of(
        parse_message(message_text(error_message({Errc::unavailable, "what", "where", "hint"}))));
    CHECK(error == Error{Errc::unavailable, "what", "where", "hint"});
    CHECK(error_of({"error"}).what.empty());
}

TEST_CASE("a boot's options are read back as they were given") {
    const BootPlan plan{.key = {{"default", "shop"}, "web1"},
                        .home = {"/var/lib/a b:c,d", "spare"},
                        .slug_dir = "/var/lib/a b:c,d/local-spare/0123456789abcdef",
                        .agent_dir = "/var/lib/a b:c,d/agents/0123456789abcdef",
                        .agent_program = "/usr/libexec/cpe/cpe-agent",
                        .masked = {"/etc/cpe", "/root/.ssh"},
                        .bridge = "cpe00000000-br",
                        .veth = "cpe00000000-002",
                        .address = *parse_address("10.88.0.2"),
                        .slice = *parse_subnet("10.88.0.0/22"),
                        .stop_grace = cpe::Millis(1000),
                        .log_bytes = 4096};
    const auto options = Options::parse(options_of(plan));
    REQUIRE(options);
    const auto read = plan_of(*options);
    REQUIRE(read);
    CHECK(options_of(*read) == options_of(plan));
    CHECK(read->slug_dir == plan.slug_dir);
    CHECK(read->agent_dir == plan.agent_dir);
}

TEST_CASE("wrong options are named") {
    CHECK_FALSE(Options::parse({"state-dir=/x"}));
    CHECK_FALSE(Options::parse({"--state-dir"}));
    const auto twice = Options::parse({"--slug=a", "--slug=b"});
    REQUIRE_FALSE(twice);
    CHECK(twice.error().what == "'--slug=b' is given twice");
    const auto missing = plan_of(*Options::parse({"--tenant=default", "--deployable=shop"}));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().what == "--assembly= is missing");
}
