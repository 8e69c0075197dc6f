// The brake under virtual time: when it goes on, whom it holds, when it lets go.
#include "engines/brake/brake.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace cpe;
using brake::Brake;
using brake::Order;
using brake::Population;
using brake::Settings;

namespace {

/// A cloud of deployables with as many assemblies as it is told, and a clock turned by hand.
class Cloud {
public:
    explicit Cloud(Settings settings = {}) : brake_(settings) {}

    void runs(const std::string& tenant, const std::string& name, std::size_t assemblies,
              const std::string& provider = "local") {
        rows_.push_back({{tenant, name}, provider, assemblies});
    }
    void stops(const std::string& name) {
        std::erase_if(rows_, [&](const Population& row) { return row.deployable.name == name; });
    }
    void wait(Millis time) { now_ += time; }

    /// Assemblies `first` to `last` of a deployable seem to fail now.
    std::vector<Order> fail(const std::string& tenant, const std::string& name, int first, int last,
                            const std::string& provider = "local") {
        std::vector<Order> all;
        for (int i = first; i <= last; ++i) {
            auto orders = brake_.suspect(
                {{tenant, name}, "a" + std::to_string(i)}, provider, [this] { return rows_; },
                now());
            all.insert(all.end(), orders.begin(), orders.end());
        }
        return all;
    }
    std::vector<Order> time_passes(Millis time) {
        wait(time);
        return brake_.let_go(now());
    }
    bool holds(const std::string& tenant, const std::string& name) const {
        return brake_.holds({tenant, name});
    }
    [[nodiscard]] Now now() const { return {WallTime{now_.count()}, MonoTime{now_}}; }
    Brake& brake() { return brake_; }

private:
    Brake brake_;
    std::vector<Population> rows_;
    Millis now_{1'000'000};
};

bool told(const std::vector<Order>& orders, const std::string& name, bool on) {
    return std::any_of(orders.begin(), orders.end(), [&](const Order& order) {
        return order.deployable.name == name && order.on == on;
    });
}

constexpr Millis window{60'000}, hold{300'000};

}  // namespace

TEST_CASE("it goes on over half of what runs, at exactly the failure that makes it more") {
    const auto [all, tolerated] = GENERATE(table<std::size_t, int>(
        {{3, 2}, {4, 2}, {5, 2}, {6, 3}, {7, 3}, {10, 5}, {11, 5}, {100, 50}, {1000, 500}}));
    INFO(all << " assemblies");
    Cloud cloud;
    cloud.runs("default", "shop", all);
    CHECK(cloud.fail("default", "shop", 1, tolerated).empty());
    CHECK_FALSE(cloud.holds("default", "shop"));
    const auto orders = cloud.fail("default", "shop", tolerated + 1, tolerated + 1);
    REQUIRE(orders.size() == 1);
    CHECK(orders.front().on);
    CHECK(orders.front().deployable == DeployableKey{"default", "shop"});
    CHECK(cloud.holds("default", "shop"));
}

TEST_CASE("fewer than three assemblies never brake") {
    const std::size_t all = GENERATE(std::size_t{1}, std::size_t{2});
    Cloud cloud;
    cloud.runs("default", "shop", all);
    for (int round = 0; round < 10; ++round)
        CHECK(cloud.fail("default", "shop", 1, static_cast<int>(all)).empty());
}

TEST_CASE("the same assembly failing again and again counts once") {
    Cloud cloud;
    cloud.runs("default", "shop", 3);
    for (int round = 0; round < 20; ++round) {
        cloud.wait(Millis{1000});
        CHECK(cloud.fail("default", "shop", 1, 2).empty());
    }
}

TEST_CASE("single-assembly deployables of one tenant count together, and are all held") {
    Cloud cloud;
    for (const char* name : {"a", "b", "c", "d"}) cloud.runs("default", name, 1);
    CHECK(cloud.fail("default", "a", 1, 1).empty());
    CHECK(cloud.fail("default", "b", 1, 1).empty());
    const auto orders = cloud.fail("default", "c", 1, 1);
    CHECK(orders.size() == 4);
    for (const char* name : {"a", "b", "c", "d"}) CHECK(told(orders, name, true));
}

TEST_CASE("failures of more than the window apart do not belong together") {
    const bool within = GENERATE(true, false);
    Cloud cloud;
    cloud.runs("default", "shop", 3);
    cloud.fail("default", "shop", 1, 1);
    cloud.wait(window / 2);
    cloud.fail("default", "shop", 2, 2);
    cloud.wait(window / 2 + Millis{within ? 0 : 1});
    CHECK(cloud.fail("default", "shop", 3, 3).empty() == !within);
}

TEST_CASE("it says how many of how many, and with which settings") {
    Cloud cloud;
    cloud.runs("default", "shop", 5);
    const auto orders = cloud.fail("default", "shop", 1, 3);
    REQUIRE(orders.size() == 1);
    CHECK(orders.front().reason ==
          "3 of 5 assemblies of tenant 'default' seem to have failed within 60 s: the fault is "
          "more likely ours");
    CHECK(orders.front().detail ==
          R"({"tenant":"default","failed":3,"assemblies":5,"fraction":5E-1,"at_least":3,)"
          R"("window_ms":60000,"hold_ms":300000})");
}

TEST_CASE("settings: another fraction, another least number, and fraction 1 is never") {
    Cloud all({1.0, 1, window, hold});
    all.runs("default", "shop", 3);
    CHECK(all.fail("default", "shop", 1, 3).empty());
    Cloud quarter({0.25, 1, window, hold});
    quarter.runs("default", "shop", 8);
    CHECK(quarter.fail("default", "shop", 1, 2).empty());
    CHECK(quarter.fail("default", "shop", 3, 3).size() == 1);
    Cloud five({0.0, 5, window, hold});
    five.runs("default", "shop", 8);
    CHECK(five.fail("default", "shop", 1, 4).empty());
    CHECK(five.fail("default", "shop", 5, 5).size() == 1);
}

TEST_CASE("it lets go when nothing more failed for the hold, counted from the last failure") {
    Cloud cloud;
    cloud.runs("default", "shop", 4);
    cloud.fail("default", "shop", 1, 3);
    CHECK(cloud.brake().next() == cloud.now().mono + hold);
    cloud.wait(Millis{100'000});
    CHECK(told(cloud.fail("default", "shop", 4, 4), "shop", true));
    CHECK(cloud.time_passes(hold - Millis{1}).empty());
    const auto orders = cloud.time_passes(Millis{1});
    REQUIRE(orders.size() == 1);
    CHECK_FALSE(orders.front().on);
    CHECK(orders.front().reason == "nothing more of tenant 'default' has seemed to fail for 300 s");
    CHECK_FALSE(cloud.holds("default", "shop"));
    CHECK_FALSE(cloud.brake().next());
}

TEST_CASE("once it has let go, everything is counted from zero") {
    Cloud cloud({0.5, 3, window, Millis{1'000}});
    cloud.runs("default", "shop", 3);
    CHECK(cloud.fail("default", "shop", 1, 3).size() == 1);
    CHECK(cloud.time_passes(Millis{1'000}).size() == 1);
    CHECK(cloud.fail("default", "shop", 1, 2).empty());
    CHECK(cloud.fail("default", "shop", 3, 3).size() == 1);
}

TEST_CASE("by hand one is let go, the others stay held, and the one is not held again meanwhile") {
    Cloud cloud;
    cloud.runs("default", "shop", 3);
    cloud.runs("default", "blog", 1);
    cloud.fail("default", "shop", 1, 3);
    const auto orders = cloud.brake().release({"default", "shop"}, "alice asked for it");
    REQUIRE(orders.size() == 1);
    CHECK(orders.front().reason == "alice asked for it");
    CHECK_FALSE(cloud.holds("default", "shop"));
    CHECK(cloud.holds("default", "blog"));
    cloud.wait(Millis{10'000});
    CHECK(cloud.fail("default", "shop", 1, 3).empty());
    CHECK(cloud.brake().release({"default", "shop"}, "again").empty());
    // What the released one does keeps nobody held for longer.
    CHECK(told(cloud.time_passes(hold - Millis{10'000}), "blog", false));
}

TEST_CASE("when the last one is let go by hand it has ended, and may go on again") {
    Cloud cloud;
    cloud.runs("default", "shop", 3);
    cloud.fail("default", "shop", 1, 3);
    CHECK(cloud.brake().release({"default", "shop"}, "alice").size() == 1);
    CHECK_FALSE(cloud.brake().next());
    CHECK(cloud.fail("default", "shop", 1, 2).empty());
    CHECK(told(cloud.fail("default", "shop", 3, 3), "shop", true));
}

TEST_CASE("what is started while it is on is held from its own first failure on") {
    Cloud cloud;
    cloud.runs("default", "shop", 3);
    cloud.fail("default", "shop", 1, 3);
    cloud.runs("default", "new", 2);
    CHECK_FALSE(cloud.holds("default", "new"));
    const auto orders = cloud.fail("default", "new", 1, 1);
    REQUIRE(orders.size() == 1);
    CHECK(told(orders, "new", true));
}

TEST_CASE("nothing of one tenant counts for another") {
    Cloud cloud;
    cloud.runs("acme", "shop", 3, "here");
    cloud.runs("other", "shop", 3, "there");
    cloud.fail("acme", "shop", 1, 2, "here");
    CHECK(cloud.fail("other", "shop", 1, 2, "there").empty());
    const auto orders = cloud.fail("acme", "shop", 3, 3, "here");
    REQUIRE(orders.size() == 1);
    CHECK(orders.front().deployable.tenant == "acme");
    CHECK_FALSE(cloud.holds("other", "shop"));
}

TEST_CASE("a provider brakes all its deployables when more than one tenant is hit") {
    Cloud cloud;
    cloud.runs("acme", "shop", 4, "cloud");
    cloud.runs("other", "blog", 4, "cloud");
    cloud.runs("third", "wiki", 1, "cloud");
    cloud.runs("third", "home", 1, "local");
    cloud.fail("acme", "shop", 1, 2, "cloud");
    cloud.fail("other", "blog", 1, 2, "cloud");
    CHECK_FALSE(cloud.holds("acme", "shop"));  // 2 of 4, and 4 of 9
    const auto orders = cloud.fail("third", "wiki", 1, 1, "cloud");
    CHECK(orders.size() == 3);
    CHECK(orders.front().reason.find("5 of 9 assemblies of provider 'cloud'") == 0);
    CHECK(cloud.holds("acme", "shop"));
    CHECK(cloud.holds("other", "blog"));
    CHECK(cloud.holds("third", "wiki"));
    CHECK_FALSE(cloud.holds("third", "home"));
}

TEST_CASE("a provider with one tenant hit is that tenant's affair") {
    Cloud cloud;
    cloud.runs("acme", "shop", 4, "cloud");
    cloud.runs("acme", "rest", 9, "local");
    cloud.runs("other", "blog", 1, "cloud");
    CHECK(cloud.fail("acme", "shop", 1, 4, "cloud").empty());
    CHECK_FALSE(cloud.holds("other", "blog"));
}

TEST_CASE("held by tenant and provider, it is told off when the last of both lets go") {
    Cloud cloud;
    cloud.runs("acme", "shop", 3, "cloud");
    cloud.runs("other", "blog", 2, "cloud");
    cloud.fail("acme", "shop", 1, 3, "cloud");
    cloud.wait(Millis{50'000});
    CHECK(told(cloud.fail("other", "blog", 1, 1, "cloud"), "blog", true));
    CHECK(cloud.time_passes(hold - Millis{50'000}).empty());  // the tenant's has let go
    CHECK(cloud.holds("acme", "shop"));
    const auto orders = cloud.time_passes(Millis{50'000});
    CHECK(told(orders, "shop", false));
    CHECK(told(orders, "blog", false));
}

TEST_CASE("after a restart of cped what was held stays so, for the hold from then on") {
    Cloud cloud;
    cloud.runs("default", "shop", 3);
    cloud.brake().resume({"default", "shop"}, {WallTime{7}, "it was so", "{}"}, cloud.now());
    CHECK(cloud.holds("default", "shop"));
    const auto shown = cloud.brake().hold_of({"default", "shop"});
    REQUIRE(shown);
    CHECK(shown->since == WallTime{7});
    CHECK(shown->until == cloud.now().mono + hold);
    CHECK(cloud.time_passes(hold - Millis{1}).empty());
    CHECK(told(cloud.time_passes(Millis{1}), "shop", false));
}

TEST_CASE("what is stopped or deleted is counted and held no more") {
    Cloud cloud;
    cloud.runs("default", "shop", 2);
    cloud.runs("default", "blog", 1);
    cloud.fail("default", "shop", 1, 2);
    cloud.brake().forget({"default", "shop"});
    cloud.stops("shop");
    CHECK(cloud.fail("default", "blog", 1, 1).empty());
    cloud.runs("default", "wiki", 3);
    CHECK(told(cloud.fail("default", "wiki", 1, 3), "wiki", true));
    cloud.brake().forget({"default", "wiki"});
    CHECK(cloud.holds("default", "blog"));
    cloud.brake().forget({"default", "blog"});
    CHECK_FALSE(cloud.brake().next());
    CHECK_FALSE(cloud.brake().hold_of({"default", "blog"}));
}

TEST_CASE("of two brakes the one that lets go last is shown") {
    Cloud cloud;
    cloud.runs("acme", "shop", 4, "cloud");
    cloud.runs("other", "blog", 4, "cloud");
    cloud.fail("acme", "shop", 1, 3, "cloud");
    cloud.wait(Millis{10'000});
    cloud.fail("other", "blog", 1, 2, "cloud");
    const auto shown = cloud.brake().hold_of({"acme", "shop"});
    REQUIRE(shown);
    CHECK(shown->until == cloud.now().mono + hold);
    CHECK(shown->reason.find("cloud") != std::string::npos);
}

TEST_CASE("the census is asked only when enough has failed, and not while it is on") {
    Brake brake({});
    int asked = 0;
    const auto census = [&] {
        ++asked;
        return std::vector<Population>{{{"default", "shop"}, "local", 5}};
    };
    const Now now{WallTime{1}, MonoTime{Millis{1}}};
    for (const char* name : {"a", "b"})
        brake.suspect({{"default", "shop"}, name}, "p", census, now);
    CHECK(asked == 0);
    for (const char* name : {"c", "d", "e"})
        brake.suspect({{"default", "shop"}, name}, "p", census, now);
    CHECK(asked == 1);
}
