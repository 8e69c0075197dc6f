// A plan as the document that an operator would write.
#pragma once

#include "test/sim/plan.hpp"

#include <string>

namespace cpe::sim {

std::string document_of(const Plan& plan);

}  // namespace cpe::sim
