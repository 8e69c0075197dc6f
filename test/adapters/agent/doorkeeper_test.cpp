// Who may speak for a guest, under virtual time.
#include "adapters/agent/doorkeeper.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using cpe::agent::Doorkeeper;
using Verdict = Doorkeeper::Verdict;

namespace {

constexpr MonoTime at(int ms) {
    return MonoTime{Millis{ms}};
}

}  // namespace

TEST_CASE("a second machine is not let in as long as the first one is heard") {
    Doorkeeper door(Millis{2'000});
    CHECK(door.ask("one", at(0)) == Verdict::welcome);
    for (int ms = 1'000; ms <= 20'000; ms += 1'000) {
        CHECK(door.ask("two", at(ms)) == Verdict::later);
        door.heard(at(ms));
    }
    CHECK(door.ask("two", at(23'999)) == Verdict::later);
    CHECK(door.ask("two", at(24'000)) == Verdict::welcome);
    CHECK(door.ask("one", at(24'001)) == Verdict::later);
}

TEST_CASE("the same life comes in again at once, and a new one when the old connection has ended") {
    Doorkeeper door(Millis{2'000});
    CHECK(door.ask("one", at(0)) == Verdict::welcome);
    CHECK(door.ask("one", at(1)) == Verdict::welcome);
    door.left();
    CHECK(door.ask("two", at(2)) == Verdict::welcome);
}

TEST_CASE("who has ended is never let in, and put out") {
    Doorkeeper door(Millis{2'000});
    CHECK(door.ask("one", at(0)) == Verdict::welcome);
    CHECK_FALSE(door.is_barred_inside());
    door.bar({"zero", "one"});
    CHECK(door.is_barred_inside());
    door.left();
    CHECK_FALSE(door.is_barred_inside());
    CHECK(door.ask("one", at(60'000)) == Verdict::never);
    CHECK(door.ask("zero", at(60'000)) == Verdict::never);
    CHECK(door.ask("two", at(60'000)) == Verdict::welcome);
}
