#include "src/registry/clearance.hpp"

#include <algorithm>
#include <utility>

namespace cpe::registry {

struct Clearance::Guest {
    std::string assembly;
    std::string provider;
    Millis pause{0};  ///< before the next try; 0: none has failed yet
    std::unique_ptr<host::Alarm> alarm;
};

Clearance::Clearance(boost::asio::any_io_executor loop, const host::Ports& ports, DeployableKey key,
                     const std::vector<AssemblyStatus>& guests, Told told)
    : loop_(std::move(loop)), ports_(ports), key_(std::move(key)), told_(std::move(told)) {
    for (const auto& guest : guests) {
        const auto& provider = guest.provider.empty() ? ports.default_provider : guest.provider;
        guests_.push_back(std::make_shared<Guest>(guest.name, provider));
    }
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
    const auto provider = ports_.providers.find(guest->provider);
    if (provider == ports_.providers.end())
        return done(
            Error{Errc::unavailable, "there is no instance provider '" + guest->provider + "'",
                  "assembly '" + guest->assembly + "'", "name it under providers: in cped.yaml"});
    provider->second->destroy({key_, guest->assembly}, std::move(done));
}

void Clearance::answered(const std::shared_ptr<Guest>& guest,
                         const Result<InstanceReport>& outcome) {
    if (outcome && outcome->state == InstanceState::absent) {
        std::erase(guests_, guest);
        if (guests_.empty()) told_.gone();
        return;
    }
    if (guest->pause == Millis{0}) {
        const std::string state(outcome ? name_of(outcome->state) : "");
        told_.trouble(guest->assembly, outcome ? Error{Errc::internal,
                                                       "its provider says that it is " + state,
                                                       "assembly '" + guest->assembly + "'",
                                                       {}}
                                               : outcome.error());
    }
    guest->pause = std::clamp(guest->pause * 2, first_clearance_pause, longest_clearance_pause);
    guest->alarm = ports_.alarms(loop_);
    guest->alarm->set(guest->pause, [weak = weak_from_this(), weak_guest = std::weak_ptr(guest)] {
        const auto self = weak.lock();
        const auto again = weak_guest.lock();
        if (self && again) self->destroy(again);
    });
}

}  // namespace cpe::registry
