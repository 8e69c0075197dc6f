// The operator's hand: RELOAD, RELEASE, FAULT and UPDATE of a deployable; CONFIRM-DOWN, RESTART,
// TRUST and UPDATE of an assembly; RETRY of a service.
//
// Thread: the loop thread. Ownership: refers to Control until answered. The answer shows the entity
// as it then is; it is given once, perhaps before the call returns.
#pragma once

#include "src/management/answer.hpp"
#include "src/management/request.hpp"

#include <cpe/control.hpp>

#include <functional>
#include <string>

namespace cpe::management {

/// Whether `request.operation` is one of these.
[[nodiscard]] bool is_wish(const Request& request);

/// `request.type` has the operation.
void carry_out_wish(Control& control, const std::string& who, const Request& request,
                    const std::function<void(Answer)>& done);

}  // namespace cpe::management
