// The brake as one DPE feels it (design.md §6.3): engines/brake decides, this holds.
//
// Thread: its deployable's strand.
#pragma once

#include "engines/deployment/world.hpp"

#include <cpe/records.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cpe::deployment {

void on_brake(World&, const event::Brake&);
/// A person stops it: nothing is left that the brake could hold.
void end_brake(World&, const std::string& why);

/// The brake that held it when its DPE ended, as its memory has it.
struct BrakeMemory {
    WallTime since;
    std::string reason;
    std::string detail;
};
[[nodiscard]] std::optional<BrakeMemory> brake_memory(const std::vector<MemoryRecord>&);
/// Of a DPE that begins to live again: held from the first moment on.
void recall_brake(World&, const std::vector<MemoryRecord>&);
void remember_brake(World&);

}  // namespace cpe::deployment
