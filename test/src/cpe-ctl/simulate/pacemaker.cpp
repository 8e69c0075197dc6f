#include "test/src/cpe-ctl/simulate/pacemaker.hpp"

#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/shell.hpp"
#include "test/src/policy/temporary_folder.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <boost/json.hpp>

#include <algorithm>
#include <memory>
#include <regex>
#include <sstream>

namespace cpe::test {
namespace {

using Document = std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)>;

Document parse(const std::string& xml) {
    Document document{xmlReadMemory(xml.data(), static_cast<int>(xml.size()), "test", nullptr,
                                    XML_PARSE_NOBLANKS | XML_PARSE_NONET),
                      &xmlFreeDoc};
    REQUIRE(document);
    return document;
}

std::string name_of(const xmlNode& node) {
    return reinterpret_cast<const char*>(node.name);
}

std::string attribute(const xmlNode& node, const char* name) {
    for (const xmlAttr* at = node.properties; at; at = at->next)
        if (std::string(reinterpret_cast<const char*>(at->name)) == name)
            return at->children ? reinterpret_cast<const char*>(at->children->content) : "";
    return "";
}

template <class Visit>
void each(const xmlNode* node, const std::string& element, Visit visit) {
    for (const xmlNode* at = node ? node->children : nullptr; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && (element.empty() || name_of(*at) == element))
            visit(*at);
}

const xmlNode* child(const xmlNode& node, const std::string& element) {
    const xmlNode* found = nullptr;
    each(&node, element, [&](const xmlNode& at) { found = found ? found : &at; });
    return found;
}

std::string label_of(const xmlNode& action) {
    const auto element = name_of(action);
    const auto operation = attribute(action, "operation");
    const auto* primitive = child(action, "primitive");
    const auto* attributes = child(action, "attributes");
    const bool fence = element == "crm_event" && operation == "stonith";
    const std::string kind = element == "rsc_op" ? "rsc" : fence ? "fence" : "pseudo";
    std::string resource = primitive ? attribute(*primitive, "id") : "";
    if (element == "pseudo_event") resource = "*";
    std::string interval = attributes ? attribute(*attributes, "CRM_meta_interval") : "";
    if (interval.empty()) interval = "0";
    return kind + " " + operation + " " + resource + " " + interval + " " +
           attribute(action, "on_node");
}

std::string text_or_empty(const boost::json::value& value) {
    return value.is_null() ? "" : std::string(value.as_string());
}

}  // namespace

std::vector<std::filesystem::path> sample_cibs() {
    auto all = files("test/golden/simulate", ".xml");
    for (auto& more : files("test/golden/cib", ".xml")) all.push_back(std::move(more));
    return all;
}

PlannedGraph read_graph(const std::string& xml) {
    const auto document = parse(xml);
    PlannedGraph graph;
    each(xmlDocGetRootElement(document.get()), "synapse", [&](const xmlNode& synapse) {
        std::set<int> inputs;
        each(child(synapse, "inputs"), "trigger", [&](const xmlNode& trigger) {
            each(&trigger, "",
                 [&](const xmlNode& at) { inputs.insert(std::stoi(attribute(at, "id"))); });
        });
        each(child(synapse, "action_set"), "", [&](const xmlNode& action) {
            graph[std::stoi(attribute(action, "id"))] = {label_of(action), inputs};
        });
    });
    return graph;
}

std::vector<std::string> labels_of(const PlannedGraph& graph) {
    std::vector<std::string> labels;
    for (const auto& [id, action] : graph) labels.push_back(action.label);
    std::sort(labels.begin(), labels.end());
    return labels;
}

std::vector<std::string> labels_of_json(const std::string& json) {
    std::vector<std::string> labels;
    const auto document = boost::json::parse(json);
    for (const auto& at : document.at("actions").as_array()) {
        const auto& action = at.as_object();
        REQUIRE(action.size() == 5);
        const std::string kind(action.at("kind").as_string());
        auto resource = text_or_empty(action.at("resource"));
        const std::string operation(action.at("operation").as_string());
        const bool cluster = operation == "clear_failcount" || operation == "do_shutdown";
        if (kind == "pseudo" && !cluster) resource = "*";
        labels.push_back(kind + " " + operation + " " + resource + " " +
                         std::to_string(action.at("interval_ms").as_int64()) + " " +
                         text_or_empty(action.at("node")));
    }
    return labels;
}

std::string first_out_of_order(const PlannedGraph& graph, const std::vector<std::string>& labels) {
    auto left = graph;
    for (const auto& label : labels) {
        const auto ready = std::find_if(left.begin(), left.end(), [&](const auto& at) {
            const auto& [id, action] = at;
            return action.label == label &&
                   std::none_of(action.inputs.begin(), action.inputs.end(),
                                [&](int input) { return left.contains(input); });
        });
        if (ready == left.end()) return label;
        left.erase(ready);
    }
    return "";
}

std::string without_transition_id(std::string graph) {
    return std::regex_replace(graph, std::regex(" transition_id=\"[0-9]+\""), "");
}

std::string crm_simulate_graph(const std::filesystem::path& cib, const std::string& options,
                               const std::string& environment) {
    const TemporaryFolder folder;
    const auto graph = folder.path() / "graph.xml";
    const auto ran = run_shell(environment + " crm_simulate -x '" + cib.string() + "' " + options +
                               " -G '" + graph.string() + "' 2>&1");
    INFO("crm_simulate (package pacemaker-cli-utils) said: " << ran.text);
    REQUIRE(ran.exit == 0);
    return read_file(graph);
}

std::vector<std::string> crm_simulate_executed(const std::filesystem::path& cib) {
    const auto text = run_shell("crm_simulate -x '" + cib.string() + "' -S 2>/dev/null").text;
    static const std::regex resource(R"(  \* Resource action: \S+\s+(\S+) on (\S+)\s*)");
    static const std::regex cluster(R"(  \* Cluster action:  (\S+)(?: for \S+)? on (\S+)\s*)");
    static const std::regex fence(R"(  \* Fencing (\S+) \(.*\)\s*)");
    std::vector<std::string> executed;
    std::istringstream lines(text);
    std::smatch match;
    for (std::string line; std::getline(lines, line);)
        if (std::regex_match(line, match, resource) || std::regex_match(line, match, cluster))
            executed.push_back(match[1].str() + " " + match[2].str());
        else if (std::regex_match(line, match, fence))
            executed.push_back("stonith " + match[1].str());
    std::sort(executed.begin(), executed.end());
    return executed;
}

std::string crm_simulate_result(const std::filesystem::path& cib) {
    const TemporaryFolder folder;
    const auto result = folder.path() / "cib.xml";
    run_shell("crm_simulate -x '" + cib.string() + "' -S -O '" + result.string() +
              "' >/dev/null 2>&1");
    return read_file(result);
}

std::vector<std::string> status_lines(const std::string& cib) {
    static const std::set<std::string> left_out{
        "crm-debug-origin", "last-rc-change", "exec-time", "queue-time", "on_node", "origin",
        // Digests that an agent would write: crm_simulate leaves old ones.
        "op-secure-digest", "op-secure-params", "op-restart-digest", "op-force-restart"};
    const auto document = parse(cib);
    std::vector<std::string> lines;
    const auto walk = [&](const auto& self, const xmlNode& node, const std::string& path) -> void {
        std::set<std::string> attributes;
        for (const xmlAttr* at = node.properties; at; at = at->next) {
            const std::string name = reinterpret_cast<const char*>(at->name);
            if (!left_out.contains(name))
                attributes.insert(name + "=" + attribute(node, name.c_str()));
        }
        std::string line = path + "/" + name_of(node);
        for (const auto& attribute : attributes) line += " " + attribute;
        lines.push_back(line);
        const auto below = path + "/" + name_of(node) + "#" + attribute(node, "id");
        each(&node, "", [&](const xmlNode& at) { self(self, at, below); });
    };
    const auto* status = child(*xmlDocGetRootElement(document.get()), "status");
    REQUIRE(status);
    walk(walk, *status, "");
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace cpe::test
