#include "adapters/local/record.hpp"

#include "adapters/local/posix.hpp"
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <csignal>
#include <fstream>

using namespace cpe;
using namespace cpe::local;

namespace {

Record sample() {
    Record record{.key = test::key("db"), .host_boot = {}, .boot_id = "b", .address = 0x0a580002};
    REQUIRE(identify(::getpid(), record));
    return record;
}

}  // namespace

TEST_CASE("a record is read back as it was written") {
    const test::Folder folder;
    const auto record = sample();
    REQUIRE(write_record(folder.path, record));
    const auto read = read_record(folder.path);
    REQUIRE(read);
    CHECK(*read == record);
    CHECK_FALSE(std::filesystem::exists(folder.path / "instance.json.new"));
    CHECK(read_record(folder.path / "elsewhere").error().code == Errc::not_found);
}

TEST_CASE("what is no record is refused") {
    const auto text = GENERATE("", "{", "[]", "17", "{}", R"({"assembly":"db"})",
                               R"({"assembly":"db","address":"x"})",
                               R"({"assembly":7,"address":"10.0.0.1"})", "\xff\xfe");
    CHECK_FALSE(parse_record(text));
    const test::Folder folder;
    std::ofstream(folder.path / "instance.json") << std::string(max_record_bytes + 1, ' ');
    CHECK_FALSE(read_record(folder.path));
}

TEST_CASE("only the very same living process is taken for alive") {
    const auto record = sample();
    CHECK(is_alive(record));
    auto other = record;
    other.start_ticks += 1;  // a process that got the pid later
    CHECK_FALSE(is_alive(other));
    other = record;
    other.pid_namespace += 1;
    CHECK_FALSE(is_alive(other));
    other = record;
    other.host_boot = "another boot of the machine";
    CHECK_FALSE(is_alive(other));
    other = record;
    other.pid = 0;
    CHECK_FALSE(is_alive(other));
    CHECK_FALSE(is_alive(Record{}));
}

TEST_CASE("a lock's holder is found, and his death frees it") {
    const test::Folder folder;
    const auto file = folder.path / "lock";
    CHECK(*lock_holder(file) == 0);
    const Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    CHECK(*lock_holder(file) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const int own = ::open(file.c_str(), O_RDWR);
        ::flock(own, LOCK_EX);
        for (;;) ::pause();
    }
    REQUIRE(test::settles([&] { return lock_holder(file).value() == child; }));
    const Fd pidfd = open_pidfd(child);
    REQUIRE(send_signal(pidfd.get(), SIGKILL));
    pollfd end{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    REQUIRE(::poll(&end, 1, 10'000) == 1);
    CHECK(reap(pidfd) == "was killed by signal 9");
    CHECK(*lock_holder(file) == 0);
    CHECK(reap(pidfd).empty());  // told once
}
