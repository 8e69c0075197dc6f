// What a service was started with, where its model says otherwise by now: what runs is probed,
// stopped and compared with that (as Pacemaker's controller stops with the parameters of the
// start), not with what it would be started with today.
//
// Thread: its deployable's strand. Kept over restarts of cped (memory.hpp).
#pragma once

#include <cpe/model.hpp>

#include <memory_resource>
#include <optional>
#include <utility>

namespace cpe::deployment {

struct World;
struct Placement;
struct ServiceUnit;

struct RanWith {
    explicit RanWith(std::pmr::memory_resource& arena)
        : provider(&arena), type(&arena), parameters(&arena) {}

    AgentClass agent_class = AgentClass::ocf;
    Text provider;
    Text type;
    List<std::pair<Text, Text>> parameters;  ///< references are their values

    [[nodiscard]] bool same_agent(const Service& model) const {
        return agent_class == model.agent_class && provider == model.provider && type == model.type;
    }
    friend bool operator==(const RanWith&, const RanWith&) = default;
};

/// What a start would be given now.
RanWith would_run_with(const World&, const Service&);
/// The model of this service, or a value that it refers to, is about to change: where it may run it
/// keeps what it was started with, and what is under way for it is of before the change.
void keep_what_runs(World&, ServiceUnit&);
/// After a change: what is as the model says need not be kept.
void drop_what_is_same(World&, ServiceUnit&);
/// It was started anew, or runs there no more.
void forget_ran_with(World&, Placement&);

}  // namespace cpe::deployment
