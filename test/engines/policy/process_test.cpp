// What the scheduler does to its process: nothing that others notice. Pacemaker's libraries prepare
// a process once, so each of these needs to be run alone too (ctest does).
#include "engines/policy/scheduler.hpp"
#include "test/engines/policy/files.hpp"
#include "test/engines/policy/plan_text.hpp"

#include <catch2/catch.hpp>

#include <libxml/globals.h>
#include <libxml/parser.h>
#include <sys/stat.h>

#include <thread>

using namespace cpe;
using namespace cpe::test;

namespace {

constexpr WallTime now{1'700'000'000'000};

/// As libxml2 is used by all other rooms: without Pacemaker's callbacks.
void use_libxml2() {
    CHECK(xmlRegisterNodeDefaultValue == nullptr);
    CHECK(xmlDeregisterNodeDefaultValue == nullptr);
    const std::string text = sample("4-steady");
    xmlDoc* document =
        xmlReadMemory(text.data(), static_cast<int>(text.size()), "x", nullptr, XML_PARSE_NONET);
    REQUIRE(document != nullptr);
    CHECK(xmlDocGetRootElement(document)->_private == nullptr);
    xmlFreeDoc(document);
}

/// Plans all samples on a thread of its own; the names of those that came out differently.
std::string plan_on_a_thread() {
    std::string different;
    std::thread([&] {
        policy::Scheduler scheduler{LogSink{}};
        for (const auto& name : samples()) {
            const auto result = scheduler.run("shop", sample(name), now, true);
            if (!result || plan_text(result->graph) != read_file(golden_dir() / (name + ".plan")))
                different += name + " ";
        }
    }).join();
    return different;
}

}  // namespace

TEST_CASE("the scheduler runs on its thread where another one used libxml2 first") {
    use_libxml2();
    CHECK(plan_on_a_thread().empty());
    use_libxml2();
    CHECK(plan_on_a_thread().empty());
}

TEST_CASE("the scheduler runs on its thread where no other used libxml2 before") {
    CHECK(plan_on_a_thread().empty());
    use_libxml2();
    CHECK(plan_on_a_thread().empty());
    use_libxml2();
}

TEST_CASE("the scheduler leaves its thread as it was") {
    use_libxml2();
    {
        policy::Scheduler scheduler{LogSink{}};
        CHECK(xmlRegisterNodeDefaultValue != nullptr);
    }
    use_libxml2();
}

TEST_CASE("the process keeps its umask") {
    const auto before = ::umask(0027);
    { policy::Scheduler scheduler{LogSink{}}; }
    CHECK(::umask(before) == 0027);
}

TEST_CASE("the library's messages come with the deployable's name, one line each") {
    std::vector<std::string> lines;
    policy::Scheduler scheduler(
        [&](LogLevel level, std::string_view component, std::string_view message) {
            CHECK(component == "policy shop");
            CHECK(message.find('\n') == std::string_view::npos);
            if (level == LogLevel::warning) lines.emplace_back(message);
        });
    REQUIRE(scheduler.run("shop", sample("5-db-lost"), now, true).has_value());
    CHECK(std::find(lines.begin(), lines.end(), "Scheduling node db for fencing") != lines.end());
}
