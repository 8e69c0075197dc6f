// Reading and writing of memory records: what is missing or of another kind counts as not there.
//
// Thread: any; pure.
#pragma once

#include "engines/deployment/window.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::deployment {

inline std::int64_t number(const boost::json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    return value && value->is_int64() ? value->as_int64() : 0;
}

inline bool flag(const boost::json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    return value && value->is_bool() && value->as_bool();
}

inline std::string text(const boost::json::object& from, std::string_view key) {
    const auto* value = from.if_contains(key);
    return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

inline std::vector<std::string> names(const boost::json::object& from, std::string_view key) {
    std::vector<std::string> result;
    const auto* value = from.if_contains(key);
    if (!value || !value->is_array()) return result;
    for (const auto& name : value->as_array())
        if (name.is_string()) result.emplace_back(name.as_string());
    return result;
}

inline boost::json::array array_of(const std::vector<std::string>& names) {
    boost::json::array result;
    for (const auto& name : names) result.emplace_back(name);
    return result;
}

inline std::vector<WallTime> times(const boost::json::object& from) {
    std::vector<WallTime> result;
    const auto* value = from.if_contains("failures");
    if (!value || !value->is_array()) return result;
    for (const auto& at : value->as_array())
        if (at.is_int64()) result.push_back({at.as_int64()});
    return result;
}

inline boost::json::array times_of(const FailureWindow& window) {
    boost::json::array times;
    for (const WallTime at : window.failures()) times.emplace_back(at.ms);
    return times;
}

}  // namespace cpe::deployment
