// What the log and the memory of one deployable say, as far as its escalations depend on it.
#pragma once

#include "test/sim/plan.hpp"
#include "test/sim/rules/failure_count.hpp"

#include <cpe/records.hpp>
#include <cpe/time.hpp>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cpe::sim::rules {

struct Book {
    bool wanted = false;
    bool planned = false;  ///< an overhaul: failures of assemblies are dealt with by it
    bool begun = false;    ///< ... and all is being taken down
    bool relocating = false;
    bool braked = false;
    bool whole = false;  ///< in maintenance
    std::set<std::string> maintained;

    std::map<std::string, FailureCount> services;  ///< by resource
    std::map<std::string, FailureCount> assemblies;
    FailureCount itself;

    std::map<std::string, std::string> states;  ///< of assemblies
    std::map<std::string, int> boots;           ///< in a row, that came to nothing
    /// Boots of these may be awaited lives of before: who ended restraint cannot tell.
    std::set<std::string> unsure;

    std::string provider;           ///< that it was relocated to
    std::set<std::string> tried;    ///< providers that did not do
    bool given_up = false;          ///< a pause without hope is under way
    std::optional<MonoTime> pause;  ///< ... which ends then; none: after a restart, nobody knows
    std::optional<MonoTime> well;   ///< all has run since

    [[nodiscard]] bool is_restrained(const std::string& assembly) const {
        return braked || whole || maintained.contains(assembly);
    }
    /// An event that is no failure.
    void read(const Plan& plan, const EventRecord& event, MonoTime now);
    /// What the step remembers at its end.
    void read(const MemoryRecord& record);
    /// The document has been reloaded.
    void fit(const Plan& plan);
    /// cped, or this one's engine, begins anew.
    void restart(MonoTime now);

private:
    void wish(const Plan& plan, const EventRecord& event);
    void overhaul(const Plan& plan, const std::string& state);
};

}  // namespace cpe::sim::rules
