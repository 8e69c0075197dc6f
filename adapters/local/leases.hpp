// Which address the next boot gets.
//
// Addresses go round: the next free one after the last that was given, so that a boot gets another
// address than the last time whenever there is another, and a dead guest's address rests for as
// long as possible. Pure; the caller tells what is in use (instance records survive cped).
//
// Thread: one at a time (the loop's).
#pragma once

#include "adapters/local/subnet.hpp"

#include <cstdint>
#include <set>

namespace cpe::local {

class Leases {
public:
    /// From now on addresses come from this slice; those in use stay so.
    void set_slice(const Subnet& slice) { slice_ = slice; }
    /// Errc::unavailable when every address is in use. `last` is what the guest had before (or 0):
    /// given again only where no other is left.
    [[nodiscard]] Result<std::uint32_t> lease(std::uint32_t last);
    /// A running sandbox was found that has it.
    void adopt(std::uint32_t address);
    /// A stopped sandbox had it: the round goes on after it.
    void had(std::uint32_t address) { cursor_ = std::max(cursor_, address); }
    void release(std::uint32_t address) { used_.erase(address); }
    [[nodiscard]] std::size_t in_use() const { return used_.size(); }

private:
    Subnet slice_;
    std::uint32_t cursor_ = 0;  ///< the last address given
    std::set<std::uint32_t> used_;
};

}  // namespace cpe::local
