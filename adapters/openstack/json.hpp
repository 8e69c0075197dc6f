// A cloud's JSON, read strictly: the first field that is missing or of another type is a fault.
//
// Thread: any; pure. Ownership: a Reader refers to the parsed value. Limits: max_json_depth; the
// text's size is limited by who received it.
#pragma once

#include "adapters/openstack/fault.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::openstack {

constexpr std::size_t max_json_depth = 32;

/// FaultKind::protocol where it is none.
[[nodiscard]] Answer<boost::json::value> parse_json(std::string_view text);

/// What went wrong while a document was read: the first thing counts.
struct Reading {
    std::optional<Fault> fault = {};
    void fail(std::string message);
};

/// Reads one object. Where something is wrong, it is told to `reading`, and what is returned is
/// empty, so that the rest can be read without questions.
class Reader {
public:
    /// `where`: for the fault, "server".
    Reader(const boost::json::value* value, std::string where, Reading& reading);

    [[nodiscard]] bool has(std::string_view key) const;  ///< and it is not null
    [[nodiscard]] std::string text(std::string_view key);
    [[nodiscard]] std::optional<std::string> optional_text(std::string_view key);
    [[nodiscard]] std::int64_t number(std::string_view key);
    [[nodiscard]] std::int64_t optional_number(std::string_view key, std::int64_t otherwise);
    [[nodiscard]] bool optional_flag(std::string_view key);
    [[nodiscard]] Reader object(std::string_view key);
    /// Each of a list's objects.
    [[nodiscard]] std::vector<Reader> objects(std::string_view key);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);
    [[nodiscard]] std::vector<std::string> keys() const;

    void fail(std::string_view key, std::string_view what);

private:
    [[nodiscard]] const boost::json::value* find(std::string_view key) const;
    [[nodiscard]] const boost::json::value* need(std::string_view key);
    [[nodiscard]] std::string name_of(std::string_view key) const;

    const boost::json::object* object_ = nullptr;
    std::string where_;
    Reading* reading_;
};

}  // namespace cpe::openstack
