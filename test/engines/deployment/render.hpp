// Rows and effects as lines of a golden file.
#pragma once

#include <cpe/deployment.hpp>

#include <string>

namespace cpe::test {

std::string render(const EventRecord&);
std::string render(const ActionRecord&);
std::string render(const TransitionRecord&);
std::string render(const Effect&);

}  // namespace cpe::test
