// Deep copies of a model: every string and list of the copy lives in the given memory resource.
// (Copying the plain way would leave them in the default resource: cpe/model.hpp.)
//
// Thread: any; pure.
#pragma once

#include <cpe/model.hpp>

#include <memory_resource>

namespace cpe::deployable {

Service copy(const Service&, std::pmr::memory_resource&);
/// With its services.
Assembly copy(const Assembly&, std::pmr::memory_resource&);
Dependency copy(const Dependency&, std::pmr::memory_resource&);
/// All of it.
Deployable copy(const Deployable&, std::pmr::memory_resource&);

}  // namespace cpe::deployable
