// What an HTTP answer, or its absence, means: done, or which fault.
//
// Thread: any; pure.
#pragma once

#include "adapters/http/message.hpp"
#include "adapters/openstack/fault.hpp"

#include <optional>

namespace cpe::openstack {

/// A fault, and what is known of the request's effect: whether it can be made again.
struct Failed {
    Fault fault;
    bool carried_out = true;  ///< false: proven that it was not
    bool passing = false;     ///< it may be otherwise in a moment
};

/// None: it was done (2xx).
///
/// A 4xx counts for what it says only where its body is OpenStack's: another server's page (a
/// proxy, a wrong endpoint) must not prove that an instance is gone. Without that it is a protocol
/// fault; but for 401, 413 and 429, which prove nothing.
[[nodiscard]] std::optional<Failed> failed(const http::Response& response);
[[nodiscard]] Failed failed(const http::Failure& failure);

}  // namespace cpe::openstack
