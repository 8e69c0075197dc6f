// The bridge of this provider and who has which address on it.
//
// Thread: the loop; what blocks is done by cpe-sandbox. Ownership: outlives those who wait.
#pragma once

#include "adapters/base/gate.hpp"
#include "adapters/local/leases.hpp"
#include "adapters/local/settings.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace cpe::local {

class Network {
public:
    Network(boost::asio::any_io_executor executor, const Settings& settings, const Subnet& subnet);

    /// Makes the bridge where it is missing; gives the slice of the subnet that it serves.
    [[nodiscard]] boost::asio::awaitable<Result<Subnet>> ensure();
    /// Removes the host's end of a sandbox; done when it is gone.
    [[nodiscard]] boost::asio::awaitable<Result<>> drop_veth(std::uint32_t address);
    /// After the last sandbox is gone.
    [[nodiscard]] boost::asio::awaitable<Result<>> drop_bridge();

    [[nodiscard]] std::string bridge() const;
    [[nodiscard]] std::string veth(std::uint32_t address) const;

    Leases leases;

private:
    [[nodiscard]] boost::asio::awaitable<Result<>> drop(std::string interface);

    boost::asio::any_io_executor executor_;
    const Settings& settings_;
    Subnet subnet_;
    base::Gate one_;  ///< the bridge is made and removed by one at a time
    std::optional<Subnet> slice_;
};

}  // namespace cpe::local
