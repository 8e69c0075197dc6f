// rhea (npm), a client that shares no code with ours, against the server over its Unix socket.
// `npm ci` in rhea/ installs it (test/run does).
#include <cpe_test_paths.hpp>

#include "server_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace {

const std::filesystem::path folder =
    std::filesystem::path(CPE_SOURCE_DIR) / "test/src/management/rhea";

/// Runs node beside the loop; its exit code.
int run_node(test::ManagementFixture& fixture, const std::vector<std::string>& arguments) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::vector<std::string> all = {"node", (folder / "exercise.js").string()};
        all.insert(all.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (auto& argument : all) argv.push_back(argument.data());
        argv.push_back(nullptr);
        ::execvp("node", argv.data());
        ::_exit(127);
    }
    int status = 0;
    const bool ended = fixture.loop.run_until(
        [&] { return ::waitpid(child, &status, WNOHANG) == child; }, std::chrono::seconds(60));
    if (!ended) {
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool installed() {
    if (std::filesystem::exists(folder / "node_modules" / "rhea")) return true;
    FAIL_CHECK("rhea is not installed: run 'npm ci' in " << folder.string());
    return false;
}

}  // namespace

TEST_CASE("rhea manages deployables and hears events, without SASL", "[rhea]") {
    if (!installed()) return;
    test::ManagementFixture fixture;
    CHECK(run_node(fixture, {fixture.settings.socket.string()}) == 0);
    CHECK(fixture.control.deployables.empty());
    CHECK(fixture.loop.run_until([&] { return fixture.server->connections() == 0; }));
    CHECK(fixture.control.live_subscribers() == 0);
}

TEST_CASE("rhea manages deployables and hears events, with SASL PLAIN", "[rhea]") {
    if (!installed()) return;
    test::ManagementFixture fixture;
    CHECK(run_node(fixture, {fixture.settings.socket.string(), "somebody"}) == 0);
    CHECK(fixture.control.deployables.empty());
}
