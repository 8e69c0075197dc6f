// What is different between two versions of a deployable, for people and for the event log.
//
// Thread: any; pure. Values of parameters are never told: they may be secrets.
#pragma once

#include <cpe/model.hpp>

#include <string>
#include <vector>

namespace cpe::deployable {

struct Difference {
    enum class Kind { added, removed, changed } kind = Kind::changed;
    std::string what;              ///< "service db/mysqld", "assembly web", "the deployable"
    std::vector<std::string> how;  ///< of a change: "parameter datadir", "type mysql -> mariadb"
};

/// Leftovers of earlier reloads are no part of either. Removed, then added, then changed.
std::vector<Difference> differences(const Deployable& old, const Deployable& fresh);

/// One line: "assembly cache removed; service db/mysqld changed: parameter datadir". Of more than
/// `most_told` the rest is counted.
std::string summary(const std::vector<Difference>&);
inline constexpr std::size_t most_told = 10;

}  // namespace cpe::deployable
