#include "src/registry/clearance.hpp"

#include <algorithm>
#include <memory_resource>
#include <utility>

namespace cpe::registry {
namespace {

using Names = std::set<std::string>;

void add(Names& names, const Text& name) {
    if (!name.empty()) names.emplace(name);
}

/// Where the document lets this assembly be.
Names providers_of(const Deployable& model, const Assembly& assembly, const std::string& fallback) {
    Names names;
    add(names, assembly.provider);
    if (!names.empty()) return names;  // it does not move
    add(names, model.provider);
    for (const auto& name : model.providers) add(names, name);
    if (names.empty()) names.insert(fallback);
    return names;
}

Error still_there(InstanceState state) {
    return {Errc::internal, "its provider says: " + std::string(name_of(state)), {}, {}};
}

}  // namespace

std::set<Place> places_of(const StoredDeployable& stored, const deployable::Limits& limits,
                          const std::string& default_provider) {
    std::set<Place> places;
    if (stored.status)
        for (const auto& seen : stored.status->assemblies)
            places.insert({seen.name, seen.provider.empty() ? default_provider : seen.provider});
    std::pmr::monotonic_buffer_resource memory;
    const auto parsed = deployable::parse(stored.document, limits, memory);
    if (!parsed) return places;
    for (const auto& assembly : parsed->deployable.assemblies)
        for (const auto& provider : providers_of(parsed->deployable, assembly, default_provider))
            places.insert({std::string(assembly.name), provider});
    return places;
}

struct Clearance::Guest {
    Place place;
    Millis pause{0};  ///< before the next try; 0: none has failed yet
    std::unique_ptr<host::Alarm> alarm;
};

Clearance::Clearance(boost::asio::any_io_executor loop, const host::Ports& ports, DeployableKey key,
                     const std::set<Place>& places, Told told)
    : loop_(std::move(loop)), ports_(ports), key_(std::move(key)), told_(std::move(told)) {
    for (const auto& place : places) guests_.push_back(std::make_shared<Guest>(place));
}

Clearance::~Clearance() = default;

void Clearance::start() {
    if (guests_.empty()) return told_.gone();
    const auto all = guests_;
    for (const auto& guest : all) destroy(guest);
}

void Clearance::destroy(const std::shared_ptr<Guest>& guest) {
    auto done = [weak = weak_from_this(), guest](const Result<InstanceReport>& outcome) {
        if (const auto self = weak.lock()) self->answered(guest, outcome);
    };
    const auto& [assembly, name] = guest->place;
    const auto provider = ports_.providers.find(name);
    if (provider == ports_.providers.end())
        return done(Error{Errc::unavailable, "there is no instance provider '" + name + "'",
                          "assembly '" + assembly + "'", "name it under providers: in cped.yaml"});
    provider->second->destroy({key_, assembly}, std::move(done));
}

void Clearance::answered(const std::shared_ptr<Guest>& guest,
                         const Result<InstanceReport>& outcome) {
    const auto& assembly = guest->place.assembly;
    const bool not_ours = !outcome && outcome.error().code == Errc::unsupported;
    if (not_ours) told_.left(assembly, outcome.error());
    if (not_ours || (outcome && outcome->state == InstanceState::absent)) {
        std::erase(guests_, guest);
        if (guests_.empty()) told_.gone();
        return;
    }
    if (guest->pause == Millis{0})
        told_.trouble(assembly, outcome ? still_there(outcome->state) : outcome.error());
    guest->pause = std::clamp(guest->pause * 2, first_clearance_pause, longest_clearance_pause);
    guest->alarm = ports_.alarms(loop_);
    guest->alarm->set(guest->pause, [weak = weak_from_this(), weak_guest = std::weak_ptr(guest)] {
        const auto self = weak.lock();
        const auto again = weak_guest.lock();
        if (self && again) self->destroy(again);
    });
}

}  // namespace cpe::registry
