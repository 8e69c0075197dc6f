#include "src/registry/incarnation.hpp"

namespace cpe::registry {

namespace {

/// The document, with nothing in it that this cped would not carry out.
Result<deployable::Parsed> parse_whole(std::string_view document, const Blueprint& plan,
                                       std::pmr::memory_resource& arena) {
    auto parsed = deployable::parse(document, plan.limits, arena);
    if (!parsed) return parsed.error();
    if (!parsed->unsupported.empty()) return parsed->unsupported.front();
    if (auto checked =
            check_providers(parsed->deployable, plan.providers, plan.deployment.default_provider);
        !checked)
        return checked.error();
    return parsed;
}

Error too_small(const host::ArenaFull& full) {
    return {Errc::too_large, full.what(), "deployable",
            "make it smaller, or raise the limit in cped.yaml"};
}

Result<Incarnation> build(StoredDeployable stored, const Blueprint& plan,
                          const translate::Stylesheet& stylesheet, IdSource& ids,
                          const LogSink& log) {
    Incarnation made;
    made.arena = std::make_unique<host::Arena>(plan.memory_per_deployable);
    auto parsed = parse_whole(stored.document, plan, made.arena->resource());
    if (!parsed) return parsed.error();
    Deployable& model = parsed->deployable;
    made.channel = model.channel;
    made.name = std::string(model.name);
    made.uuid = std::string(model.uuid);
    made.notes = std::move(parsed->notes);
    stored.key.name = made.name;
    deployment::Settings settings = plan.deployment;
    settings.limits = plan.limits;
    made.deployment = std::make_unique<deployment::Deployment>(std::move(model), std::move(stored),
                                                               stylesheet, std::move(settings), ids,
                                                               log, made.arena->resource());
    return made;
}

}  // namespace

std::string name_in(std::string_view document, const deployable::Limits& limits) {
    std::pmr::monotonic_buffer_resource memory;
    const auto parsed = deployable::parse(document, limits, memory);
    return parsed ? std::string(parsed->deployable.name) : std::string();
}

Result<std::shared_ptr<Deployable>> model_of(std::string_view document, const Blueprint& plan,
                                             std::pmr::memory_resource& arena) {
    try {
        auto parsed = parse_whole(document, plan, arena);
        if (!parsed) return parsed.error();
        return std::make_shared<Deployable>(std::move(parsed->deployable));
    } catch (const host::ArenaFull& full) {
        return too_small(full);
    }
}

Result<Incarnation> incarnate(StoredDeployable stored, const Blueprint& plan,
                              const translate::Stylesheet& stylesheet, IdSource& ids,
                              const LogSink& log) {
    try {
        return build(std::move(stored), plan, stylesheet, ids, log);
    } catch (const host::ArenaFull& full) {
        return too_small(full);
    } catch (const std::exception& bug) {
        return Error{Errc::internal,
                     std::string("its policy engine cannot be built: ") + bug.what(),
                     "deployable",
                     {}};
    }
}

}  // namespace cpe::registry
