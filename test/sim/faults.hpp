// All that can go wrong, each with a name and a weight that the seed changes (some never happen in
// one seed, some much more often: so each seed is another kind of bad day).
#pragma once

#include "test/sim/hand.hpp"
#include "test/sim/random.hpp"

#include <string>
#include <vector>

namespace cpe::sim {

class Machine;
class World;

/// What one fault may use.
struct Strike {
    World& world;
    Hand& hand;
    Random random;  ///< its own, so that leaving out another fault changes nothing here

    /// One that may be harmed; every one but the calm ones.
    [[nodiscard]] const Plan& plan();
    [[nodiscard]] AssemblyKey assembly();
    [[nodiscard]] const ServicePlan& service(const Plan& of);
    [[nodiscard]] Machine& machine();
    /// A little, or long.
    [[nodiscard]] Millis span();
};

struct FaultKind {
    std::string name;
    int weight;
    void (*strike)(Strike&);
};

std::vector<FaultKind> machine_faults();
std::vector<FaultKind> service_faults();
std::vector<FaultKind> network_faults();
std::vector<FaultKind> provider_faults();
std::vector<FaultKind> daemon_faults();
std::vector<FaultKind> operator_faults();

class Faults {
public:
    Faults(World& world, Hand& hand);
    /// The Nth of this seed.
    void strike(std::size_t number);
    /// Everything that lasts ends.
    void heal();
    [[nodiscard]] Millis pause(std::size_t number) const;

private:
    World& world_;
    Hand& hand_;
    std::vector<FaultKind> kinds_;
    int total_ = 0;
    Millis pause_{1'000};
};

}  // namespace cpe::sim
