// Carries out a management request by Control.
//
// Thread: the loop thread. Ownership: refers to Control, which must outlive it. Every answer is
// given once, perhaps before the call returns.
#pragma once

#include "src/management/answer.hpp"
#include "src/management/request.hpp"

#include <cpe/control.hpp>

#include <functional>
#include <string>

namespace cpe::management {

/// Who asks, as authorisation has found.
struct Caller {
    std::string who;  ///< for the event log: "uid 0"
};

class Operations {
public:
    using Done = std::function<void(Answer)>;

    explicit Operations(Control& control) : control_(control) {}

    void carry_out(const Caller& caller, const Request& request, const Done& done);

private:
    void create(const Caller& caller, const Request& request, const Done& done);
    void sql(const Request& request, const Done& done);
    void start_stop_delete(const Caller& caller, const Request& request, const Done& done);
    /// deployable_start, deployable_stop, deployable_reload of 2011.
    void of_2011(const Caller& caller, const Request& request, const Done& done);
    [[nodiscard]] Result<DeployableKey> named_2011(const Request& request) const;

    Control& control_;
};

}  // namespace cpe::management
