#include "src/store/state_lock.hpp"

#include "fixture.hpp"

#include <unistd.h>
#include <fstream>

using namespace cpe;
using namespace cpe::store;
using namespace cpe::store::test;

TEST_CASE("a state directory has one owner, who is named") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "cped.lock";
    std::optional<StateLock> held;
    {
        auto first = StateLock::take(path);
        REQUIRE(first);
        held.emplace(std::move(*first));
    }
    const auto second = StateLock::take(path);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::refused);
    CHECK(second.error().line().find("(pid " + std::to_string(::getpid()) + ")") !=
          std::string::npos);
    held.reset();
    CHECK(StateLock::take(path));
}

TEST_CASE("a lock that was left behind is nobody's") {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "cped.lock";
    std::ofstream(path) << "4194304999\n";
    CHECK(StateLock::take(path));
    const auto nowhere = StateLock::take(directory.path() / "none" / "cped.lock");
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().code == Errc::unavailable);
}
