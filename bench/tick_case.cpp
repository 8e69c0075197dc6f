#include <cpe_test_paths.hpp>

#include "bench/tick_case.hpp"

#include "engines/deployable/parse.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <memory_resource>
#include <stdexcept>
#include <utility>

namespace cpe::bench {
namespace {

constexpr unsigned services = 3;
constexpr const char* transition_uuid = "0b8f2f1e-8a53-4b8e-9d0c-6a2f4f1f0002";

std::string document_of(unsigned assemblies) {
    std::string text = "<deployable name=\"bench\" uuid=\"bench\"><assemblies>";
    for (unsigned a = 0; a < assemblies; ++a) {
        const auto name = "a" + std::to_string(a);
        text += "<assembly name=\"" + name + "\" uuid=\"u-" + name + "\"><services>";
        for (unsigned s = 0; s < services; ++s)
            text += "<service name=\"s" + std::to_string(s) +
                    "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\" "
                    "monitor_interval=\"10s\"><parameters><parameter name=\"fake\" "
                    "type=\"scalar\"><value>" +
                    name + "</value></parameter></parameters></service>";
        text += "</services></assembly>";
    }
    return text + "</assemblies></deployable>";
}

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class T>
T taken(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().line());
    return std::move(*result);
}

}  // namespace

struct TickCase::Impl {
    std::pmr::monotonic_buffer_resource memory;
    deployable::Parsed parsed;
    std::unique_ptr<translate::Configuration> configuration;
    std::map<std::string, std::string> digests;  ///< by operation key
    std::vector<translate::NodeStatus> nodes;

    explicit Impl(unsigned assemblies)
        : parsed(taken(deployable::parse(document_of(assemblies), {}, memory))) {
        const auto sheet = taken(translate::Stylesheet::compile(
            read(std::string(CPE_SOURCE_DIR) + "/schemas/deployable-to-cib.xsl")));
        configuration = std::make_unique<translate::Configuration>(
            taken(translate::Configuration::translate(parsed.deployable, sheet)));
        for (const auto& assembly : parsed.deployable.assemblies) {
            auto& node = nodes.emplace_back();
            node.uuid = assembly.uuid;
            node.name = assembly.name;
            node.membership = translate::Membership::online;
        }
    }
    [[nodiscard]] std::string cib() const {
        return taken(configuration->cib({}, nodes, transition_uuid));
    }
    void learn_digests(policy::Scheduler& scheduler) {
        const auto plan = taken(scheduler.run("bench", cib(), now, true));
        for (const auto& synapse : plan.graph.synapses)
            for (const auto& action : synapse.actions)
                digests[action.operation_key] = action.digest;
    }
    translate::HistoryEntry entry(const std::string& resource, const char* operation,
                                  Millis interval) {
        translate::HistoryEntry it;
        it.operation = operation;
        it.interval = interval;
        it.call_id = ++calls;
        it.changed = WallTime{now.ms - 60'000};
        const auto digest =
            digests.find(resource + "_" + operation + "_" + std::to_string(interval.count()));
        if (digest == digests.end()) throw std::runtime_error("not planned: " + resource);
        it.digest = digest->second;
        it.transition = 1;
        it.action = calls;
        return it;
    }
    void let_all_run() {
        for (std::size_t a = 0; a < nodes.size(); ++a)
            for (const auto& service : parsed.deployable.assemblies[a].services) {
                auto& history = nodes[a].history.emplace_back();
                history.resource = service.resource;
                history.agent_class = "ocf";
                history.provider = service.provider;
                history.type = service.type;
                const std::string id(service.resource);
                history.entries = {entry(id, "start", Millis{0}),
                                   entry(id, "monitor", Millis{10'000})};
            }
    }
    void fail_one() {
        auto& history = nodes.front().history.front();
        auto failure = entry(std::string(history.resource), "monitor", Millis{10'000});
        failure.failure = true;
        failure.rc = 7;
        history.entries.push_back(failure);
    }

    int calls = 0;
};

TickCase::TickCase(unsigned assemblies, Situation situation, policy::Scheduler& scheduler)
    : impl_(std::make_unique<Impl>(assemblies)) {
    if (situation == Situation::boot) return;
    impl_->learn_digests(scheduler);
    impl_->let_all_run();
    const auto steady = taken(scheduler.run("bench", cib(), now, true));
    if (!steady.graph.synapses.empty()) throw std::runtime_error("what runs should need nothing");
    impl_->fail_one();
}

TickCase::~TickCase() = default;

std::string TickCase::cib() const {
    return impl_->cib();
}

}  // namespace cpe::bench
