// The bridge of one provider, and which slice of the subnet it serves.
//
// Thread: one. Blocking. Choosing is serialised over the machine by a lock on /run, so that two
// cped that start together do not take the same slice.
#pragma once

#include "adapters/local/home.hpp"
#include "adapters/local/subnet.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cpe::local {

/// Whose a network is, for messages: "podman0 (10.88.0.0/16)".
struct Claim {
    std::string interface;
    Subnet network;
    bool connected = true;  ///< an interface's own network, or a route through a gateway
};

/// What this machine's addresses and routes claim already, but for `bridge` itself and defaults.
[[nodiscard]] std::vector<Claim> claims_of_machine(const std::string& bridge);

/// The first slice from number `begin` on that nobody claims. A wider route through a gateway is
/// no claim: the slice is more specific. Errc::refused names who holds the last one tried.
[[nodiscard]] Result<Subnet> choose_slice(const Subnet& subnet, std::uint64_t begin,
                                          const std::vector<Claim>& claims);

/// Makes the bridge of this home, or finds it (then its slice stays as it is). A bridge
/// that is made takes over the interfaces of the sandboxes that live, and frees the slices of state
/// directories that no longer exist.
[[nodiscard]] Result<Subnet> ensure_bridge(const Home& home, const Subnet& subnet);

}  // namespace cpe::local
