// Mutated configurations never crash the reader, and each is either read or refused with a place.
#include <cpe_test_paths.hpp>

#include "src/config/configuration.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <random>

using namespace cpe::config;

namespace {

std::string sample() {
    std::ifstream in(CPE_SOURCE_DIR "/test/src/config/golden/full.yaml");
    return {std::istreambuf_iterator<char>(in), {}};
}

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}

    std::string mutate(std::string text) {
        const auto times = 1 + random_() % 6;
        for (unsigned i = 0; i < times && !text.empty(); ++i) once(text);
        return text;
    }

private:
    void once(std::string& text) {
        static const std::string odd = "{}[]:-,&*!|>'\"%@`#?\t\n \\~0\xc3\xff\x01";
        const std::size_t at = random_() % text.size();
        const std::size_t length = 1 + random_() % 12;
        switch (random_() % 5) {
            case 0: text[at] = odd[random_() % odd.size()]; break;
            case 1: text.insert(at, 1, odd[random_() % odd.size()]); break;
            case 2: text.erase(at, length); break;
            case 3: text.insert(random_() % text.size(), text.substr(at, length * 4)); break;
            default: text[at] = static_cast<char>(random_() % 256); break;
        }
    }

    std::mt19937 random_;
};

}  // namespace

TEST_CASE("mutated samples are read or refused, never more") {
    const auto original = sample();
    REQUIRE(original.size() > 500);
    unsigned refused = 0;
    for (unsigned seed = 0; seed < 3000; ++seed) {
        const auto text = Mutator(seed).mutate(original);
        CAPTURE(seed);
        const auto result = parse(text, "m.yaml", "/etc");
        if (result) continue;
        ++refused;
        REQUIRE_FALSE(result.error().what.empty());
        REQUIRE(result.error().where.rfind("m.yaml", 0) == 0);
    }
    CHECK(refused > 1000);
}
