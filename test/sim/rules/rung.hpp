// One escalation, as the log tells it or as the failures in it ask for.
#pragma once

#include "test/sim/rules/failure_count.hpp"

#include <cpe/records.hpp>

#include <string>

namespace cpe::sim::rules {

struct Rung {
    std::string rung;
    std::string assembly;
    std::string service;
    std::size_t failures = 0;  ///< 0: not counted (a failed stop, a shared pause)
    std::int64_t first_at = 0;
    std::int64_t last_at = 0;
    std::string from;  ///< of a relocation
    std::string to;
    friend bool operator==(const Rung&, const Rung&) = default;

    static Rung counted(std::string rung, std::string assembly, std::string service,
                        const FailureCount::Verdict& verdict, std::int64_t at);
    /// As an event tells it.
    static Rung told(const EventRecord& event);
    [[nodiscard]] std::string text() const;
};

/// A number of an escalation's detail; 0 where it has none.
std::int64_t number_in(const EventRecord& event, std::string_view name);

}  // namespace cpe::sim::rules
