// A CIB is made on every tick: what that takes at 100 assemblies of 3 services. The bound is loose
// (sanitizers, shared machines); `test_translate "[.speed]"` prints the number.
#include "test/engines/translate/fixture.hpp"

#include <ctime>
#include <iostream>

using namespace cpe;
using namespace cpe::test;
using namespace cpe::translate;

namespace {

constexpr std::size_t assemblies = 100;
constexpr std::size_t services = 3;

std::string numbered(const char* text, std::size_t number) {
    return text + std::to_string(number);
}

std::string document() {
    std::string text = "<deployable name='d' uuid='1'><assemblies>";
    for (std::size_t a = 0; a < assemblies; ++a) {
        text +=
            "<assembly name='" + numbered("a", a) + "' uuid='" + numbered("u", a) + "'><services>";
        for (std::size_t s = 0; s < services; ++s)
            text += "<service name='" + numbered("s", s) +
                    "' class='ocf' type='Dummy' monitor_interval='10'><parameters><parameter "
                    "name='fake'><reference assembly='a0' parameter='ipaddress'/></parameter>"
                    "</parameters></service>";
        text += "</services></assembly>";
    }
    return text + "</assemblies></deployable>";
}

/// Everything runs; owns the names that the status views.
struct Observed {
    std::vector<std::string> names;
    std::vector<NodeStatus> nodes;
    RuntimeValues values;

    Observed() {
        names.reserve(assemblies * (2 + services));
        const auto keep = [&](std::string text) {
            return std::string_view(names.emplace_back(std::move(text)));
        };
        for (std::size_t a = 0; a < assemblies; ++a) {
            NodeStatus node{
                keep(numbered("u", a)), keep(numbered("a", a)), Membership::online, {}, {}};
            for (std::size_t s = 0; s < services; ++s) {
                const auto resource = keep(numbered("rsc_a", a) + numbered("_s", s));
                const HistoryEntry start{.operation = "start",
                                         .call_id = 1,
                                         .changed = {},
                                         .digest = "2730c20891bad8a67dbf1b73984d0752"};
                const HistoryEntry monitor{.operation = "monitor",
                                           .interval = Millis{10'000},
                                           .call_id = 2,
                                           .changed = {},
                                           .digest = "de1c52807aee00406b87f2187f73c2f7"};
                node.history.push_back({resource, "ocf", "heartbeat", "Dummy", {start, monitor}});
                values.references.push_back({resource, "fake", "10.0.0.1"});
            }
            nodes.push_back(std::move(node));
        }
    }
};

double seconds_of(std::clock_t from) {
    return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("a CIB of 100 assemblies is made in milliseconds") {
    const auto configuration = configure(document());
    const Observed observed;
    constexpr int rounds = 20;
    std::size_t size = 0;
    const auto begun = std::clock();
    for (int i = 0; i < rounds; ++i)
        size += configuration.cib(observed.values, observed.nodes, transition_uuid).value().size();
    const double each = seconds_of(begun) / rounds;
    CHECK(size / rounds > 300'000);
    CHECK(each < 0.1);
    WARN("one CIB of " << size / rounds << " bytes: " << each * 1000 << " ms");
}

TEST_CASE("translation takes time in proportion to the document", "[.speed]") {
    const auto text = document();
    const auto begun = std::clock();
    const auto model = parse(text).deployable;
    const double parsed = seconds_of(begun);
    const auto translating = std::clock();
    CHECK(Configuration::translate(model, stylesheet()).has_value());
    std::cout << "parse " << parsed * 1000 << " ms, translate " << seconds_of(translating) * 1000
              << " ms\n";
}
