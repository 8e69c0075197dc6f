// `cpe-ctl simulate` beside the real crm_simulate, on every sample CIB.
#include <cpe_test_paths.hpp>

#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/shell.hpp"
#include "test/src/cpe-ctl/simulate/pacemaker.hpp"
#include "test/src/policy/temporary_folder.hpp"

using namespace cpe::test;

namespace {

struct Ours {
    Ran ran;
    std::string graph;
};

Ours simulate(const std::filesystem::path& cib, const std::string& options = "",
              const std::string& environment = "") {
    const TemporaryFolder folder;
    const auto graph = folder.path() / "graph.xml";
    Ours ours{
        run_shell(environment + " " + CPE_BIN_DIR + "/cpe-ctl -o json simulate --cib '" +
                  cib.string() + "' --graph '" + graph.string() + "' " + options + " 2>/dev/null"),
        ""};
    ours.graph = read_file(graph);
    return ours;
}

}  // namespace

TEST_CASE("the graph is crm_simulate's to the letter, and the actions are the graph's in order") {
    CHECK(sample_cibs().size() >= 55);
    for (const auto& cib : sample_cibs()) {
        INFO(cib);
        const auto ours = simulate(cib);
        const auto theirs = crm_simulate_graph(cib);
        CHECK(without_transition_id(ours.graph) == without_transition_id(theirs));
        const auto graph = read_graph(theirs);
        auto labels = labels_of_json(ours.ran.text);
        CHECK(first_out_of_order(graph, labels).empty());
        if (cib.stem() == "order-circle") {
            CHECK(ours.ran.exit == 1);
            CHECK(labels.size() < graph.size());
            continue;
        }
        CHECK(ours.ran.exit == 0);
        std::sort(labels.begin(), labels.end());
        CHECK(labels == labels_of(graph));
    }
}

TEST_CASE("dates are those of the document, of --now, or of the clock, in the zone of the caller") {
    const auto cib = source_path("test/golden/simulate/date-rules.xml");
    const auto same = [&](const std::string& ours, const std::string& theirs,
                          const std::string& zone) {
        INFO(ours << " " << zone);
        const auto graph = simulate(cib, ours, "TZ=" + zone).graph;
        CHECK(graph == crm_simulate_graph(cib, theirs, "TZ=" + zone));
        return graph;
    };
    const auto night = same("", "-R", "UTC");
    const auto morning = same("", "-R", "Pacific/Auckland");
    CHECK(night != morning);
    CHECK(same("--now 1700000000", "-R -t '2023-11-14 22:13:20Z'", "UTC") == night);
    CHECK(same("--now '2023-11-16 12:00:00Z'", "-R -t '2023-11-16 12:00:00Z'", "UTC") != night);
    CHECK(same("--now 2023-11-16T12:00:00+02:00", "-R -t 2023-11-16T12:00:00+02:00", "UTC") !=
          night);
    // A document without a date, asked today.
    const auto undated = source_path("test/golden/cib/3-both-up.xml");
    CHECK(simulate(undated).graph == crm_simulate_graph(undated));
}
