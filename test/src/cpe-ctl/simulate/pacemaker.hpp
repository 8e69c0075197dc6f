// The real crm_simulate (package pacemaker-cli-utils), and what it says of a CIB.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cpe::test {

/// Every sample CIB of the tree.
std::vector<std::filesystem::path> sample_cibs();

/// One action of a transition graph, as `cpe-ctl -o json simulate` names it:
/// "rsc start web 0 node1".
struct PlannedAction {
    std::string label;
    std::set<int> inputs;
};
/// By id.
using PlannedGraph = std::map<int, PlannedAction>;

PlannedGraph read_graph(const std::string& xml);
/// The labels of all actions, sorted.
std::vector<std::string> labels_of(const PlannedGraph& graph);
/// Same, of `cpe-ctl -o json simulate`, in its order.
std::vector<std::string> labels_of_json(const std::string& json);
/// Whether each label can be taken by an action of the graph whose inputs were all taken before.
/// Empty when it can, else the first that cannot.
std::string first_out_of_order(const PlannedGraph& graph, const std::vector<std::string>& labels);

/// The graph's text without its number, which is a counter of the process.
std::string without_transition_id(std::string graph);
/// `crm_simulate -x FILE -G ...`, and more options; `environment` such as "TZ=UTC".
std::string crm_simulate_graph(const std::filesystem::path& cib, const std::string& options = "-R",
                               const std::string& environment = "");
/// What `crm_simulate -S` lists as executed: "start node1", "monitor=10000 node1", sorted. Without
/// the names of resources: it and the graph name instances of clones differently.
std::vector<std::string> crm_simulate_executed(const std::filesystem::path& cib);
/// The CIB that `crm_simulate -S -O` leaves.
std::string crm_simulate_result(const std::filesystem::path& cib);
/// The elements of a CIB's status with their attributes, sorted; without times and without what
/// only tells where an entry comes from.
std::vector<std::string> status_lines(const std::string& cib);

}  // namespace cpe::test
