#include "src/cpe-ctl/text/clean.hpp"
#include "src/cpe-ctl/text/table.hpp"

#include <catch2/catch.hpp>

using namespace cpe::ctl;

TEST_CASE("text becomes valid UTF-8, byte by byte") {
    const std::string r = "\xef\xbf\xbd";
    CHECK(utf8("plain ä € 😀") == "plain ä € 😀");
    CHECK(utf8("a\xff"
               "b") == "a" + r + "b");
    CHECK(utf8("\xc0\xaf") == r + r);          // overlong
    CHECK(utf8("\xed\xa0\x80") == r + r + r);  // a surrogate
    CHECK(utf8("\xf4\x90\x80\x80") == r + r + r + r);
    CHECK(utf8("\xe2\x82") == r + r);  // cut off
    CHECK(utf8(std::string("\0\n", 2)) == std::string("\0\n", 2));
}

TEST_CASE("what is shown holds no control character") {
    const std::string r = "\xef\xbf\xbd";
    CHECK(clean("a\nb\tc") == "a b c");
    CHECK(clean("\x1b[31mred") == r + "[31mred");
    CHECK(clean("\xc2\x9b") == r);  // CSI of C1
    CHECK(clean("\x7f\xff") == r + r);
    CHECK(clean("äöü") == "äöü");
}

TEST_CASE("columns align by characters, and no line ends in spaces") {
    Table table({"NAME", "N", "TEXT"});
    table.add({{"ä"}, {"7", Tone::plain, true}, {"x"}});
    table.add({{"long name"}, {"12345", Tone::plain, true}, {""}});
    CHECK(table.print("  ", false) ==
          "  NAME           N  TEXT\n"
          "  ä              7  x\n"
          "  long name  12345\n");
}

TEST_CASE("colour wraps the text and not the padding") {
    Table table({"S"});
    table.add({{"up", Tone::good}});
    CHECK(table.print("", true) == "\x1b[2mS\x1b[0m\n\x1b[32mup\x1b[0m\n");
}
