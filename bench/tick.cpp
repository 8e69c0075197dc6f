// What a tick costs: ours (status built, call, typed graph) against the bare library on the same
// CIB, and against a crm_simulate process.
#include "bench/bare_library.hpp"
#include "bench/harness.hpp"
#include "bench/tick_case.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>

using namespace cpe;
using namespace cpe::bench;

namespace {

/// The policy thread's part. libxml2 nodes carry Pacemaker's data there and only there, so what the
/// DPE does on the loop is measured on the main thread, and the two are added up.
class PolicyThread {
public:
    PolicyThread() {
        post([this] { scheduler_.emplace(LogSink{}); });
    }
    PolicyThread(const PolicyThread&) = delete;
    PolicyThread& operator=(const PolicyThread&) = delete;
    ~PolicyThread() {
        post([this] { scheduler_.reset(); });
    }
    template <class Work>
    void run(Work work) {
        post([&] { work(*scheduler_); });
    }

private:
    template <class Work>
    void post(Work work) {
        boost::asio::post(pool_, boost::asio::use_future(std::move(work))).get();
    }

    std::optional<policy::Scheduler> scheduler_;
    boost::asio::thread_pool pool_{1};
};

Span ours(PolicyThread& thread, const TickCase& tick) {
    std::string cib;
    Span span = time_of([&] { cib = tick.cib(); });
    thread.run([&](policy::Scheduler& scheduler) {
        span += time_of([&] {
            const auto result = scheduler.run("bench", cib, now, false);
            if (!result) throw std::runtime_error(result.error().line());
        });
    });
    return span;
}

Span bare(PolicyThread& thread, const std::string& cib) {
    Span span{};
    thread.run([&](policy::Scheduler&) {
        span = time_of([&] {
            if (plan_with_bare_library(cib, now.ms / 1000) == 0)
                throw std::runtime_error("the bare library planned nothing");
        });
    });
    return span;
}

Span simulate_process(const std::string& file) {
    std::array<std::string, 6> words{"crm_simulate", "-R", "-Q", "-x", file, "-G/dev/null"};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    return time_of([&] {
        pid_t pid = 0;
        int status = 0;
        if (::posix_spawnp(&pid, "crm_simulate", nullptr, nullptr, argv.data(), environ) != 0 ||
            ::waitpid(pid, &status, 0) != pid || status != 0)
            throw std::runtime_error("crm_simulate failed");
    });
}

void compare(Report& report, unsigned assemblies, Situation situation, bool quick) {
    PolicyThread thread;
    std::unique_ptr<TickCase> tick;
    thread.run([&](policy::Scheduler& scheduler) {
        tick = std::make_unique<TickCase>(assemblies, situation, scheduler);
    });
    const std::string cib = tick->cib();
    const unsigned rounds = (quick ? 600 : 6'000) / (assemblies * (quick ? 3 : 2)) + 10;
    const auto spans =
        by_turns({[&] { return ours(thread, *tick); }, [&] { return bare(thread, cib); }}, rounds);
    const std::string what = std::to_string(assemblies) + " assemblies, " +
                             (situation == Situation::boot ? "boot" : "repair");
    report.add({what + ": ours, status to typed graph", ms(median(spans[0])), "ms", "", ""});
    report.add({what + ": bare library", ms(median(spans[1])), "ms", "", ""});
    report.add({what + ": ours / bare", median_ratio(spans[0], spans[1]), "x", "<= 1.3",
                std::to_string(rounds) + " rounds"});
}

void compare_with_process(Report& report, bool quick) {
    PolicyThread thread;
    std::unique_ptr<TickCase> tick;
    thread.run([&](policy::Scheduler& scheduler) {
        tick = std::make_unique<TickCase>(3, Situation::repair, scheduler);
    });
    const auto file = std::filesystem::temp_directory_path() /
                      ("cpe-bench-" + std::to_string(::getpid()) + ".xml");
    std::ofstream(file) << tick->cib();
    const unsigned rounds = quick ? 20 : 100;
    const auto spans = by_turns(
        {[&] { return simulate_process(file.string()); }, [&] { return ours(thread, *tick); }},
        rounds);
    std::filesystem::remove(file);
    report.add({"3 assemblies, repair: crm_simulate process", ms(median(spans[0])), "ms", "", ""});
    report.add({"3 assemblies, repair: crm_simulate process / ours",
                median_ratio(spans[0], spans[1]), "x", ">= 10",
                std::to_string(rounds) + " rounds"});
}

void measure(Report& report, const Options& options) {
    for (const unsigned assemblies : {3U, 30U, 100U})
        for (const auto situation : {Situation::boot, Situation::repair})
            compare(report, assemblies, situation, options.quick);
    compare_with_process(report, options.quick);
}

}  // namespace

int main(int argc, char** argv) {
    return run("tick", argc, argv, measure);
}
