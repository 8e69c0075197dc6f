#include "src/store/gzip.hpp"

#include "fixture.hpp"

using namespace cpe;
using namespace cpe::store;

TEST_CASE("what is packed comes back") {
    for (const std::string& text : {std::string(), std::string("<cib/>"),
                                    std::string("\0\x1f\x8b", 3), std::string(1'000'000, 'x')}) {
        const auto packed = gzip(text);
        CHECK(packed == gzip(text));  // nothing of time or place in it
        const auto unpacked = gunzip(packed, 1'000'000);
        REQUIRE(unpacked);
        CHECK(*unpacked == text);
    }
}

TEST_CASE("what is not gzip, or too much, is refused") {
    auto packed = gzip(std::string(1'000'000, 'x'));
    CHECK(packed.size() < 5'000);
    CHECK(gunzip(packed, 999'999).error().code == Errc::too_large);
    CHECK(gunzip({}, 10).error().code == Errc::invalid_input);
    CHECK(gunzip(std::vector<char>(50, 'x'), 10).error().code == Errc::invalid_input);
    packed.resize(packed.size() / 2);
    CHECK(gunzip(packed, 2'000'000).error().code == Errc::invalid_input);
}
