#include "src/registry/provider_check.hpp"

#include <algorithm>
#include <string_view>

namespace cpe::registry {
namespace {

using Guests = KnownProvider::Guests;

class Checker {
public:
    Checker(const Deployable& model, const std::vector<KnownProvider>& known,
            const std::string& default_provider)
        : model_(model), known_(known), default_(default_provider) {}

    Result<> run() const {
        if (auto found = find(model_.provider, "deployable"); !found) return found;
        for (const auto& name : model_.providers)
            if (auto found = find(name, "deployable, providers"); !found) return found;
        for (const auto& assembly : model_.assemblies)
            if (auto held = check(assembly); !held) return held;
        return {};
    }

private:
    [[nodiscard]] const KnownProvider* named(std::string_view name) const {
        const auto found = std::find_if(known_.begin(), known_.end(),
                                        [&](const auto& one) { return one.name == name; });
        return found == known_.end() ? nullptr : &*found;
    }

    [[nodiscard]] Result<> find(const Text& name, const std::string& where) const {
        if (name.empty() || named(name)) return {};
        std::string names;
        for (const auto& one : known_) names += (names.empty() ? "" : ", ") + one.name;
        return Error{Errc::invalid_input, "unknown provider '" + std::string(name) + "'", where,
                     "configured are: " + names};
    }

    /// Where the document lets it be.
    [[nodiscard]] std::vector<const KnownProvider*> places_of(const Assembly& assembly) const {
        std::vector<const KnownProvider*> places;
        const auto add = [&](std::string_view name) {
            if (const auto* one = named(name)) places.push_back(one);
        };
        if (!assembly.provider.empty()) {
            add(assembly.provider);
            return places;  // it does not move
        }
        add(model_.provider);
        for (const auto& name : model_.providers) add(name);
        if (model_.provider.empty() && model_.providers.empty()) add(default_);
        return places;
    }

    [[nodiscard]] Result<> check(const Assembly& assembly) const {
        const auto where = "line " + std::to_string(assembly.line) + ", assembly '" +
                           std::string(assembly.name) + "'";
        if (auto found = find(assembly.provider, where); !found) return found;
        const auto places = places_of(assembly);
        for (const auto* place : places)
            if (auto held = check_place(assembly, *place, where); !held) return held;
        const bool hosts = std::any_of(places.begin(), places.end(), [](const auto* place) {
            return place->guests == Guests::hosts;
        });
        if (assembly.address.empty() || hosts || places.empty()) return {};
        return Error{Errc::invalid_input,
                     "provider '" + places.front()->name + "' gives it its address itself", where,
                     "leave address out, or name a provider of type static"};
    }

    [[nodiscard]] Result<> check_place(const Assembly& assembly, const KnownProvider& place,
                                       const std::string& where) const {
        const std::string provider = "provider '" + place.name + "'";
        const bool ssh = model_.channel == ChannelKind::ssh;
        if (place.guests == Guests::sandboxes && ssh)
            return Error{Errc::unsupported, "the sandboxes of " + provider + " have no sshd", where,
                         "write monitor=\"agent\", or name another provider"};
        if (place.guests == Guests::servers && !ssh)
            return Error{Errc::unsupported,
                         "the servers of " + provider + " are reached over ssh only, as yet", where,
                         "write monitor=\"ssh\" at the deployable"};
        if (place.guests != Guests::hosts) return {};
        if (assembly.address.empty())
            return Error{Errc::invalid_input, provider + " needs its address", where,
                         "as in address=\"192.0.2.7\""};
        if (!ssh)
            return Error{Errc::unsupported,
                         "the hosts of " + provider + " are reached over ssh only, as yet", where,
                         "write monitor=\"ssh\" at the deployable"};
        return {};
    }

    const Deployable& model_;
    const std::vector<KnownProvider>& known_;
    const std::string& default_;
};

}  // namespace

Result<> check_providers(const Deployable& model, const std::vector<KnownProvider>& known,
                         const std::string& default_provider) {
    return Checker(model, known, default_provider).run();
}

}  // namespace cpe::registry
