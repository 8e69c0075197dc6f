// What the runner's tests share: collected answers and hooks, and a helper to run.
#pragma once

#include <cpe_test_paths.hpp>

#include "src/policy/runner.hpp"
#include "test/engines/policy/files.hpp"
#include "test/src/policy/loop.hpp"

#include <map>
#include <string>
#include <vector>

namespace cpe::test {

inline DeployableKey key(const std::string& name) {
    return {"default", name};
}

inline constexpr WallTime wall{1'700'000'000'000};

inline TickRequest request(const std::string& name, std::string cib) {
    return {key(name), std::move(cib), wall, true};
}

struct Answer {
    std::string name;
    Result<TickResult> result;
};

/// A runner on a loop, and all that it told.
struct Bench {
    explicit Bench(policy_runner::Settings settings, policy_runner::EngineFactory factory = {},
                   std::shared_ptr<policy_runner::TickJournal> journal = nullptr)
        : runner(loop.executor(), std::move(settings), sink(), hooks(), std::move(journal),
                 factory ? factory : policy_runner::scheduler_engine(sink())) {}

    LogSink sink() {
        return [](LogLevel, std::string_view, std::string_view) {};
    }
    policy_runner::Hooks hooks() {
        return {[this](const auto& it, const auto& why) { isolated[it.name] = why; },
                [this](const auto& it, auto count, const auto&) { crashes[it.name] = count; },
                [this](const auto& why) { abandoned = why; }};
    }
    PolicyRunner::Done collect(const std::string& name) {
        return [this, name](Result<TickResult> result) {
            answers.push_back({name, std::move(result)});
        };
    }
    void tick(const std::string& name, std::string cib) {
        runner.tick(request(name, std::move(cib)), collect(name));
    }
    void admit(const std::string& name, std::string cib) {
        runner.admit(request(name, std::move(cib)), collect(name));
    }
    /// Waits until there are so many answers in all; the last one.
    const Result<TickResult>& answer(std::size_t count) {
        loop.until([&] { return answers.size() >= count; });
        loop.drain();
        return answers.back().result;
    }

    Loop loop;
    std::vector<Answer> answers;
    std::map<std::string, std::string> isolated;
    std::map<std::string, std::uint32_t> crashes;
    std::string abandoned;
    policy_runner::Runner runner;
};

inline policy_runner::Settings settings(std::vector<std::string> helper_arguments = {}) {
    policy_runner::Settings it;
    it.helper_program = std::filesystem::path(CPE_BIN_DIR) / "cpe-policy-helper";
    it.helper_arguments = std::move(helper_arguments);
    it.tick_budget = Millis{30'000};  // a slow machine is no reason to isolate, unless tested
    it.admission_time = Millis{30'000};
    it.tick_limit = Millis{30'000};
    it.helpers = 1;
    return it;
}

}  // namespace cpe::test
