// Whether the guests of a document can be had from the providers that it names: that they are
// configured, and can do what it asks of them.
//
// Thread: any; pure. Errors: Errc::invalid_input, or Errc::unsupported for what a later version may
// do; the first one found.
#pragma once

#include <cpe/model.hpp>
#include <cpe/result.hpp>

#include <string>
#include <vector>

namespace cpe::registry {

/// A provider of the configuration, as far as documents have to fit it.
struct KnownProvider {
    enum class Guests {
        any,        ///< nothing is known against any of them
        sandboxes,  ///< `local`: our agent is inside, no sshd
        servers,    ///< `openstack`: our key is inside, and an sshd; no agent as yet
        hosts,      ///< `static`: they exist already, with an address and an sshd
    };
    std::string name;
    Guests guests = Guests::any;
};

Result<> check_providers(const Deployable& model, const std::vector<KnownProvider>& known,
                         const std::string& default_provider);

}  // namespace cpe::registry
