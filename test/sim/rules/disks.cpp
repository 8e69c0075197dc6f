#include "test/sim/rules/rules.hpp"

#include "test/sim/world.hpp"

namespace cpe::sim::rules {
namespace {

class DisksAreKept final : public Watcher {
public:
    explicit DisksAreKept(World& world) : world_(world) {}

    void commanded(const AssemblyKey& key, CommandKind kind) override {
        if (kind != CommandKind::destroy) return;
        const Plan* plan = world_.plan_of(key.deployable);
        const auto* assembly = plan ? plan->assembly(key.assembly) : nullptr;
        const auto kept = world_.disk.deployables.find(key.deployable);
        const bool deleting = kept != world_.disk.deployables.end() && kept->second.deleting;
        if (deleting || !assembly || assembly->rebuild) return;
        world_.violated("disks are kept", text_of(key) + " is destroyed, and may not be rebuilt");
    }

private:
    World& world_;
};

}  // namespace

std::unique_ptr<Watcher> disks_are_kept(World& world) {
    return std::make_unique<DisksAreKept>(world);
}

}  // namespace cpe::sim::rules
