// How enumerations are spelt in messages.
//
// Thread: any; pure.
#pragma once

#include <cpe/operation.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace cpe::agent {

inline constexpr std::array<std::pair<OperationResult::Outcome, std::string_view>, 4> outcome_names{
    {
        {OperationResult::Outcome::done, "done"},
        {OperationResult::Outcome::timed_out, "timed_out"},
        {OperationResult::Outcome::cancelled, "cancelled"},
        {OperationResult::Outcome::lost, "lost"},
    }};
inline constexpr std::array<std::pair<AgentClass, std::string_view>, 3> class_names{{
    {AgentClass::ocf, "ocf"},
    {AgentClass::systemd, "systemd"},
    {AgentClass::lsb, "lsb"},
}};

template <class Table, class Key>
std::string name_of(const Table& table, Key key) {
    for (const auto& [value, name] : table)
        if (value == key) return std::string(name);
    return {};
}

}  // namespace cpe::agent
