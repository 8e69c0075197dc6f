// How often this program allocated so far: operator new is replaced in a file of its own.
#pragma once

#include <cstddef>

namespace cpe::test {

std::size_t allocations();

}  // namespace cpe::test
