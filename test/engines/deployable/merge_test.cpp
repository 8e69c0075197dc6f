// A running deployable and a new version of its document: what is worked towards.
#include "engines/deployable/merge.hpp"
#include "test/engines/deployable/versions.hpp"

#include <algorithm>
#include <set>

using namespace cpe;
using namespace cpe::test;

namespace {

/// What a test says of the running deployable.
struct Facts {
    std::set<std::string, std::less<>> stopped;  ///< resources
    std::set<std::string, std::less<>> gone;     ///< assemblies
    std::string address = "10.0.0.9";
    std::string in_force = "local";  ///< the provider of those that name none

    deployable::Running running() const {
        return {[this](const Service& s) { return stopped.contains(std::string_view(s.resource)); },
                [this](const Assembly& a) { return gone.contains(std::string_view(a.name)); },
                [this](const Reference&) { return std::string_view(address); },
                [this](const Assembly& a) {
                    return a.provider.empty() ? in_force : std::string(a.provider);
                },
                "local",
                relocated_to};
    }
    std::string relocated_to;  ///< where all that name none are
};

Result<Deployable> merge(const std::string& old, const std::string& fresh, const Facts& facts = {},
                         const deployable::Limits& limits = {}) {
    return deployable::merge(model(old), model(fresh), facts.running(), limits,
                             *std::pmr::get_default_resource());
}

Deployable merged(const std::string& old, const std::string& fresh, const Facts& facts = {}) {
    auto result = merge(old, fresh, facts);
    if (!result) FAIL(result.error().line());
    return std::move(*result);
}

std::string refusal(const Result<Deployable>& result, Errc code = Errc::refused) {
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == code);
    return result.error().line();
}

/// "web: httpd -php; -cache: -redis; float": a minus is left over.
std::string told(const Deployable& model) {
    std::string text;
    const auto add = [&](const List<Service>& services) {
        for (const Service& s : services)
            text.append(s.retired ? " -" : " ").append(std::string_view(s.name));
    };
    for (const Assembly& a : model.assemblies) {
        text.append(text.empty() ? "" : "; ").append(a.leaving ? "-" : "");
        text.append(std::string_view(a.name)).append(":");
        add(a.services);
    }
    text += ";";
    add(model.services);
    return text;
}

std::string orders(const Deployable& model) {
    std::string text;
    for (const Dependency& d : model.dependencies)
        text.append(text.empty() ? "" : ", ").append(d.first).append(" -> ").append(d.then);
    return text;
}

Deployable with_floating(const std::string& text, const char* name) {
    Deployable result = model(text);
    Service service = model(document(assembly("x", test::service(name)))).assemblies[0].services[0];
    service.resource = std::string("rsc_") + name;
    service.floating.emplace();
    service.floating->prefer.emplace_back("web");
    service.floating->instances = 3;
    service.floating->failure_timeout = Millis{5};
    result.services.push_back(std::move(service));
    return result;
}

const auto two = document(
    assembly("web", service("httpd") + service("php")) + assembly("cache", service("redis")),
    order("rsc_cache_redis", "rsc_web_php") + order("rsc_web_php", "rsc_web_httpd"));

}  // namespace

TEST_CASE("what the new document has not is kept to be stopped or destroyed") {
    CHECK(told(merged(two, two)) == "web: httpd php; cache: redis;");
    CHECK(told(merged(
              two, document(assembly("web", service("httpd")) + assembly("new", service("x"))))) ==
          "web: httpd -php; new: x; -cache: -redis;");
}

TEST_CASE("what is stopped or gone already is not kept") {
    Facts facts;
    facts.stopped = {"rsc_web_php"};
    facts.gone = {"cache"};
    CHECK(told(merged(two, document(assembly("web", service("httpd"))), facts)) == "web: httpd;");
    facts.gone.clear();
    facts.stopped.insert("rsc_cache_redis");
    CHECK(told(merged(two, document(assembly("web", service("httpd"))), facts)) ==
          "web: httpd; -cache:;");
}

TEST_CASE("a leftover is as it runs: agent, parameters, time limits, and nothing more") {
    const auto old = document(assembly(
        "web",
        service("s",
                "<parameter name='a' value='1'/><parameter name='ip'><reference "
                "assembly='web' parameter='ipaddress'/></parameter>",
                "stop_timeout='7' escalation_failures='2' escalation_period='9'", "Stateful")));
    const auto result = merged(old, document(assembly("web")));
    const Service& left = result.assemblies.at(0).services.at(0);
    CHECK(left.retired);
    CHECK(left.type == "Stateful");
    CHECK(left.stop_timeout == Millis{7000});
    CHECK_FALSE(left.escalation.enabled());
    REQUIRE(left.parameters.size() == 2);
    CHECK(std::get<Text>(left.parameters[0].value) == "1");
    CHECK(std::get<Text>(left.parameters[1].value) == "10.0.0.9");
    Facts facts;
    facts.address = "";
    CHECK(merged(old, document(assembly("web")), facts)
              .assemblies.at(0)
              .services.at(0)
              .parameters.size() == 1);
}

TEST_CASE("a floating leftover keeps how many it is, and wants no place") {
    const auto old = with_floating(document(assembly("web")), "ip");
    const Facts facts;
    const auto result = deployable::merge(old, model(document(assembly("web"))), facts.running(),
                                          {}, *std::pmr::get_default_resource());
    REQUIRE(result.has_value());
    CHECK(told(*result) == "web:; -ip");
    const Floating& floating = *result->services.at(0).floating;
    CHECK(floating.instances == 3);
    CHECK(floating.prefer.empty());
    CHECK_FALSE(floating.failure_timeout);
}

TEST_CASE("an order is kept where the leftover is to be stopped first") {
    CHECK(orders(merged(two, document(assembly("web", service("httpd"))))) ==
          "rsc_cache_redis -> rsc_web_php");
    // What stays does not wait for what goes, nor is it stopped for it.
    CHECK(orders(merged(two, document(assembly("web", service("httpd") + service("php"))))) == "");
    CHECK(orders(merged(two, document(assembly("cache", service("redis"))))) ==
          "rsc_cache_redis -> rsc_web_php, rsc_web_php -> rsc_web_httpd");
    // The id is one that no document has, and stays unique over several reloads.
    const auto once = merged(two, document(assembly("cache", service("redis"))));
    const Facts facts;
    const auto twice = deployable::merge(once, model(document(assembly("other"))), facts.running(),
                                         {}, *std::pmr::get_default_resource());
    REQUIRE(twice.has_value());
    std::set<std::string> ids;
    for (const auto& d : twice->dependencies) CHECK(ids.emplace(d.id).second);
    CHECK(ids.size() == 2);
}

TEST_CASE("what was to leave and stands in the document again stays") {
    const auto left = merged(two, document(assembly("web", service("httpd"))));
    const Facts facts;
    const auto back =
        deployable::merge(left, model(two), facts.running(), {}, *std::pmr::get_default_resource());
    REQUIRE(back.has_value());
    CHECK(told(*back) == "web: httpd php; cache: redis;");
    CHECK(orders(*back) == "rsc_cache_redis -> rsc_web_php, rsc_web_php -> rsc_web_httpd");
}

TEST_CASE("what no reload can change is refused by name") {
    const auto base = document(assembly("web"));
    CHECK(refusal(merge(base, document(assembly("web"), "", "name='other' uuid='u'"))) ==
          "deployable 'shop': a reload cannot change its name from 'shop' to 'other' (keep it, or "
          "create another deployable and delete this one)");
    CHECK(refusal(merge(base, document(assembly("web"), "", "name='shop' uuid='v'"))) ==
          "deployable 'shop': a reload cannot change its uuid from 'u' to 'v' (keep it, or create "
          "another deployable and delete this one)");
    CHECK(refusal(merge(base, document(assembly("web"), "", "name='shop' uuid='u' monitor='ssh'")))
              .starts_with("deployable 'shop': a reload cannot change its monitor from 'agent' to "
                           "'ssh'"));
    const auto host = document("<assembly name='web' uuid='u-web' address='10.0.0.1'/>");
    CHECK(refusal(merge(host, document("<assembly name='web' uuid='u-web' address='10.0.0.2'/>")))
              .starts_with("line 1, assembly 'web': a reload cannot change its address from "
                           "'10.0.0.1' to '10.0.0.2'"));
    CHECK(refusal(merge(host, document("<assembly name='web' uuid='u-web' address='10.0.0.1' "
                                       "port='23'/>")))
              .starts_with("line 1, assembly 'web': a reload cannot change its port"));
    CHECK(refusal(merge(base, document("\n<assembly name='web' uuid='other'/>"))) ==
          "line 2, assembly 'web': a reload cannot change its uuid from 'u-web' to 'other' (take "
          "it out in one reload and add it in the next)");
    CHECK(refusal(merge(base, document(assembly("web", "", "provider='openstack'")))) ==
          "line 1, assembly 'web': a reload cannot change its provider from 'local' to "
          "'openstack' (take it out in one reload and add it in the next)");
    CHECK(refusal(merge(base,
                        document(assembly("web"), "", "name='shop' uuid='u' provider='openstack'")))
              .starts_with("line 1, assembly 'web': a reload cannot change its provider"));
}

TEST_CASE("the same provider may be named in another way") {
    CHECK(merge(document(assembly("web")), document(assembly("web", "", "provider='local'")))
              .has_value());
    CHECK(merge(document(assembly("web"), "", "name='shop' uuid='u' provider='cloud'"),
                document(assembly("web", "", "provider='cloud'")))
              .has_value());
}

TEST_CASE("after a relocation the provider in force is the one that it went to") {
    const auto unnamed =
        document(assembly("web"), "", "name='shop' uuid='u' providers='east west'");
    const auto in = [](const std::string& provider) {
        return document(assembly("web", "", "provider='" + provider + "'"), "",
                        "name='shop' uuid='u' providers='east west'");
    };
    Facts relocated;
    relocated.in_force = relocated.relocated_to = "west";
    // It never moved, and would have another provider all at once: two of it would run.
    CHECK(refusal(merge(in("east"), unnamed, relocated))
              .starts_with("line 1, assembly 'web': a reload cannot change its provider from "
                           "'east' to 'west'"));
    CHECK(refusal(merge(unnamed, in("east"), relocated))
              .starts_with("line 1, assembly 'web': a reload cannot change its provider from "
                           "'west' to 'east'"));
    CHECK(merge(unnamed, in("west"), relocated).has_value());
    CHECK(merge(in("east"), unnamed).has_value());
}

TEST_CASE("an assembly that leaves goes to the provider that made it") {
    Facts facts;
    facts.in_force = "relocated-to";
    const auto result = merged(document(assembly("old") + assembly("stays", "", "provider='cloud'"),
                                        "", "name='shop' uuid='u' provider='first'"),
                               document(assembly("stays", "", "provider='cloud'"), "",
                                        "name='shop' uuid='u' provider='second'"),
                               facts);
    CHECK(told(result) == "stays:; -old:;");
    CHECK(result.assemblies[1].provider == "relocated-to");
}

TEST_CASE("ids of what has still to leave cannot be used again before it is gone") {
    const auto old = document("<assembly name='web' uuid='1'/>");
    const auto renamed = document("<assembly name='www' uuid='1'/>");
    CHECK(refusal(merge(old, renamed)) ==
          "line 1, assembly 'www': its uuid '1' is still that of assembly 'web', which leaves "
          "(give it another uuid, or take 'web' out in a reload of its own first)");
    Facts facts;
    facts.gone = {"web"};
    CHECK(told(merged(old, renamed, facts)) == "www:;");

    const auto once = document(assembly("a", service("b_c")) + assembly("a_b"));
    const auto moved = document(assembly("a") + assembly("a_b", service("c")));
    CHECK(refusal(merge(once, moved)) ==
          "line 1, assembly 'a_b': its resource id 'rsc_a_b_c' is still that of service 'b_c' of "
          "assembly 'a', which is to be stopped (take that one out in a reload of its own first)");
    facts.stopped = {"rsc_a_b_c"};
    CHECK(told(merged(once, moved, facts)) == "a:; a_b: c;");
}

TEST_CASE("an assembly that leaves still cannot come back as another one") {
    auto left = merged(document(assembly("web") + assembly("db")), document(assembly("db")));
    const auto other = document(assembly("db") + "<assembly name='web' uuid='other'/>");
    Facts facts;
    CHECK(refusal(deployable::merge(left, model(other), facts.running(), {},
                                    *std::pmr::get_default_resource()))
              .ends_with("(the one that an earlier reload took out is not gone yet; try again "
                         "when it is)"));
    facts.gone = {"web"};
    CHECK(deployable::merge(left, model(other), facts.running(), {},
                            *std::pmr::get_default_resource())
              .has_value());
}

TEST_CASE("both together are held to the limits of one document") {
    deployable::Limits limits;
    limits.assemblies = 2;
    limits.services = 3;
    const auto big = document(assembly("a", service("1") + service("2")) + assembly("b"));
    CHECK(merge(big, big, {}, limits).has_value());
    CHECK(
        refusal(merge(big, document(assembly("b") + assembly("c")), {}, limits), Errc::too_large) ==
        "deployable 'shop': with what is still to leave there are more than 2 assemblies "
        "(limits.assemblies) (take out in one reload and add in the next)");
    CHECK(refusal(merge(big, document(assembly("a", service("3") + service("4")) + assembly("b")),
                        {}, limits),
                  Errc::too_large)
              .find("more than 3 services") != std::string::npos);
}

TEST_CASE("leftovers that came to their end are taken out, and their orders") {
    const auto left = merged(two, document(assembly("web", service("httpd"))));
    Facts facts;
    CHECK(told(deployable::without_finished(left, facts.running(),
                                            *std::pmr::get_default_resource())) == told(left));
    facts.stopped = {"rsc_web_php", "rsc_web_httpd"};  // what stays stays, stopped or not
    const auto some =
        deployable::without_finished(left, facts.running(), *std::pmr::get_default_resource());
    CHECK(told(some) == "web: httpd; -cache: -redis;");
    CHECK(orders(some) == "");
    facts.gone = {"cache", "web"};
    CHECK(told(deployable::without_finished(some, facts.running(),
                                            *std::pmr::get_default_resource())) == "web: httpd;");
}
