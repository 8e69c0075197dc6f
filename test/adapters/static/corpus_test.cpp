#include "test/fuzz/run_corpus.hpp"

TEST_CASE("the corpus of fence agents' options does no harm") {
    CHECK(cpe::test::run_corpus("fence_options") > 5);
}
