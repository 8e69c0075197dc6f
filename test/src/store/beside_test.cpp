// The sqlite3 program beside the running store, as anybody of the group.
#include "fixture.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <cstdio>

using namespace cpe;
using namespace cpe::store::test;

namespace {

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, decltype(&::pclose)> pipe(::popen((command + " 2>&1").c_str(), "r"),
                                                          ::pclose);
    REQUIRE(pipe);
    std::string output;
    for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
    return output;
}

mode_t mode_of(const std::filesystem::path& path) {
    struct stat now {};
    REQUIRE(::stat(path.c_str(), &now) == 0);
    return now.st_mode & 0777U;
}

}  // namespace

TEST_CASE_METHOD(StoreFixture, "sqlite3 -readonly reads beside the store, always the newest") {
    open();
    const auto count =
        "sqlite3 -readonly " + settings.path.string() + " 'SELECT count(*) FROM events'";
    CHECK(output_of(count) == "0\n");
    REQUIRE(create(numbered(shop, 1)));
    CHECK(output_of(count) == "1\n");
    REQUIRE(commit(numbered(shop, 2)));
    CHECK(output_of(count) == "2\n");
    CHECK(output_of("sqlite3 -readonly " + settings.path.string() + " 'PRAGMA integrity_check'") ==
          "ok\n");
    close();
    CHECK(output_of(count) == "2\n");
}

TEST_CASE_METHOD(StoreFixture, "the group may read, others may not") {
    if (::geteuid() != 0) return;  // only root can give the file to a group and change users
    constexpr gid_t group = 54'321;
    settings.group = group;
    open();
    REQUIRE(create(numbered(shop, 1)));
    for (const auto* suffix : {"", "-wal", "-shm"}) {
        INFO(suffix);
        const auto file = settings.path.string() + suffix;
        CHECK(mode_of(file) == 0640);
        struct stat now {};
        REQUIRE(::stat(file.c_str(), &now) == 0);
        CHECK(now.st_gid == group);
    }
    std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
    const auto as = [&](const std::string& gid) {
        return output_of("setpriv --reuid 65534 --regid " + gid +
                         " --clear-groups sqlite3 -readonly " + settings.path.string() +
                         " 'SELECT count(*) FROM events'");
    };
    CHECK(as("54321") == "1\n");
    CHECK(as("65534").find("unable to open") != std::string::npos);
}
