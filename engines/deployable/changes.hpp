// What changed in one thing that two versions of a document have: "type mysql -> mariadb".
//
// Thread: any; pure. Values of parameters are never told: they may be secrets.
#pragma once

#include <cpe/model.hpp>

#include <string>
#include <vector>

namespace cpe::deployable {

/// What is the deployable's own, its assemblies and all else left aside.
std::vector<std::string> changes_of_head(const Deployable& old, const Deployable& fresh);
/// Its services left aside.
std::vector<std::string> changes_of(const Assembly& old, const Assembly& fresh);
std::vector<std::string> changes_of(const Service& old, const Service& fresh);
/// Only its own: the rest is its service's.
std::vector<std::string> changes_of_script(const Service& old, const Service& fresh);
/// The same parameters with the same values (or references).
bool same_parameters(const Service& old, const Service& fresh);
/// The same resource agent: what one started, the other can stop.
bool same_agent(const Service& old, const Service& fresh);

}  // namespace cpe::deployable
