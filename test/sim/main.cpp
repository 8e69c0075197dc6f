// The simulator as a program: for CI, for soaking, and to replay a seed.
#include "test/sim/story.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace cpe::sim;

constexpr const char* usage =
    "usage: simulator [--seed N] [--count N] [--faults M] [--shard I/N] [--hours H] [--skip "
    "A,B,...]\n"
    "           [--shrink] [--verbose]\n"
    "  --seed N     the first seed (1)\n"
    "  --count N    how many seeds (1; 0 = no end but --hours)\n"
    "  --faults M   faults in each (200)\n"
    "  --shard I/N  of these seeds the Ith of every N\n"
    "  --hours H    ends after so long (a real number)\n"
    "  --skip LIST  faults of the seed that are left out\n"
    "  --shrink     looks for faults that can be left out of a seed that fails\n"
    "  --verbose    says everything that happens\n";

struct Arguments {
    StoryOptions story;
    std::uint64_t count = 1;
    std::uint64_t shard = 0;
    std::uint64_t shards = 1;
    double hours = 0;
    bool shrink = false;
};

std::set<std::size_t> list_of(const std::string& text) {
    std::set<std::size_t> numbers;
    for (std::size_t at = 0; at < text.size();) {
        numbers.insert(std::stoul(text.substr(at)));
        const auto comma = text.find(',', at);
        at = comma == std::string::npos ? text.size() : comma + 1;
    }
    return numbers;
}

void take(Arguments& to, std::string_view option, const std::string& value) {
    if (option == "--seed") {
        to.story.seed = std::stoull(value);
    } else if (option == "--count") {
        to.count = std::stoull(value);
    } else if (option == "--faults") {
        to.story.faults = std::stoul(value);
    } else if (option == "--hours") {
        to.hours = std::stod(value);
    } else if (option == "--skip") {
        to.story.skip = list_of(value);
    } else if (option == "--shard") {
        to.shard = std::stoull(value);
        to.shards = std::stoull(value.substr(value.find('/') + 1));
    } else {
        throw std::runtime_error(usage);
    }
}

Arguments parse(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--verbose") {
            arguments.story.verbose = true;
        } else if (option == "--shrink") {
            arguments.shrink = true;
        } else if (i + 1 < argc) {
            take(arguments, option, argv[++i]);
        } else {
            throw std::runtime_error(usage);
        }
    }
    return arguments;
}

std::string replay(const StoryOptions& story) {
    std::string text =
        "--seed " + std::to_string(story.seed) + " --faults " + std::to_string(story.faults);
    std::string skip;
    for (const auto number : story.skip) skip += (skip.empty() ? "" : ",") + std::to_string(number);
    return skip.empty() ? text : text + " --skip " + skip;
}

bool fails(StoryOptions story) {
    story.verbose = false;
    return !tell(story).violations.empty();
}

/// First the faults after the failing one go, then runs of the others: halves, quarters, ...
StoryOptions shrink(StoryOptions story) {
    for (std::size_t step = story.faults / 2; step > 0; step /= 2)
        while (story.faults > step) {
            StoryOptions smaller = story;
            smaller.faults -= step;
            if (!fails(smaller)) break;
            story = smaller;
        }
    for (std::size_t width = story.faults / 2; width > 0; width /= 2)
        for (std::size_t from = 1; from <= story.faults; from += width) {
            StoryOptions smaller = story;
            for (std::size_t n = from; n < from + width && n <= story.faults; ++n)
                smaller.skip.insert(n);
            if (smaller.skip != story.skip && fails(smaller)) story = smaller;
        }
    return story;
}

void tell_failure(const Arguments& arguments, const StoryOptions& story, const StoryEnd& end) {
    for (const auto& line : end.violations) std::printf("seed %lu: %s\n", story.seed, line.c_str());
    StoryOptions smallest = story;
    smallest.faults = std::max<std::size_t>(end.faults + story.skip.size(), 1);
    if (!fails(smallest)) smallest = story;
    if (arguments.shrink) smallest = shrink(smallest);
    std::printf("replay: simulator %s --verbose\n", replay(smallest).c_str());
    std::fflush(stdout);
}

int run(const Arguments& arguments) {
    using clock = std::chrono::steady_clock;
    const auto begun = clock::now();
    const auto seconds = [&] {
        return std::chrono::duration<double>(clock::now() - begun).count();
    };
    std::uint64_t seeds = 0, failed = 0, faults = 0, ticks = 0, steps = 0;
    double hours = 0;
    for (std::uint64_t n = arguments.shard; arguments.count == 0 || n < arguments.count;
         n += arguments.shards) {
        if (arguments.hours > 0 && seconds() > arguments.hours * 3600) break;
        StoryOptions story = arguments.story;
        story.seed += n;
        const StoryEnd end = tell(story);
        ++seeds;
        faults += end.faults;
        ticks += end.ticks;
        steps += end.steps;
        hours += end.hours;
        if (!end.violations.empty()) {
            ++failed;
            tell_failure(arguments, story, end);
        }
        if (arguments.count == 1)
            std::printf("seed %lu: event log %016lx\n", story.seed, end.log_hash);
    }
    std::printf(
        "%lu seeds, %lu failed; %lu faults, %.1f hours, %lu plans, %lu steps in %.1f s "
        "(%.0f faults and %.2f hours a second)\n",
        seeds, failed, faults, hours, ticks, steps, seconds(),
        static_cast<double>(faults) / seconds(), hours / seconds());
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(parse(argc, argv));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    }
}
