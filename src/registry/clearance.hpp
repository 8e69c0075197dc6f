// Destroys what a deployable without a DPE has left: all its guests, whatever runs in them.
//
// Thread: the loop thread. Ownership: shared, so that answers of providers that come late find it
// or nothing; dropping it ends it. A guest whose provider does not confirm is tried again, with
// growing pauses, for ever: what is not proven gone is not called gone.
#pragma once

#include "src/host/ports.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cpe::registry {

/// The pause before a destroy that failed is tried again: it doubles from the first to this.
constexpr Millis longest_clearance_pause{60'000};
constexpr Millis first_clearance_pause{1'000};

class Clearance : public std::enable_shared_from_this<Clearance> {
public:
    struct Told {
        /// Once a guest, at its first failure.
        std::function<void(const std::string& assembly, const Error&)> trouble;
        /// Nothing is left. Called from a provider's answer, or from start() where nothing was.
        std::function<void()> gone;
    };

    Clearance(boost::asio::any_io_executor loop, const host::Ports& ports, DeployableKey key,
              const std::vector<AssemblyStatus>& guests, Told told);
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
