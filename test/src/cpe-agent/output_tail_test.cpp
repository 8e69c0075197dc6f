#include "adapters/guest/output_tail.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::guest;

TEST_CASE("the last exit reason counts, however the bytes come") {
    const std::string text =
        "a\nocf-exit-reason:one\nb ocf-exit-reason:no\nocf-exit-reason:two\nc\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        OutputTail tail;
        for (std::size_t at = 0; at < text.size(); at += step) tail.append(text.substr(at, step));
        CHECK(tail.exit_reason() == "two");
        CHECK(tail.text() == text.substr(0, text.size() - 1));
    }
}

TEST_CASE("a reason counts without its newline, and is cut without splitting a character") {
    OutputTail tail;
    tail.append("ocf-exit-reason:é");
    CHECK(tail.exit_reason() == "é");
    for (int i = 0; i < 1000; ++i) tail.append("é");
    CHECK(tail.exit_reason().size() == max_exit_reason);
    tail.append("\nmore");
    CHECK(tail.exit_reason().size() <= max_exit_reason);
}

TEST_CASE("the tail is bounded and keeps the end") {
    OutputTail tail;
    for (int i = 0; i < 100'000; ++i) tail.append("line " + std::to_string(i) + "\n");
    CHECK(tail.text().size() <= max_operation_output);
    CHECK_THAT(tail.text(), Catch::EndsWith("line 99999"));
    OutputTail longer(3 * max_operation_output);
    for (int i = 0; i < 100'000; ++i) longer.append("line " + std::to_string(i) + "\n");
    CHECK(longer.text().size() > 2 * max_operation_output);
    CHECK(longer.text().size() <= 3 * max_operation_output);
}

TEST_CASE("what is not UTF-8 or moves a terminal becomes a question mark") {
    CHECK(printable("a\tb\nc") == "a\tb\nc");
    CHECK(printable("é€😀") == "é€😀");
    CHECK(printable("\x1b[31m\r\x7f") == "?[31m??");
    CHECK(printable("\xff\xc0\x80\xe2\x82") == "?????");
    CHECK(printable("\xed\xa0\x80") == "???");       // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "????");  // beyond Unicode
    CHECK(printable(std::string_view("\0x", 2)) == "?x");
}
