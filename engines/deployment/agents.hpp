// What resource agents say of themselves: asked for only when a service that runs has new
// parameters, once for each agent in each life of its guest; and what the scheduler is told of it,
// so that it plans reload-agent instead of a restart (facts: Pacemaker 2.1.5, op-force-restart and
// op-restart-digest).
//
// Thread: its deployable's strand. Limits: `metadata_timeout`; an agent that does not answer, or
// nothing that can be read, is one that reloads nothing.
#pragma once

#include "engines/deployment/known_agent.hpp"
#include "engines/deployment/world.hpp"

#include <optional>
#include <string>

namespace cpe::deployment {

constexpr Millis metadata_timeout{10'000};
/// A question that an aborted transition overtook on its way is asked again; not for ever.
constexpr int questions_of_one_agent = 3;

/// Asks what has to be known before the scheduler is. True while an answer is awaited.
bool await_agents(World&);
/// True when it was the answer to such a question.
bool on_metadata(World&, const event::OperationDone&);
/// The limit of a question may have passed.
void expire_questions(World&, AssemblyUnit&);
/// Its guest's life, or the connection to it, has ended: nothing of its agents is known.
void forget_agents(World&, AssemblyUnit&);

struct RestartFacts {
    std::string force;   ///< " a b ": names of parameters that a reload does not take over
    std::string digest;  ///< of their values at its start
};
/// Of what runs there with other parameters than its model's; nothing when it must be restarted.
std::optional<RestartFacts> restart_facts(const World&, const Placement&);

}  // namespace cpe::deployment
