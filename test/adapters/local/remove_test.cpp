// Deleting a sandbox's files: everything of it, and nothing else.
#include "adapters/local/sandbox/remove.hpp"

#include "lab.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>

using namespace cpe::local;
namespace fs = std::filesystem;

TEST_CASE("a tree goes with all that guests leave in it, and links are not followed") {
    const test::Folder folder;
    const auto tree = folder.path / "tree";
    fs::create_directories(tree / "upper/a/b/c");
    fs::create_directories(folder.path / "precious");
    std::ofstream(folder.path / "precious/file") << "x";
    fs::create_directory_symlink(folder.path / "precious", tree / "upper/link");
    fs::create_symlink("/nowhere", tree / "upper/dangling");
    std::ofstream(tree / "upper/a/file") << "x";
    ::mkfifo((tree / "upper/fifo").c_str(), 0600);
    fs::create_directories(tree / "work/work");
    fs::permissions(tree / "work/work", fs::perms::none);
    REQUIRE(remove_tree(folder.path, "tree"));
    CHECK_FALSE(fs::exists(tree));
    CHECK(fs::exists(folder.path / "precious/file"));
    CHECK(remove_tree(folder.path, "tree"));  // nothing there is fine
    CHECK(remove_tree(folder.path / "nowhere", "tree"));
}

TEST_CASE("a link in the folder's own place is refused") {
    const test::Folder folder;
    fs::create_directories(folder.path / "precious/sub");
    fs::create_directory_symlink(folder.path / "precious", folder.path / "tree");
    CHECK_FALSE(remove_tree(folder.path, "tree"));
    CHECK(fs::exists(folder.path / "precious/sub"));
}

TEST_CASE("names that lead elsewhere are refused") {
    const test::Folder folder;
    fs::create_directories(folder.path / "a/b");
    for (const char* name : {"", ".", "..", "a/b", "../x", "/"})
        CHECK_FALSE(remove_tree(folder.path / "a", name));
    CHECK(fs::exists(folder.path / "a/b"));
}

TEST_CASE("a tree that is deeper than any path can say goes too") {
    const test::Folder folder;
    fs::create_directory(folder.path / "tree");
    int at = ::open((folder.path / "tree").c_str(), O_RDONLY | O_DIRECTORY);
    for (int level = 0; level < 1000; ++level) {
        REQUIRE(::mkdirat(at, "a-name-of-some-length", 0700) == 0);
        const int deeper = ::openat(at, "a-name-of-some-length", O_RDONLY | O_DIRECTORY);
        ::close(at);
        at = deeper;
    }
    ::close(at);
    REQUIRE(remove_tree(folder.path, "tree"));
    CHECK(fs::is_empty(folder.path));
}

TEST_CASE("nothing is deleted through a mount point") {
    const test::Folder folder;
    fs::create_directories(folder.path / "precious");
    std::ofstream(folder.path / "precious/file") << "x";
    fs::create_directories(folder.path / "tree/mnt");
    const pid_t child = ::fork();
    if (child == 0) {  // in a mount namespace of its own
        bool right = ::unshare(CLONE_NEWNS) == 0 &&
                     ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                     ::mount((folder.path / "precious").c_str(), (folder.path / "tree/mnt").c_str(),
                             nullptr, MS_BIND, nullptr) == 0;
        const auto refused = remove_tree(folder.path, "tree");
        right = right && !refused && refused.error().code == cpe::Errc::refused &&
                refused.error().where == "tree/mnt";
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(fs::exists(folder.path / "precious/file"));
}
