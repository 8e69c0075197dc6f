#include "src/registry/incarnation.hpp"

#include <algorithm>

namespace cpe::registry {

namespace {

Result<> check_provider(const Text& provider, const std::string& where, const Blueprint& plan) {
    if (provider.empty()) return {};
    const auto& known = plan.providers;
    if (std::find(known.begin(), known.end(), std::string_view(provider)) != known.end()) return {};
    std::string names;
    for (const auto& name : known) names += (names.empty() ? "" : ", ") + name;
    return Error{Errc::invalid_input, "unknown provider '" + std::string(provider) + "'", where,
                 "configured are: " + names};
}

Result<> check_providers(const Deployable& model, const Blueprint& plan) {
    if (auto checked = check_provider(model.provider, "deployable", plan); !checked) return checked;
    for (const auto& assembly : model.assemblies) {
        const auto where = "line " + std::to_string(assembly.line) + ", assembly '" +
                           std::string(assembly.name) + "'";
        if (auto checked = check_provider(assembly.provider, where, plan); !checked) return checked;
    }
    return {};
}

Result<Incarnation> build(StoredDeployable stored, const Blueprint& plan,
                          const translate::Stylesheet& stylesheet, IdSource& ids,
                          const LogSink& log) {
    Incarnation made;
    made.arena = std::make_unique<host::Arena>(plan.memory_per_deployable);
    auto parsed = deployable::parse(stored.document, plan.limits, made.arena->resource());
    if (!parsed) return parsed.error();
    if (!parsed->unsupported.empty()) return parsed->unsupported.front();
    Deployable& model = parsed->deployable;
    if (auto checked = check_providers(model, plan); !checked) return checked.error();
    made.channel = model.channel;
    made.name = std::string(model.name);
    made.notes = std::move(parsed->notes);
    stored.key.name = made.name;
    made.deployment =
        std::make_unique<deployment::Deployment>(std::move(model), std::move(stored), stylesheet,
                                                 plan.deployment, ids, log, made.arena->resource());
    return made;
}

}  // namespace

Result<Incarnation> incarnate(StoredDeployable stored, const Blueprint& plan,
                              const translate::Stylesheet& stylesheet, IdSource& ids,
                              const LogSink& log) {
    try {
        return build(std::move(stored), plan, stylesheet, ids, log);
    } catch (const host::ArenaFull& full) {
        return Error{Errc::too_large, full.what(), "deployable",
                     "make it smaller, or raise the limit in cped.yaml"};
    }
}

}  // namespace cpe::registry
