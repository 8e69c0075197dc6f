#include "engines/deployable/reloadable.hpp"

#include "engines/deployable/report.hpp"
#include "engines/deployable/values.hpp"

#include <string>
#include <unordered_map>

namespace cpe::deployable {
namespace {

using Failure = std::optional<Error>;

/// Who makes its instances: its own word, where the deployable was relocated to, the deployable's
/// word, the first of its list, or the configuration's.
std::string_view provider_of(const Assembly& assembly, const Deployable& model,
                             const Running& running) {
    if (!assembly.provider.empty()) return assembly.provider;
    if (!running.relocated_to.empty()) return running.relocated_to;
    if (!model.provider.empty()) return model.provider;
    if (!model.providers.empty()) return model.providers.front();
    return running.default_provider;
}

Error fixed(std::string place, const std::string& what, std::string_view old,
            std::string_view fresh, std::string hint) {
    return {Errc::refused,
            "a reload cannot change its " + what + " from " + quoted(old) + " to " + quoted(fresh),
            std::move(place), std::move(hint)};
}

Failure check_head(const Deployable& old, const Deployable& fresh) {
    const auto place = "deployable " + quoted(old.name);
    const std::string hint = "keep it, or create another deployable and delete this one";
    if (old.name != fresh.name) return fixed(place, "name", old.name, fresh.name, hint);
    if (old.uuid != fresh.uuid) return fixed(place, "uuid", old.uuid, fresh.uuid, hint);
    const auto word = [](ChannelKind kind) { return kind == ChannelKind::ssh ? "ssh" : "agent"; };
    if (old.channel != fresh.channel)
        return fixed(place, "monitor", word(old.channel), word(fresh.channel), hint);
    return std::nullopt;
}

Failure check_assembly(const Assembly& old, const Assembly& fresh, std::string_view old_provider,
                       std::string_view provider) {
    const auto place = where(fresh.line, fresh.name, "");
    const std::string hint = old.leaving
                                 ? "the one that an earlier reload took out is not gone yet; try "
                                   "again when it is"
                                 : "take it out in one reload and add it in the next";
    if (old.uuid != fresh.uuid) return fixed(place, "uuid", old.uuid, fresh.uuid, hint);
    if (old.address != fresh.address)
        return fixed(place, "address", old.address, fresh.address, hint);
    if (old.port != fresh.port)
        return fixed(place, "port", std::to_string(old.port), std::to_string(fresh.port), hint);
    if (old_provider != provider) return fixed(place, "provider", old_provider, provider, hint);
    return std::nullopt;
}

}  // namespace

Failure check_reloadable(const Deployable& old, const Deployable& fresh, const Running& running) {
    if (auto error = check_head(old, fresh)) return error;
    std::unordered_map<std::string_view, const Assembly*> known;
    for (const Assembly& assembly : old.assemblies)
        if (!assembly.leaving || !running.is_gone(assembly))
            known.emplace(assembly.name, &assembly);
    for (const Assembly& assembly : fresh.assemblies) {
        const auto was = known.find(assembly.name);
        if (was == known.end()) continue;
        if (auto error =
                check_assembly(*was->second, assembly, provider_of(*was->second, old, running),
                               provider_of(assembly, fresh, running)))
            return error;
    }
    return std::nullopt;
}

}  // namespace cpe::deployable
