// A queue of commands whose ends the test decides on.
#include "adapters/base/command_queue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace cpe;
using base::CommandQueue;
namespace asio = boost::asio;

namespace {

const AssemblyKey db{{"default", "shop"}, "db"};
const AssemblyKey web{{"default", "shop"}, "web"};
using Lines = std::vector<std::string>;

std::string text_of(const Result<InstanceReport>& outcome) {
    return outcome ? outcome->reason : outcome.error().line();
}

struct Bench {
    asio::io_context loop;
    Lines story;  ///< what began, was answered and became idle, in this order
    std::map<std::string, std::shared_ptr<asio::steady_timer>> under_way;
    std::optional<CommandQueue> queue{
        std::in_place, loop.get_executor(), 2,
        [this](const AssemblyKey& key) { story.push_back("idle " + key.assembly); }};

    /// A command that goes on until end(name).
    asio::awaitable<Result<InstanceReport>> wait(std::string name) {
        story.push_back("begin " + name);
        const auto timer = std::make_shared<asio::steady_timer>(loop);
        timer->expires_at(asio::steady_timer::time_point::max());
        under_way[name] = timer;
        boost::system::error_code ended;
        co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ended));
        InstanceReport report;
        report.reason = name + " is done";
        co_return report;
    }
    CommandQueue::Work waiting(const std::string& name) {
        return [this, name] { return wait(name); };
    }
    CommandQueue::Done answered() {
        return [this](const Result<InstanceReport>& outcome) { story.push_back(text_of(outcome)); };
    }
    std::uint64_t push(const AssemblyKey& key, const std::string& name) {
        return queue->push(key, {name, waiting(name), answered()});
    }
    void end(const std::string& name) {
        under_way.at(name)->cancel();
        settle();
    }
    /// All that can happen now has happened.
    void settle() {
        loop.restart();
        loop.poll();
    }
    /// The same, where a bug is raised, once.
    void settle_after(const std::string& bug) {
        CHECK_THROWS_WITH(settle(), bug);
        settle();
    }
    Lines told() { return std::exchange(story, {}); }
};

asio::awaitable<Result<InstanceReport>> fails() {
    throw std::logic_error("a bug");
    co_return InstanceReport{};
}

asio::awaitable<Result<InstanceReport>> nothing() {
    co_return InstanceReport{};
}

}  // namespace

TEST_CASE("nothing begins and nobody is answered within the call") {
    Bench bench;
    bench.queue->push(db, {"db", nothing, bench.answered()});
    bench.queue->refuse(bench.answered(), {Errc::refused, "not now", "db", {}});
    CHECK(bench.told().empty());
    CHECK(bench.queue->busy(db));
    bench.settle();
    CHECK(bench.told() == Lines{"", "idle db", "db: not now"});
    CHECK_FALSE(bench.queue->busy(db));
}

TEST_CASE("commands about one assembly are carried out in order, one at a time") {
    Bench bench;
    bench.push(db, "one");
    bench.push(db, "two");
    bench.settle();
    CHECK(bench.told() == Lines{"begin one"});
    bench.end("one");
    CHECK(bench.told() == Lines{"one is done", "begin two"});
    bench.end("two");
    CHECK(bench.told() == Lines{"two is done", "idle db"});
}

TEST_CASE("commands about different assemblies do not wait for each other") {
    Bench bench;
    bench.push(db, "db one");
    bench.push(db, "db two");
    bench.push(web, "web one");
    bench.settle();
    CHECK(bench.told() == Lines{"begin db one", "begin web one"});
    bench.end("web one");
    CHECK(bench.told() == Lines{"web one is done", "idle web"});
    CHECK(bench.queue->busy(db));
    CHECK_FALSE(bench.queue->busy(web));
    bench.end("db one");
    CHECK(bench.told() == Lines{"db one is done", "begin db two"});
}

TEST_CASE("so many wait behind the one under way, and the next is refused later") {
    Bench bench;
    bench.push(db, "one");
    bench.settle();
    bench.push(db, "two");
    bench.push(db, "three");
    bench.push(db, "four");
    CHECK(bench.told() == Lines{"begin one"});
    bench.settle();
    CHECK(bench.told() == Lines{"four: too many commands wait (try again later)"});
    bench.push(web, "web");
    bench.settle();
    CHECK(bench.told() == Lines{"begin web"});
    bench.end("one");
    bench.push(db, "five");
    bench.settle();
    CHECK(bench.told() == Lines{"one is done", "begin two"});
}

TEST_CASE("no two commands have the same number, also after all is forgotten") {
    Bench bench;
    std::set<std::uint64_t> numbers;
    for (int round = 0; round < 3; ++round) {
        for (const auto& key : {db, web})
            numbers.insert(bench.queue->push(key, {"", nothing, bench.answered()}));
        bench.settle();
        REQUIRE_FALSE(bench.queue->busy(db));
    }
    CHECK(numbers.size() == 6);
    CHECK_FALSE(numbers.contains(0));
}

TEST_CASE("a command that queues another about the same assembly is answered first") {
    Bench bench;
    const auto work = [&] {
        bench.push(db, "second");
        return bench.wait("first");
    };
    bench.queue->push(db, {"db", work, bench.answered()});
    bench.settle();
    CHECK(bench.told() == Lines{"begin first"});
    bench.end("first");
    CHECK(bench.told() == Lines{"first is done", "begin second"});
}

TEST_CASE("an answer that queues another keeps its assembly busy") {
    Bench bench;
    const auto done = [&](const Result<InstanceReport>&) {
        CHECK(bench.queue->busy(db));
        bench.push(db, "next");
        bench.push(web, "other");
        CHECK(bench.told().empty());
    };
    bench.queue->push(db, {"db", nothing, done});
    bench.settle();
    CHECK(bench.told() == Lines{"begin next", "begin other"});
    bench.end("next");
    CHECK(bench.told() == Lines{"next is done", "idle db"});
}

TEST_CASE("an exception is raised in the loop, its command answered, and the next one begun") {
    Bench bench;
    CommandQueue::Work work = fails;
    SECTION("of its coroutine") {}
    SECTION("before it has one") {
        work = []() -> asio::awaitable<Result<InstanceReport>> { throw std::logic_error("a bug"); };
    }
    bench.queue->push(db, {"db", work, bench.answered()});
    bench.push(db, "next");
    bench.settle_after("a bug");
    CHECK(bench.told() == Lines{"db: a bug ended this command (see cped's log)", "begin next"});
}

TEST_CASE("an exception of who is answered holds nobody up") {
    Bench bench;
    const auto done = [&](const Result<InstanceReport>&) {
        bench.push(db, "next");
        throw std::logic_error("theirs");
    };
    bench.queue->push(db, {"db", nothing, done});
    bench.settle_after("theirs");
    CHECK(bench.told() == Lines{"begin next"});
}

TEST_CASE("after close nobody is called back, begun or told that all is idle") {
    Bench bench;
    bench.push(db, "under way");
    bench.push(db, "waits");
    bench.settle();
    bench.push(web, "not begun");
    bench.queue->refuse(bench.answered(), {Errc::refused, "not now", "db", {}});
    bench.told();
    SECTION("closed") {
        bench.queue->close();
    }
    SECTION("gone") {
        bench.queue.reset();
    }
    bench.end("under way");
    CHECK(bench.told().empty());
    if (!bench.queue) return;
    bench.push(db, "too late");
    bench.settle();
    CHECK(bench.told().empty());
    CHECK_FALSE(bench.queue->busy(db));
}

TEST_CASE("who is answered may close the queue") {
    Bench bench;
    const auto done = [&](const Result<InstanceReport>&) { bench.queue.reset(); };
    bench.queue->push(db, {"db", nothing, done});
    bench.push(db, "waits");
    bench.settle();
    CHECK(bench.told().empty());
}

TEST_CASE("what a command holds lives until it is answered, and no longer") {
    Bench bench;
    auto owner = std::make_shared<int>();
    const std::weak_ptr<int> held = owner;
    CommandQueue::Work work = [&bench, owner = std::move(owner)] { return bench.wait("it"); };
    bench.queue->push(db, {"db", std::move(work), bench.answered()});
    SECTION("answered") {
        bench.settle();
        CHECK_FALSE(held.expired());
        bench.end("it");
    }
    SECTION("dropped while it waits") {
        bench.queue->close();
    }
    CHECK(held.expired());
}
