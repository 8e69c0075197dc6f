// Documents that fail assertions of the scheduler: the call ends with an error, and later calls
// give the same graphs as before.
#include "engines/policy/library.hpp"
#include "engines/policy/log_bridge.hpp"
#include "engines/policy/scheduler.hpp"
#include "test/engines/policy/files.hpp"
#include "test/engines/policy/plan_text.hpp"

#include <dlfcn.h>
#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime now{1'700'000'000'000};

/// An operation without a name: only reaches the scheduler where the grammar was not checked.
std::string nameless_operation() {
    return replaced(sample("3-both-up"), R"(name="monitor" )", "");
}

/// Refused by our own limits, so that only the library itself can be asked.
std::string order_of_one() {
    return replaced(sample("3-both-up"), R"(then="rsc_web_httpd")", R"(then="rsc_db_mysqld")");
}

std::string schedule_unchecked(const policy::Library& library, const std::string& text) {
    const policy::LogScope log(LogSink{}, "test");
    auto document = policy::parse_cib(text);
    REQUIRE(document.has_value());
    REQUIRE(library.valid(*document));
    const auto set = library.schedule(std::move(*document), policy::time_at(now));
    return set ? "planned" : set.error().what;
}

}  // namespace

TEST_CASE("crm_abort and pe_get_failcount are the ones that the libraries find") {
    for (const char* name : {"crm_abort", "pe_get_failcount"}) {
        Dl_info found{}, own{};
        REQUIRE(dladdr(dlsym(RTLD_DEFAULT, name), &found) != 0);
        REQUIRE(dladdr(reinterpret_cast<void*>(&nameless_operation), &own) != 0);
        CHECK(found.dli_fbase == own.dli_fbase);
    }
}

TEST_CASE("a failed assertion ends the call and nothing else") {
    policy::Scheduler scheduler{LogSink{}};
    const auto plan_of = [&](const std::string& name) {
        const auto result = scheduler.run("shop", sample(name), now, true);
        REQUIRE(result.has_value());
        return plan_text(result->graph);
    };
    for (int round = 0; round < 20; ++round) {
        const auto failed = scheduler.run("bad", nameless_operation(), now, false);
        REQUIRE(failed.has_error());
        INFO(failed.error().line());
        CHECK(failed.error().code == Errc::internal);
        CHECK(failed.error().what.starts_with("the scheduler failed an assertion: "));
        for (const auto& name : samples())
            REQUIRE(plan_of(name) == read_file(golden_dir() / (name + ".plan")));
    }
}

TEST_CASE("the library alone survives an order of a resource with itself") {
    const policy::Library library;
    for (int round = 0; round < 20; ++round) {
        CHECK(schedule_unchecked(library, order_of_one())
                  .starts_with("the scheduler failed an assertion: "));
        CHECK(schedule_unchecked(library, sample("3-both-up")) == "planned");
    }
}
