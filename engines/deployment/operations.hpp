// Operations of agents: asked for, answered, late or lost; and what their results mean.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <string_view>

namespace cpe::deployment {

/// A guest gets so much longer than the operation's own time limit to say how it ended: the
/// request and the answer travel, and the agent kills what is late before it answers.
constexpr Millis answer_margin{10'000};

void begin_operation(World&, const GraphAction&);
void on_operation_done(World&, const event::OperationDone&);
void on_monitor_reported(World&, const event::MonitorReported&);
/// Those whose time limit passed count as timed out.
void expire_operations(World&);
/// Nobody can know any more how these ended: all of that assembly, or those not in `keep`.
void lose_operations(World&, const AssemblyUnit&, std::string_view why,
                     const std::vector<OperationId>* keep = nullptr);
[[nodiscard]] bool has_operations(const World&, const AssemblyUnit&);
/// What probes and monitors that are under way there find counts for nothing.
void overtake_looks(World&, const AssemblyUnit&);

}  // namespace cpe::deployment
