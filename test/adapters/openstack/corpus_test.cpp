#include "test/fuzz/run_corpus.hpp"

TEST_CASE("the corpus of what a cloud may answer and clouds.yaml may hold does no harm") {
    CHECK(cpe::test::run_corpus("openstack") > 10);
}
