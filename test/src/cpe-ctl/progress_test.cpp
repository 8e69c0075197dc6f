#include "src/cpe-ctl/wait/progress.hpp"
#include "test/src/cpe-ctl/samples.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace cpe;
using namespace cpe::ctl;
using Lines = std::vector<std::string>;

namespace {

/// What a program without input would be given.
struct Streams {
    std::istringstream in;
    std::ostringstream out, err;
    Io io{in, out, err, false, false, false, ctl::test::moment, [] { return false; }};
};

}  // namespace

TEST_CASE("each change of state is a line, once") {
    auto now = ctl::test::two_tier();
    CHECK(changes(std::nullopt, now) == Lines{"deployable two-tier: recovering",
                                              "assembly db: running", "assembly web: booting",
                                              "service mysqld: running", "service httpd: stopped"});
    const auto before = now;
    CHECK(changes(before, now).empty());
    now.state = DeployableState::running;
    now.assemblies[1].state = AssemblyState::running;
    now.services[1].state = ServiceState::starting;
    CHECK(changes(before, now) == Lines{"deployable two-tier: running", "assembly web: running",
                                        "service httpd: starting"});
    CHECK(changes(before, std::nullopt) == Lines{"deployable: gone"});
    CHECK(changes(std::nullopt, std::nullopt).empty());
}

TEST_CASE("services of one name on two assemblies are told apart") {
    auto now = ctl::test::two_tier();
    now.services[1].name = "mysqld";
    const auto before = now;
    now.services[1].state = ServiceState::running;
    CHECK(changes(before, now) == Lines{"service mysqld: running"});
}

TEST_CASE("the board of a terminal is bounded") {
    auto now = ctl::test::two_tier();
    CHECK(board(now, false) == Lines{"two-tier: recovering", "  assembly db: running",
                                     "  assembly web: booting", "  service mysqld: running",
                                     "  service httpd: stopped"});
    for (int i = 0; i < 100; ++i) now.services.push_back(now.services[0]);
    const auto lines = board(now, false);
    CHECK(lines.size() == 21);
    CHECK(lines.back() == "  and 85 more");
}

TEST_CASE("a terminal's board is redrawn in place, elsewhere only changes are told") {
    auto now = ctl::test::stopped("shop");
    Streams plain;
    Progress lines(plain.io);
    lines.show(now);
    lines.show(now);
    now.state = DeployableState::starting;
    lines.show(now);
    CHECK(plain.err.str() == "deployable shop: stopped\ndeployable shop: starting\n");

    Streams terminal;
    terminal.io.err_live = true;
    Progress live(terminal.io);
    live.show(now);
    live.show(now);
    CHECK(terminal.err.str() ==
          "\r\x1b[Kshop: starting\n\x1b[J\x1b[1A\r\x1b[Kshop: starting\n\x1b[J");
}
