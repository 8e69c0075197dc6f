// What the deterministic simulator gets done: faults and virtual hours a second, with every rule
// watched. The same seeds in each round: what differs is the machine.
#include "bench/harness.hpp"
#include "test/sim/story.hpp"

#include <exception>
#include <stdexcept>
#include <string>

using namespace cpe;
using namespace cpe::bench;

namespace {

constexpr std::uint64_t first_seed = 1;
constexpr std::size_t faults_each = 200;
/// CI: at least 100 seeds with 200 faults each within 10 minutes on 2 cores, one process on each.
constexpr double faults_goal = 100.0 * 200.0 / 600.0 / 2.0;

struct Told {
    std::size_t faults = 0;
    double hours = 0;
};

Told tell_all(std::uint64_t seeds) {
    Told all;
    for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
        const auto end = sim::tell({seed, faults_each, false, {}});
        if (!end.violations.empty())
            throw std::runtime_error("seed " + std::to_string(seed) + ": " +
                                     end.violations.front());
        all.faults += end.faults;
        all.hours += end.hours;
    }
    return all;
}

double per_second(double count, Span span) {
    return count * 1e9 / static_cast<double>(span.count());
}

void measure(Report& report, const Options& options) {
    const std::uint64_t seeds = options.quick ? 5 : 20;
    const unsigned rounds = options.quick ? 3 : 5;
    Told told;
    const Subject stories = [&] { return time_of([&] { told = tell_all(seeds); }); };
    const Span middle = median(by_turns({stories}, rounds).front());
    const std::string note = "median of " + std::to_string(rounds) + " runs of " +
                             std::to_string(seeds) + " seeds, one core";
    report.add({"simulated faults a second", per_second(static_cast<double>(told.faults), middle),
                "1/s", ">= " + std::to_string(faults_goal), note});
    report.add({"simulated hours a second", per_second(told.hours, middle), "h/s", "", ""});
}

}  // namespace

int main(int argc, char** argv) {
    return run("simulator", argc, argv, measure);
}
