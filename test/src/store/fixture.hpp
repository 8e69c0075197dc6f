// What the store's tests share: a directory that goes, a loop to run, a store on a real file.
#pragma once

#include "src/store/store.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

/// A result in a CHECK shows its error.
template <class T>
struct Catch::StringMaker<cpe::Result<T>> {
    static std::string convert(const cpe::Result<T>& result) {
        return result ? "a value" : result.error().line();
    }
};

namespace cpe::store::test {

class TemporaryDirectory {
public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Lines that a store logs, on any thread.
class Lines {
public:
    LogSink sink();
    [[nodiscard]] bool contain(std::string_view part) const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

/// Runs the loop until `done()`, for at most half a minute: then the test fails.
template <class Done>
void run_until(boost::asio::io_context& loop, Done done) {
    const auto work = boost::asio::make_work_guard(loop);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
        loop.restart();
        loop.run_one_until(end);
        if (std::chrono::steady_clock::now() >= end) FAIL("nothing happened for 30 s");
    }
}

/// The answer to a call that takes a callback as its last argument.
template <class T, class Call>
Result<T> answer_of(boost::asio::io_context& loop, Call call) {
    std::optional<Result<T>> answer;
    call([&answer](Result<T> given) { answer.emplace(std::move(given)); });
    run_until(loop, [&] { return answer.has_value(); });
    return std::move(*answer);
}

struct StoreFixture {
    TemporaryDirectory directory;
    boost::asio::io_context loop;
    Lines lines;
    Settings settings = default_settings();
    std::unique_ptr<SqliteStore> store;

    Settings default_settings();
    void open();
    void close() { store.reset(); }

    Result<std::vector<EventId>> commit(PersistBatch);
    Result<std::vector<EventId>> create(PersistBatch, std::string document = "<deployable/>");
    Result<std::vector<StoredEvent>> events(EventFilter);
    Result<SqlTable> sql(std::string tenant, std::string query);
    /// The first value of an administrator's query.
    SqlValue value(const std::string& query);
    std::int64_t number(const std::string& query) { return std::get<std::int64_t>(value(query)); }
};

inline const DeployableKey shop{"default", "shop"};

PersistBatch batch_of(const DeployableKey&);
EventRecord event_of(std::int64_t at, std::string kind, std::string reason = "");
/// A batch with one event whose reason is that number.
PersistBatch numbered(const DeployableKey&, int number);
DeployableStatus full_status(const DeployableKey&);

}  // namespace cpe::store::test
