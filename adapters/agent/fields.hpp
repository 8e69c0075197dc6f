// Reads the fields of one message's map and remembers the first that is wrong.
//
// Thread: any. Ownership: the reader refers to the map.
#pragma once

#include "adapters/amqp/message.hpp"

#include <cpe/ids.hpp>
#include <cpe/time.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace cpe::agent {

class Fields {
public:
    /// `where`: what is read, for the error: "result".
    Fields(const amqp::Map& map, std::string where) : map_(map), where_(std::move(where)) {}

    /// Required values; on an error a zero value is returned and error() says which it was.
    [[nodiscard]] std::string text(const char* name, std::size_t limit);
    /// Absent means empty.
    [[nodiscard]] std::string optional_text(const char* name, std::size_t limit);
    [[nodiscard]] std::uint64_t number(const char* name);
    [[nodiscard]] int small(const char* name);  ///< -1000 .. 1000: an exit code
    [[nodiscard]] Millis millis(const char* name, Millis limit);
    [[nodiscard]] amqp::List list(const char* name, std::size_t limit);
    [[nodiscard]] amqp::Map map(const char* name, std::size_t limit);

    void fail(Errc code, const char* name, std::string what);
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    const amqp::Map& map_;
    std::string where_;
    std::optional<Error> error_;
};

}  // namespace cpe::agent
