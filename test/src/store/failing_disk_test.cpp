// A disk that takes no more: nothing is told, nothing is lost, nothing overtakes.
#include "fixture.hpp"

#include <boost/asio/post.hpp>

#include <sys/resource.h>
#include <csignal>

using namespace cpe;
using namespace cpe::store::test;

namespace {

/// No file of this process may grow over `bytes` meanwhile: writes fail with EFBIG.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        set(bytes);
    }
    FileLimit(const FileLimit&) = delete;
    FileLimit& operator=(const FileLimit&) = delete;
    ~FileLimit() {
        lift();
        std::signal(SIGXFSZ, handler_);
    }
    void lift() { set(before_.rlim_cur); }

private:
    void set(rlim_t bytes) {
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

PersistBatch large(const DeployableKey& key, int number) {
    auto batch = numbered(key, number);
    batch.events[0].detail.assign(200'000, 'x');
    return batch;
}

constexpr rlim_t little = 150'000;

}  // namespace

TEST_CASE_METHOD(StoreFixture, "changes wait until the disk takes them, in their order") {
    settings.limits.retry_first = Millis{5};
    open();
    REQUIRE(create(batch_of(shop)));
    std::vector<int> told;
    const auto note = [&](int number) {
        return [&told, number](auto done) { told.push_back(done ? number : -number); };
    };
    {
        FileLimit limit(little);
        store->commit(large(shop, 1), note(1));
        run_until(loop, [&] {
            boost::asio::post(loop, [] {});
            return store->stats().retries >= 3;
        });
        store->commit(numbered(shop, 2), note(2));  // would fit, but must not overtake
        store->commit(numbered({"default", "blog"}, 3), note(3));
        run_until(loop, [&] {
            boost::asio::post(loop, [] {});
            return store->stats().retries >= 6;
        });
        CHECK(told.empty());
        CHECK(lines.contain("cannot store changes"));
        CHECK_FALSE(lines.contain("takes changes again"));
    }
    run_until(loop, [&] { return told.size() == 3; });
    CHECK(told == std::vector<int>{1, 2, 3});
    CHECK(lines.contain("takes changes again"));
    CHECK(number("SELECT count(*) FROM events") == 3);
    CHECK(number("SELECT max(id) FROM events") == 3);
}

TEST_CASE_METHOD(StoreFixture, "shutdown does not wait for a full disk for ever") {
    settings.limits.retry_first = Millis{5};
    settings.limits.shutdown_patience = Millis{30};
    open();
    REQUIRE(create(batch_of(shop)));
    std::vector<Errc> told;
    {
        const FileLimit limit(little);
        for (int at = 0; at < 3; ++at)
            store->commit(large(shop, at), [&](auto done) { told.push_back(done.error().code); });
        store->shutdown();
    }
    run_until(loop, [&] { return told.size() == 3; });
    CHECK(told.front() == Errc::unavailable);
    close();
    open();
    CHECK(number("SELECT count(*) FROM events") == 0);
}
