// The fuzzer's corpus, run through its function by every build: what it found stays found.
#include "test/golden/golden.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

TEST_CASE("the fuzzer's corpus of documents holds") {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(cpe::test::source_path("test/fuzz/corpus/document"))) {
        INFO(entry.path());
        const auto input = cpe::test::read_file(entry.path());
        CHECK(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                                     input.size()) == 0);
        ++count;
    }
    CHECK(count > 20);
}
