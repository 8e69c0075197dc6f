#include "src/policy/tick_journal.hpp"

#include "test/src/policy/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

using namespace cpe;
using namespace cpe::policy_runner;
using cpe::test::TemporaryFolder;

namespace {

const DeployableKey shop{"default", "shop"};
const DeployableKey blog{"acme", "blog"};

/// A child that dies as a crashing tick of `key` would.
void crash_in_tick_of(const std::filesystem::path& path, const DeployableKey& key) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        auto journal = TickJournal::open(path);
        if (!journal) ::_exit(1);
        journal->begin(blog);
        journal->end();
        journal->begin(key);
        ::raise(SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("who was in the scheduler when the process died is found by the next one") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "ticks.journal";
    {
        auto journal = TickJournal::open(path);
        REQUIRE(journal.has_value());
        CHECK(journal->suspects().empty());
        journal->begin(shop);
        journal->end();
    }
    CHECK(TickJournal::open(path)->suspects().empty());
    for (std::uint32_t crashes = 1; crashes <= 2; ++crashes) {
        crash_in_tick_of(path, shop);
        const auto suspects = TickJournal::open(path)->suspects();
        REQUIRE(suspects.size() == 1);
        CHECK(suspects[0].key == shop);
        CHECK(suspects[0].crashes == crashes);
    }
    // Counted once a crash, not once a start.
    auto journal = TickJournal::open(path);
    CHECK(journal->suspects().at(0).crashes == 2);
    journal->acquit(shop);
    CHECK(journal->suspects().empty());
    CHECK(TickJournal::open(path)->suspects().empty());
}

TEST_CASE("the journal keeps a bounded number of suspects, the worst of them") {
    const TemporaryFolder folder;
    auto journal = TickJournal::open(folder.path() / "j");
    REQUIRE(journal.has_value());
    CHECK(journal->record_crash(shop) == 1);
    CHECK(journal->record_crash(shop) == 2);
    for (std::size_t i = 0; i < 2 * max_suspects; ++i)
        journal->record_crash({"default", "d" + std::to_string(i)});
    CHECK(journal->suspects().size() == max_suspects);
    CHECK(journal->record_crash(shop) == 3);
    const std::string endless(1'000, 'x');
    CHECK(journal->record_crash({endless, endless}) == 1);
    CHECK(journal->record_crash({endless, endless}) == 2);
}

TEST_CASE("a file that is no journal is refused and left alone") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "j";
    std::ofstream(path) << "precious";
    const auto journal = TickJournal::open(path);
    REQUIRE(journal.has_error());
    CHECK(journal.error().code == Errc::invalid_input);
    CHECK(std::filesystem::file_size(path) == 8);
    CHECK(TickJournal::open(folder.path() / "no/such/folder/j").error().code == Errc::unavailable);
}
