// What cped asks its SQL helper, and what it answers.
//
// Thread: any; pure. A decoder gives Errc::internal for bytes that are no such message.
#pragma once

#include "src/store/settings.hpp"

#include <cpe/store.hpp>

#include <string>
#include <string_view>

namespace cpe::store {

struct SqlRequest {
    std::string path;    ///< of the database
    std::string tenant;  ///< empty: an administrator's
    std::string query;
    SqlLimits limits;
};

std::string encode(const SqlRequest&);
Result<SqlRequest> decode_request(std::string_view);

std::string encode(const Result<SqlTable>&);
Result<SqlTable> decode_table(std::string_view);

/// What limits.sql_size counts: what a value takes in memory, which is more than in a message.
std::size_t size_of(const SqlValue&);
std::size_t size_of(const std::string& column);

}  // namespace cpe::store
