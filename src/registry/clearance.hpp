// Destroys what a deployable without a DPE has left: all its guests, whatever runs in them, at
// every provider where they may be.
//
// Thread: the loop thread. Ownership: shared, so that answers of providers that come late find it
// or nothing; dropping it ends it. A guest whose provider does not confirm is tried again, with
// growing pauses, for ever: what is not proven gone is not called gone. Only a provider that cannot
// destroy at all (the machine is somebody's own) is not asked again.
#pragma once

#include "engines/deployable/parse.hpp"
#include "src/host/ports.hpp"

#include <cpe/records.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <compare>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cpe::registry {

/// The pause before a destroy that failed is tried again: it doubles from the first to this.
constexpr Millis longest_clearance_pause{60'000};
constexpr Millis first_clearance_pause{1'000};

/// An assembly, and a provider that may hold something of it.
struct Place {
    std::string assembly;
    std::string provider;
    friend auto operator<=>(const Place&, const Place&) = default;
};

/// Where guests of a deployable are, or may have been left: as it was last seen, and wherever its
/// document lets them be, where that can still be read.
std::set<Place> places_of(const StoredDeployable& stored, const deployable::Limits& limits,
                          const std::string& default_provider);

class Clearance : public std::enable_shared_from_this<Clearance> {
public:
    struct Told {
        /// Once a guest, at its first failure.
        std::function<void(const std::string& assembly, const Error&)> trouble;
        /// Its provider leaves it as it is, with what runs there.
        std::function<void(const std::string& assembly, const Error&)> left;
        /// Nothing is left. Called from a provider's answer, or from start() where nothing was.
        std::function<void()> gone;
    };

    Clearance(boost::asio::any_io_executor loop, const host::Ports& ports, DeployableKey key,
              const std::set<Place>& places, Told told);
    Clearance(const Clearance&) = delete;
    Clearance& operator=(const Clearance&) = delete;
    ~Clearance();

    void start();

private:
    struct Guest;
    void destroy(const std::shared_ptr<Guest>& guest);
    void answered(const std::shared_ptr<Guest>& guest, const Result<InstanceReport>& outcome);

    boost::asio::any_io_executor loop_;
    const host::Ports& ports_;
    DeployableKey key_;
    std::vector<std::shared_ptr<Guest>> guests_;  ///< that are not gone yet
    Told told_;
};

}  // namespace cpe::registry
