// A running deployable meets a new version of its document: the model of what is to be worked
// towards is the new document plus what the old one had and the new one has not (design.md §4).
// What is removed does not vanish by itself: a service is *retired*, kept only to be stopped, and
// an assembly is *leaving*, kept only to be drained and destroyed.
//
// Thread: any; pure. Ownership: what is returned lives in the given memory resource.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/deployable/reloadable.hpp"

#include <cpe/model.hpp>
#include <cpe/result.hpp>

#include <memory_resource>
#include <string_view>

namespace cpe::deployable {

/// `old` is the model that runs, with what earlier reloads left over in it; `fresh` a document as
/// it was parsed, built in `resource`.
///
/// A retired service has the agent, the parameters (a reference is its value now) and the time
/// limits that it runs with. Of the old document's orders those are kept in which it is the one to
/// be stopped first. What was to leave and stands in the new document again stays.
///
/// Errors: Errc::refused for what no reload can change, by name; Errc::too_large when both together
/// exceed the limits of one document.
Result<Deployable> merge(const Deployable& old, Deployable fresh, const Running&, const Limits&,
                         std::pmr::memory_resource& resource);

/// The model without those leftovers that have come to their end.
Deployable without_finished(const Deployable&, const Running&, std::pmr::memory_resource& resource);

/// The order in which a leftover is stopped. Its id is one that no document can have.
Dependency leftover_order(std::string_view first, std::string_view then,
                          std::pmr::memory_resource& resource);

}  // namespace cpe::deployable
