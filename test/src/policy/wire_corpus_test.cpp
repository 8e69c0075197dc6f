#include "test/fuzz/run_corpus.hpp"

TEST_CASE("the fuzzer's corpus of the helper's frames holds") {
    CHECK(cpe::test::run_corpus("policy_wire") > 3);
}
