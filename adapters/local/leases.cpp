#include "adapters/local/leases.hpp"

#include <algorithm>

namespace cpe::local {

Result<std::uint32_t> Leases::lease(std::uint32_t last) {
    const std::uint32_t guests = slice_.size() - 3;  // network, bridge and broadcast are no guests
    const std::uint32_t first = slice_.gateway() + 1;
    const std::uint32_t begin =
        slice_.contains(cursor_) && cursor_ >= slice_.gateway() ? cursor_ - slice_.gateway() : 0;
    std::uint32_t found = 0;
    for (std::uint32_t step = 0; step < guests && found == 0; ++step) {
        const std::uint32_t candidate = first + (begin + step) % guests;
        if (candidate != last && !used_.contains(candidate)) found = candidate;
    }
    const bool last_is_free = last >= first && last < first + guests && !used_.contains(last);
    if (found == 0 && last_is_free) found = last;
    if (found == 0)
        return Error{Errc::unavailable, "all " + std::to_string(guests) + " addresses are in use",
                     "subnet slice " + slice_.text(),
                     "stop a deployable, or set a wider subnet for its provider"};
    cursor_ = found;
    used_.insert(found);
    return found;
}

void Leases::adopt(std::uint32_t address) {
    used_.insert(address);
    had(address);
}

}  // namespace cpe::local
