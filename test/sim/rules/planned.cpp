// What is done is what the scheduler planned, in the order that it planned: with an executor's
// eyes, and none of its code.
#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

#include <map>
#include <set>

namespace cpe::sim::rules {
namespace {

struct Graph {
    std::map<int, GraphAction> actions;
    std::map<int, std::vector<int>> inputs;  ///< of each action
    std::map<std::uint64_t, int> asked;      ///< operation id -> action
    std::set<int> begun;
    std::set<int> confirmed;
};

class Planned final : public Watcher {
public:
    explicit Planned(World& world) : world_(world) {}

    void cped_began() override { graphs_.clear(); }
    void created(const DeployableKey& key) override { graphs_.erase(key); }
    void planned(const DeployableKey& key, const TransitionGraph& graph) override {
        Graph& known = graphs_[key] = {};
        for (const Synapse& synapse : graph.synapses)
            for (const GraphAction& action : synapse.actions) {
                known.actions.emplace(action.id, action);
                known.inputs[action.id] = synapse.inputs;
            }
    }
    void submitted(const AssemblyKey& key, const OperationRequest& request) override {
        if (request.operation == metadata_operation) return;  // it only asks
        Graph& graph = graphs_[key.deployable];
        for (const auto& [id, action] : graph.actions) {
            if (action.kind != GraphAction::Kind::rsc || action.node != key.assembly ||
                plain(action.resource) != request.resource ||
                action.operation != request.operation || action.interval != request.interval ||
                graph.begun.contains(id))
                continue;
            graph.asked[request.id.value] = id;
            graph.begun.insert(id);
            return check_inputs(key, request, graph, id);
        }
        world_.violated("as planned", text_of(key) + ": nobody planned " + request.operation +
                                          " of " + request.resource);
    }
    void told(const AssemblyKey& key, const OperationResult& result) override {
        Graph& graph = graphs_[key.deployable];
        const auto asked = graph.asked.find(result.id.value);
        if (asked == graph.asked.end()) return;
        if (result.outcome == OperationResult::Outcome::done &&
            result.rc == graph.actions[asked->second].target_rc)
            graph.confirmed.insert(asked->second);
    }

private:
    void check_inputs(const AssemblyKey& key, const OperationRequest& request, const Graph& graph,
                      int id) {
        for (const int input : graph.inputs.at(id))
            if (!is_done(graph, input, 0))
                world_.violated("as planned", text_of(key) + ": " + request.operation + " of " +
                                                  request.resource + " does not wait for action " +
                                                  std::to_string(input) + " (" +
                                                  words_of(graph, input) + ")");
    }
    /// An instance of a clone that runs nowhere yet may be called rsc_cache:0.
    static std::string_view plain(std::string_view resource) {
        return resource.substr(0, resource.find(':'));
    }
    static std::string words_of(const Graph& graph, int id) {
        const auto at = graph.actions.find(id);
        if (at == graph.actions.end()) return "unknown";
        return at->second.operation + " of " + at->second.resource + " on " + at->second.node;
    }
    /// Fences have a rule of their own, and bookkeeping leaves no trace outside.
    static bool is_done(const Graph& graph, int id, int depth) {
        constexpr int deepest = 1000;
        const auto at = graph.actions.find(id);
        if (at == graph.actions.end() || depth > deepest) return false;
        if (at->second.operation == "cancel" || at->second.operation == "delete") return true;
        if (at->second.kind == GraphAction::Kind::rsc) return graph.confirmed.contains(id);
        if (at->second.kind != GraphAction::Kind::pseudo) return true;
        for (const int input : graph.inputs.at(id))
            if (!is_done(graph, input, depth + 1)) return false;
        return true;
    }

    World& world_;
    std::map<DeployableKey, Graph> graphs_;
};

}  // namespace

std::unique_ptr<Watcher> as_planned(World& world) {
    return std::make_unique<Planned>(world);
}

}  // namespace cpe::sim::rules
