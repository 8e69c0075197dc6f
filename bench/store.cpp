// What durability costs: batches a second when they share transactions against one transaction
// each, the latency of a lone commit, and of a query of one row in its child.
#include <cpe_test_paths.hpp>

#include "bench/harness.hpp"
#include "src/store/store.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>
#include <filesystem>
#include <memory>

using namespace cpe;
using namespace cpe::bench;

namespace {

constexpr int deployables = 50;

DeployableKey key_of(int number) {
    return {"default", "d" + std::to_string(number % deployables)};
}

/// What one step of a DPE wants durable, about: an event, an operation, a piece of memory.
PersistBatch step_of(int number) {
    PersistBatch batch;
    batch.key = key_of(number);
    auto& event = batch.events.emplace_back();
    event.kind = "service_state_change";
    event.state = "running";
    event.reason = "its monitor said so";
    auto& action = batch.actions.emplace_back();
    action.id = {static_cast<std::uint64_t>(number) + 1};
    action.operation = "monitor";
    batch.memory = {{"service nginx", "{}"}};
    return batch;
}

/// A store on a real file beside the programs: a temporary file system would sync for nothing.
class Bench {
public:
    Bench(const std::string& name, std::size_t group)
        : directory_(std::filesystem::path(CPE_BIN_DIR) /
                     ("bench-store-" + name + "-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(directory_);
        store::Settings settings;
        settings.path = directory_ / "cpe.db";
        settings.sql_helper = std::filesystem::path(CPE_BIN_DIR) / "cpe-sql-helper";
        settings.limits.group_batches = group;
        settings.retention = {0, 0};
        auto opened = store::SqliteStore::open(settings, loop_.get_executor());
        if (!opened) throw std::runtime_error(opened.error().line());
        store_ = std::move(*opened);
        for (int at = 0; at < deployables; ++at) {
            PersistBatch batch;
            batch.key = key_of(at);
            store_->create(std::move(batch), "<deployable/>", counted());
        }
        wait();
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    ~Bench() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    /// From the first batch given to the last one told.
    Span commit(int batches) {
        return time_of([&] {
            for (int at = 0; at < batches; ++at) store_->commit(step_of(next_++), counted());
            wait();
        });
    }

    Span query() {
        return time_of([&] {
            ++waiting_;
            store_->sql("", "SELECT max(id) FROM events", [this](const Result<SqlTable>& table) {
                if (!table) throw std::runtime_error(table.error().line());
                --waiting_;
            });
            wait();
        });
    }

    [[nodiscard]] double batches_per_transaction() const {
        const auto stats = store_->stats();
        return static_cast<double>(stats.batches) / static_cast<double>(stats.transactions);
    }

private:
    Store::Committed counted() {
        ++waiting_;
        return [this](const Result<std::vector<EventId>>& done) {
            if (!done) throw std::runtime_error(done.error().line());
            --waiting_;
        };
    }
    void wait() {
        const auto work = boost::asio::make_work_guard(loop_);
        loop_.restart();  // it stopped when nothing was left to do
        while (waiting_ > 0) loop_.run_one();
    }

    std::filesystem::path directory_;
    boost::asio::io_context loop_;
    std::unique_ptr<store::SqliteStore> store_;
    int waiting_ = 0;
    int next_ = 0;
};

double per_second(int batches, Span span) {
    return batches * 1e9 / static_cast<double>(span.count());
}

void measure(Report& report, const Options& options) {
    const int batches = options.quick ? 100 : 400;
    const unsigned rounds = options.quick ? 3 : 9;
    Bench grouped("grouped", store::Limits{}.group_batches);
    Bench single("single", 1);
    const auto spans =
        by_turns({[&] { return grouped.commit(batches); }, [&] { return single.commit(batches); },
                  [&] { return grouped.commit(1); }, [&] { return grouped.query(); }},
                 rounds);
    const auto together = median(spans[0]);
    const auto each = median(spans[1]);
    report.add(
        {"batches stored, sharing transactions", per_second(batches, together), "1/s", "", ""});
    report.add({"batches stored, one transaction each", per_second(batches, each), "1/s", "", ""});
    report.add({"sharing against not sharing", ratio(each, together), "x", ">= 2", ""});
    report.add({"a lone commit, given until told", ms(median(spans[2])), "ms", "", "median"});
    report.add({"a query of one row, in its child", ms(median(spans[3])), "ms", "", "median"});
}

}  // namespace

int main(int argc, char** argv) {
    return run("store", argc, argv, measure);
}
