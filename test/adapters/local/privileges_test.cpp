#include "adapters/local/privileges.hpp"

#include "result_text.hpp"

#include <catch2/catch.hpp>

#include <linux/capability.h>

using cpe::local::check_privileges;

TEST_CASE("without root or its capabilities it is said what to do") {
    const std::uint64_t all = ~0ULL;
    CHECK(check_privileges(0, all));
    const auto user = check_privileges(1000, all);
    REQUIRE_FALSE(user);
    CHECK(user.error().code == cpe::Errc::not_allowed);
    CHECK(user.error().line().find("run cped as root") != std::string::npos);
    const auto [capability, name] = GENERATE(table<unsigned, const char*>(
        {{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"}, {CAP_NET_ADMIN, "CAP_NET_ADMIN"}}));
    const auto confined = check_privileges(0, all & ~(1ULL << capability));
    REQUIRE_FALSE(confined);
    CHECK(confined.error().what == std::string("sandboxes need ") + name);
}
