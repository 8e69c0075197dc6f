// A fuzzer's corpus, run through its function by every build: what it found stays found.
#pragma once

#include "test/golden/golden.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace cpe::test {

/// Returns how many inputs there are.
inline std::size_t run_corpus(const std::string& name) {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(source_path("test/fuzz/corpus/" + name))) {
        INFO(entry.path());
        const auto input = read_file(entry.path());
        CHECK(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                                     input.size()) == 0);
        ++count;
    }
    return count;
}

}  // namespace cpe::test
