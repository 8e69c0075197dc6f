#include "test/fuzz/run_corpus.hpp"

TEST_CASE("the fuzzer's corpus of simulated statuses holds") {
    CHECK(cpe::test::run_corpus("simulated_status") > 10);
}
