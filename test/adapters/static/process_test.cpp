// One run of a program, whatever it does.
#include "test/adapters/static/lab.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::static_hosts;
using namespace cpe::static_hosts::test;

namespace {

Ended run(Lab& lab, const std::filesystem::path& program, const std::string& input = {},
          Millis limit = Millis{10'000}) {
    const auto started = Process::start(lab.loop.get_executor(), program, input);
    REQUIRE(started.has_value());
    return lab.await(Process::wait(*started, limit));
}

}  // namespace

TEST_CASE("a program gets its input on stdin, and nothing on its command line or from us") {
    Lab lab;
    ::setenv("CPE_TEST_SECRET", "hunter22", 1);
    const auto ended = run(lab,
                           lab.agent("look",
                                     "tr '\\0' ' ' </proc/$$/cmdline; echo; tr '\\0' '\\n' "
                                     "</proc/$$/environ | sort; echo \"$input\" | wc -c; "
                                     "ls /proc/$$/fd | tr '\\n' ' '; cut -d' ' -f6 /proc/$$/stat; "
                                     "echo $$"),
                           std::string(200'000, 'x'));
    ::unsetenv("CPE_TEST_SECRET");
    CHECK(ended.code == 0);
    CHECK(ended.output.find("hunter22") == std::string::npos);
    CHECK(ended.output.find((lab.folder / "fence_look").string() + " \n") != std::string::npos);
    CHECK(ended.output.find("\nLANG=C.UTF-8\nPATH=") != std::string::npos);
    CHECK(ended.output.find("\n200001\n") != std::string::npos);
    CHECK(ended.output.find("\n0 1 2 255 ") != std::string::npos);  // 255: bash's own
}

TEST_CASE("a program that does not read its input, or cannot be started, hinders nobody") {
    Lab lab;
    const auto ended = run(lab, "/bin/false", std::string(1U << 20U, 'x'));
    CHECK(ended.code == 1);
    const auto missing = Process::start(lab.loop.get_executor(), lab.folder / "fence_none", {});
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == Errc::unavailable);
    const auto no_program =
        Process::start(lab.loop.get_executor(), lab.options(), {});  // not executable
    CHECK_FALSE(no_program.has_value());
}

TEST_CASE("a program that hangs is killed with all that it started") {
    Lab lab;
    const auto hangs = lab.agent("hangs", "trap '' TERM; sleep 1000006 & sleep 1000007");
    const auto began = std::chrono::steady_clock::now();
    const auto ended = run(lab, hangs, {}, Millis{500});
    CHECK(ended.timed_out);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
    CHECK(lab.until([] { return processes_with("1000006") == 0; }));
    CHECK(lab.until([&] { return processes_with(hangs.string()) == 0; }));
}

TEST_CASE("a program that leaves something behind that holds its output is over when it ends") {
    Lab lab;
    const auto ended = run(lab, lab.agent("leaves", "echo said; sleep 1000002 &"));
    CHECK(ended.code == 0);
    CHECK_FALSE(ended.timed_out);
    CHECK(ended.output == "said\n");
    CHECK(lab.until([&] { return processes_with("1000002") == 0; }));
}

TEST_CASE("a program that writes 50 MB costs no memory, and its last words are kept") {
    Lab lab;
    const auto ended = run(lab, lab.agent("writes",
                                          "head -c 50000000 /dev/zero | tr '\\0' 'x'; echo; "
                                          "yes talk | head -c 2000000; echo the end >&2"));
    CHECK(ended.code == 0);
    CHECK(ended.output.size() <= output_kept);
    CHECK(ended.output.ends_with("the end\n"));
    CHECK(ended.output.starts_with("talk\n"));  // from the beginning of a line
    const auto one_line = run(lab, lab.agent("line", "head -c 50000000 /dev/zero | tr '\\0' 'x'"));
    CHECK(one_line.output.empty());
}

TEST_CASE("a program that is ended by a signal is told as such") {
    Lab lab;
    const auto ended = run(lab, lab.agent("dies", "kill -SEGV $$"));
    CHECK(ended.code == -1);
    CHECK(ended.signal == 11);
}
