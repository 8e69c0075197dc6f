// Runs the program's inside with given words, and keeps what it said.
#pragma once

#include "src/cpe-ctl/app.hpp"
#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/fake_cped.hpp"
#include "test/src/cpe-ctl/samples.hpp"

#include <sstream>

namespace cpe::ctl::test {

/// What a program is to print: a file of that name.
inline std::string golden(const char* name) {
    return cpe::test::read_file(
        cpe::test::source_path("test/src/cpe-ctl/golden/" + std::string{name}));
}

struct Ran {
    Exit exit{};
    std::string out, err;
};

inline Ran run_words(const std::vector<std::string>& words, const std::string& input = {}) {
    std::istringstream in(input);
    std::ostringstream out, err;
    Io io{in, out, err, false, false, false, moment, [] { return false; }};
    const auto exit = run(words, io);
    return {exit, out.str(), err.str()};
}

inline Ran run_with(const FakeCped& cped, std::vector<std::string> words,
                    const std::string& input = {}) {
    words.insert(words.begin(), {"--socket", cped.socket()});
    return run_words(words, input);
}

inline DeployableStatus in_state(const char* name, DeployableState state,
                                 std::int64_t since = noon_ms) {
    auto deployable = stopped(name);
    deployable.state = state;
    deployable.since = {since};
    return deployable;
}

inline StoredEvent state_event(std::uint64_t id, const char* name, const char* state,
                               const char* reason) {
    StoredEvent stored;
    stored.id = {id};
    stored.key = {"default", name};
    stored.event.at = {noon_ms};
    stored.event.kind = "deployable_state_change";
    stored.event.state = state;
    stored.event.reason = reason;
    return stored;
}

}  // namespace cpe::ctl::test
