// kill -9 in the midst of commits: what was acknowledged is there, in order, without a gap.
#include "fixture.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <map>
#include <sstream>

using namespace cpe;
using namespace cpe::store::test;

namespace {

struct Acknowledged {
    std::map<std::string, int> last;             ///< number, by deployable
    std::map<std::uint64_t, std::string> by_id;  ///< "name number"
    std::size_t count = 0;
};

/// Runs the committing program until it has said `lines` lines, kills it, and reads what it said.
Acknowledged kill_after(const std::filesystem::path& database, const std::string& prefix,
                        std::size_t lines) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::string program = std::string(CPE_TEST_DIR) + "/store_until_killed";
    std::string path = database.string();
    std::string name = prefix;
    char* const arguments[] = {program.data(), path.data(), name.data(), nullptr};
    pid_t pid = 0;
    REQUIRE(::posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);

    std::string said;
    char piece[4096];
    bool killed = false;
    for (ssize_t got = 0; (got = ::read(ends[0], piece, sizeof piece)) > 0;) {
        said.append(piece, static_cast<std::size_t>(got));
        if (killed || static_cast<std::size_t>(std::count(said.begin(), said.end(), '\n')) < lines)
            continue;
        ::kill(pid, SIGKILL);
        killed = true;
    }
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    REQUIRE(WIFSIGNALED(status));  // it did not fail by itself

    Acknowledged all;
    std::istringstream in(said);
    std::string deployable;
    int number = 0;
    for (std::uint64_t id = 0; in >> deployable >> number >> id; ++all.count) {
        CHECK(number == all.last[deployable] + 1);  // told in order
        all.last[deployable] = number;
        all.by_id[id] = deployable + ' ' + std::to_string(number);
    }
    return all;
}

}  // namespace

TEST_CASE_METHOD(StoreFixture, "a killed process has lost nothing that it acknowledged") {
    std::uint64_t last_id = 0;
    for (int round = 0; round < 5; ++round) {
        const auto said = kill_after(settings.path, "r" + std::to_string(round) + "-",
                                     static_cast<std::size_t>(100 + 150 * round));
        REQUIRE(said.count >= 100);
        open();
        EventFilter filter;
        filter.after = {last_id};
        const auto found = events(filter);
        REQUIRE(found);
        REQUIRE(found->size() >= said.count);
        std::map<std::string, int> last;
        std::size_t matched = 0;
        for (const auto& stored : *found) {
            CHECK(stored.id.value == ++last_id);  // no gap, over all rounds
            const int number = std::stoi(stored.event.reason);
            CHECK(number == ++last[stored.key.name]);  // nothing overtook, nothing is missing
            const auto acknowledged = said.by_id.find(stored.id.value);
            if (acknowledged == said.by_id.end()) continue;
            ++matched;
            CHECK(acknowledged->second == stored.key.name + ' ' + stored.event.reason);
        }
        CHECK(matched == said.count);
        CHECK(store->load_all().value().deployables.size() ==
              static_cast<std::size_t>(5 * (round + 1)));
        close();
    }
}
