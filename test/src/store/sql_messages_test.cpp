// The helper's messages: whole ones survive, damaged ones are refused and never trusted.
#include "src/store/sql_messages.hpp"

#include "fixture.hpp"

using namespace cpe;
using namespace cpe::store;

namespace {

SqlTable some_table() {
    return {{"a", "b"},
            {{std::monostate{}, std::int64_t{-1}},
             {2.5, std::string("text")},
             {std::vector<char>{'\0'}, std::string()}}};
}

}  // namespace

TEST_CASE("a table and an error survive") {
    const auto table = decode_table(encode(Result<SqlTable>(some_table())));
    REQUIRE(table);
    CHECK(table->columns == some_table().columns);
    CHECK(table->rows == some_table().rows);
    const Error error{Errc::timed_out, "what", "where", "hint"};
    CHECK(decode_table(encode(Result<SqlTable>(error))).error() == error);
}

TEST_CASE("a request survives") {
    SqlRequest request{"/x/cpe.db", "default", "SELECT 1", {}};
    request.limits.rows = 7;
    const auto same = decode_request(encode(request));
    REQUIRE(same);
    CHECK(same->path == request.path);
    CHECK(same->tenant == request.tenant);
    CHECK(same->query == request.query);
    CHECK(same->limits.rows == 7);
    CHECK(same->limits.time == request.limits.time);
}

TEST_CASE("a message cut anywhere, or with more behind it, is refused") {
    const auto whole = encode(Result<SqlTable>(some_table()));
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(decode_table(whole.substr(0, size)).error().code == Errc::internal);
    CHECK_FALSE(decode_table(whole + "x"));
    const auto request = encode(SqlRequest{"/x", "t", "q", {}});
    for (std::size_t size = 0; size < request.size(); ++size)
        CHECK_FALSE(decode_request(request.substr(0, size)));
}

TEST_CASE("a message with any byte changed does no harm") {
    const auto whole = encode(Result<SqlTable>(some_table()));
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const char other : {'\0', '\x01', '\x7f', '\xff'}) {
            auto damaged = whole;
            damaged[at] = other;
            refused += decode_table(damaged) ? 0 : 1;
        }
    CHECK(refused > whole.size());  // counts, lengths and kinds; a changed text is a text
}

TEST_CASE("a message is never larger than what is counted") {
    std::size_t counted = 0;
    for (const auto& column : some_table().columns) counted += size_of(column);
    for (const auto& row : some_table().rows)
        for (const auto& value : row) counted += size_of(value);
    constexpr std::size_t head = 1 + 8 + 8;
    CHECK(encode(Result<SqlTable>(some_table())).size() <= head + counted);
    CHECK(size_of(SqlValue{std::string(1'000, 'x')}) >= 1'000);
    CHECK(size_of(SqlValue{std::vector<char>(1'000)}) >= 1'000);
}
