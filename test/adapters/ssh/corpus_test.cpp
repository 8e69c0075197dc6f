#include "test/fuzz/run_corpus.hpp"

TEST_CASE("the corpus of what strangers send over ssh does no harm", "[ssh]") {
    CHECK(cpe::test::run_corpus("ssh_guest") > 10);
}
