#include "test/sim/rules/quiet.hpp"

#include "test/sim/world.hpp"

#include <utility>

namespace cpe::sim {

void Quiet::begin(const DeployableKey& key, std::set<std::string> touched, std::string why) {
    on_ = true;
    key_ = key;
    touched_ = std::move(touched);
    why_ = std::move(why);
}

void Quiet::performed(const Machine& machine, const OperationRequest& request) {
    if (!on_ || (request.operation != "start" && request.operation != "stop")) return;
    if (machine.key().deployable == key_ && touched_.contains(request.resource)) return;
    world_.violated("a change touches only what it must",
                    text_of(machine.key()) + ": " + request.operation + " of " + request.resource +
                        " because of: " + why_);
}

}  // namespace cpe::sim
