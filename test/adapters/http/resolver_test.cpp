// A name server that does not answer: libcurl resolves on a thread of its own, and giving up or
// going down must not wait for that. getaddrinfo() here stands before libc's.
#include "adapters/http/client.hpp"

#include "test/adapters/http/loop.hpp"

#include <dlfcn.h>
#include <netdb.h>

#include <catch2/catch.hpp>

#include <condition_variable>
#include <cstring>
#include <mutex>

using namespace cpe;
using namespace std::chrono_literals;

namespace {

struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open = false;
    int inside = 0;

    void pass() {
        std::unique_lock lock(mutex);
        ++inside;
        changed.notify_all();
        changed.wait(lock, [&] { return open; });
        --inside;
        changed.notify_all();
    }
    void wait_entered() {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return inside > 0; });
    }
    void let_go() {
        std::unique_lock lock(mutex);
        open = true;
        changed.notify_all();
        changed.wait(lock, [&] { return inside == 0; });
    }
};

Gate& gate() {
    static Gate one;
    return one;
}

}  // namespace

extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** result) {
    if (node != nullptr && std::strcmp(node, "slow.invalid") == 0) {
        gate().pass();
        return EAI_NONAME;
    }
    using Function = decltype(&::getaddrinfo);
    static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
    return real(node, service, hints, result);
}

TEST_CASE("a name that is never resolved holds nothing up") {
    boost::asio::io_context loop;
    {
        http::Client client(loop.get_executor(), {});
        http::Request request;
        request.url = "http://slow.invalid/";
        request.deadline = std::chrono::steady_clock::now() + 50ms;
        const auto failed = test::run(loop, client.send(request));
        REQUIRE_FALSE(failed.has_value());
        CHECK(failed.error().kind == http::FailureKind::timeout);
        CHECK_FALSE(failed.error().sent);

        request.deadline = std::chrono::steady_clock::now() + 60s;
        boost::asio::co_spawn(loop, client.send(request),
                              [](std::exception_ptr, http::Reply<http::Response>) {});
        while (loop.poll_one() > 0) {
        }
        gate().wait_entered();
    }
    gate().let_go();  // only now: nothing above has waited for it
    SUCCEED();
}
