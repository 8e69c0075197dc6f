// What no reload can change, since the running deployable is known by it.
//
// Thread: any; pure. Errors: Errc::refused, with the line of the new document, and what to do.
#pragma once

#include <cpe/model.hpp>
#include <cpe/result.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cpe::deployable {

/// What only the running deployable knows. None of these may throw or be empty.
struct Running {
    /// It is proven to run nowhere, and so need not be kept to be stopped.
    std::function<bool(const Service&)> is_stopped;
    /// Nothing of it is left: it need not be kept to be destroyed.
    std::function<bool(const Assembly&)> is_gone;
    /// What it refers to now; empty: nothing yet.
    std::function<std::string_view(const Reference&)> resolve;
    /// Who made its instance, and is to destroy it.
    std::function<std::string(const Assembly&)> provider_of;
    /// The configuration's, for documents that name none.
    std::string default_provider;
    /// Where a relocation took it, with all assemblies that name no provider; or empty.
    std::string relocated_to = {};
};

/// Name, uuid and channel of the deployable; uuid and provider of an assembly that stays.
std::optional<Error> check_reloadable(const Deployable& old, const Deployable& fresh,
                                      const Running&);

}  // namespace cpe::deployable
