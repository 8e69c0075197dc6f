#include "src/cpe-ctl/wait/outcome.hpp"
#include "test/src/cpe-ctl/samples.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::ctl;

namespace {

DeployableStatus in(DeployableState state, std::int64_t since = 1) {
    DeployableStatus deployable;
    deployable.state = state;
    deployable.since = {since};
    return deployable;
}

}  // namespace

TEST_CASE("each goal has its outcomes") {
    using S = DeployableState;
    struct Case {
        Goal goal;
        S now;
        Verdict verdict;
    };
    const Case cases[] = {
        {Goal::running, S::running, Verdict::reached},
        {Goal::running, S::starting, Verdict::pending},
        {Goal::running, S::recovering, Verdict::pending},
        {Goal::running, S::stopped, Verdict::pending},
        {Goal::running, S::degraded, Verdict::failed},
        {Goal::running, S::unrecoverable, Verdict::failed},
        {Goal::running, S::quarantined, Verdict::failed},
        {Goal::stopped, S::stopped, Verdict::reached},
        {Goal::stopped, S::stopping, Verdict::pending},
        {Goal::stopped, S::running, Verdict::pending},
        {Goal::stopped, S::degraded, Verdict::pending},
        {Goal::stopped, S::quarantined, Verdict::failed},
        {Goal::gone, S::stopped, Verdict::pending},
        {Goal::gone, S::quarantined, Verdict::failed},
        {Goal::settled, S::running, Verdict::reached},
        {Goal::settled, S::stopped, Verdict::reached},
        {Goal::settled, S::starting, Verdict::pending},
        {Goal::settled, S::recovering, Verdict::pending},
        {Goal::settled, S::stopping, Verdict::pending},
        {Goal::settled, S::degraded, Verdict::failed},
        {Goal::settled, S::quarantined, Verdict::failed},
        {Goal::settled, S::unrecoverable, Verdict::failed},
    };
    for (const auto& [goal, now, verdict] : cases) {
        INFO(static_cast<int>(goal) << " " << name_of(now));
        CHECK(judge({goal, {}}, in(S::stopped), in(now)) == verdict);
    }
}

TEST_CASE("what is gone is the goal of delete only") {
    CHECK(judge({Goal::gone, {}}, in(DeployableState::stopped), std::nullopt) == Verdict::reached);
    CHECK(judge({Goal::running, {}}, in(DeployableState::stopped), std::nullopt) ==
          Verdict::failed);
    CHECK(judge({Goal::stopped, {}}, in(DeployableState::running), std::nullopt) ==
          Verdict::failed);
}

TEST_CASE("a bad state from before the request is no answer to it") {
    const auto before = in(DeployableState::degraded, 5);
    CHECK(judge({Goal::running, {}}, before, in(DeployableState::degraded, 5)) == Verdict::pending);
    CHECK(judge({Goal::running, {}}, before, in(DeployableState::degraded, 6)) == Verdict::failed);
    CHECK(judge({Goal::running, {}}, before, in(DeployableState::unrecoverable, 5)) ==
          Verdict::failed);
    CHECK(judge({Goal::running, {}}, std::nullopt, in(DeployableState::degraded)) ==
          Verdict::failed);
}

TEST_CASE("nothing has settled while a transition runs") {
    auto now = in(DeployableState::running);
    now.transition = {7};
    CHECK(judge({Goal::settled, {}}, now, now) == Verdict::pending);
    CHECK(judge({Goal::running, {}}, now, now) == Verdict::reached);
}

TEST_CASE("an assembly that is restarted is to run since later than before") {
    using A = AssemblyState;
    const auto with = [](A state, std::int64_t since) {
        auto deployable = in(DeployableState::running);
        AssemblyStatus web;
        web.name = "web";
        web.state = state;
        web.since = {since};
        deployable.assemblies.push_back(web);
        return deployable;
    };
    const Aim aim{Goal::running, "web"};
    const auto before = with(A::running, 5);
    CHECK(judge(aim, before, before) == Verdict::pending);
    CHECK(judge(aim, before, with(A::fencing, 6)) == Verdict::pending);
    CHECK(judge(aim, before, with(A::stopped, 6)) == Verdict::pending);
    CHECK(judge(aim, before, with(A::running, 6)) == Verdict::reached);
    CHECK(judge(aim, before, with(A::unrecoverable, 6)) == Verdict::failed);
    CHECK(judge(aim, before, in(DeployableState::running)) == Verdict::failed);
    CHECK(judge(aim, with(A::failed, 5), with(A::failed, 5)) == Verdict::pending);
    auto stopping = with(A::stopped, 6);
    stopping.state = DeployableState::stopping;
    CHECK(judge(aim, before, stopping) == Verdict::failed);
    CHECK(missing(aim, with(A::fencing, 6)) == "it is fencing");
    CHECK(aim.title("shop") == "assembly web of shop");
}

TEST_CASE("what is missing is named, up to a limit") {
    const auto two_tier = ctl::test::two_tier();
    CHECK(missing({Goal::running, {}}, two_tier) ==
          "it is recovering: assembly web is booting (the guest does not accept our key); service "
          "httpd is stopped");
    CHECK(missing({Goal::stopped, {}}, two_tier) ==
          "it is recovering: assembly db is running; assembly web is booting (the guest does not "
          "accept our key); service mysqld is "
          "running");
    CHECK(missing({Goal::gone, {}}, ctl::test::stopped("x")) == "it is stopped");
    CHECK(missing({Goal::running, {}}, std::nullopt) == "there is no such deployable any more");
    auto many = ctl::test::stopped("x");
    for (int i = 0; i < 14; ++i) many.assemblies.emplace_back().name = "a" + std::to_string(i);
    const auto text = missing({Goal::running, {}}, many);
    CHECK(text.find("assembly a9 is pending; and 4 more") != std::string::npos);
    CHECK(text.find("a10") == std::string::npos);
}
