// Documents and the providers that they name.
#include "src/registry/provider_check.hpp"

#include "engines/deployable/parse.hpp"

#include <catch2/catch.hpp>

#include <memory_resource>

using namespace cpe;
using namespace cpe::registry;
using Guests = KnownProvider::Guests;

namespace {

/// `head`: attributes of the deployable; `assembly`: of its only assembly.
std::string verdict(const std::string& head, const std::string& assembly) {
    const std::vector<KnownProvider> known{{"cloud", Guests::any},
                                           {"lab", Guests::hosts},
                                           {"local", Guests::sandboxes},
                                           {"static", Guests::hosts}};
    const std::string document = "<deployable name='d' uuid='1' " + head +
                                 "><assemblies>\n<assembly name='web' uuid='2' " + assembly +
                                 "/></assemblies></deployable>";
    const auto parsed = deployable::parse(document, {}, *std::pmr::get_default_resource());
    REQUIRE(parsed.has_value());
    const auto checked = check_providers(parsed->deployable, known, "local");
    return checked ? "" : checked.error().line();
}

}  // namespace

TEST_CASE("a provider that is not configured is refused wherever it stands") {
    const std::string configured = "(configured are: cloud, lab, local, static)";
    CHECK(verdict("provider='x'", "") == "deployable: unknown provider 'x' " + configured);
    CHECK(verdict("providers='cloud x'", "") ==
          "deployable, providers: unknown provider 'x' " + configured);
    CHECK(verdict("", "provider='x'") ==
          "line 2, assembly 'web': unknown provider 'x' " + configured);
    CHECK(verdict("", "").empty());
    CHECK(verdict("provider='cloud'", "").empty());
}

TEST_CASE("a host that exists needs its address and ssh") {
    const std::string address = "address='192.0.2.7'", ssh = "monitor='ssh' ";
    CHECK(verdict(ssh + "provider='static'", address).empty());
    CHECK(verdict(ssh, "provider='lab' " + address).empty());
    CHECK(verdict(ssh + "provider='static'", "") ==
          "line 2, assembly 'web': provider 'static' needs its address (as in "
          "address=\"192.0.2.7\")");
    CHECK(verdict(ssh + "providers='cloud static'", "").find("needs its address") !=
          std::string::npos);
    CHECK(verdict(ssh + "provider='static'", "provider='cloud'").empty());  // it is elsewhere
    CHECK(
        verdict("provider='static'", address) ==
        "line 2, assembly 'web': the hosts of provider 'static' are reached over ssh only, as yet "
        "(write monitor=\"ssh\" at the deployable)");
}

TEST_CASE("a guest that gets its address from its provider has none in the document") {
    const std::string address = "address='192.0.2.7'";
    CHECK(
        verdict("", address) ==
        "line 2, assembly 'web': provider 'local' gives it its address itself (leave address out, "
        "or name a provider of type static)");
    CHECK(verdict("monitor='ssh' providers='cloud static'", address).empty());
}

TEST_CASE("a sandbox has no sshd") {
    CHECK(verdict("monitor='ssh'", "") ==
          "line 2, assembly 'web': the sandboxes of provider 'local' have no sshd (write "
          "monitor=\"agent\", or name another provider)");
}
