// A cped that comes back finds what runs.
#include "adapters/local/record.hpp"
#include "lab.hpp"

#include <catch2/catch.hpp>

#include <sys/types.h>
#include <csignal>
#include <fstream>

using namespace cpe;
using namespace cpe::local::test;

TEST_CASE("a new provider adopts what runs, and sees its death") {
    const Folder folder;
    Lab lab(folder.path);
    auto first = lab.start("web1");
    REQUIRE(first);
    lab.close();
    lab.open();
    CHECK(lab.provider->known() == std::vector<AssemblyKey>{key("web1")});
    const auto second = lab.start("web1");
    REQUIRE(second);
    CHECK(first->anew);
    first->anew = false;  // nothing is booted now
    CHECK(*second == *first);
    const auto other = lab.start("web2");  // its lease is known: no address twice
    REQUIRE(other);
    CHECK(other->address != first->address);
    REQUIRE(::kill(std::stoi(first->instance), SIGKILL) == 0);
    REQUIRE(lab.until([&] { return !lab.told.empty(); }));
    CHECK(lab.told[0].first == key("web1"));
    REQUIRE(lab.destroy("web1"));
    REQUIRE(lab.destroy("web2"));
}

TEST_CASE("what died meanwhile boots anew, with another address") {
    const Folder folder;
    Lab lab(folder.path);
    const auto first = lab.start("web1");
    REQUIRE(first);
    lab.close();
    REQUIRE(::kill(std::stoi(first->instance), SIGKILL) == 0);
    REQUIRE(settles([&] {
        const auto record = local::read_record(lab.folder_of("web1"));
        return record && !local::is_alive(*record);
    }));
    lab.open();
    const auto second = lab.start("web1");
    REQUIRE(second);
    CHECK(second->boot_id != first->boot_id);
    CHECK(second->address != first->address);
    CHECK(lab.told.empty());
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a process that merely has the recorded pid is not touched") {
    const Folder folder;
    Lab lab(folder.path);
    REQUIRE(lab.start("web1"));
    REQUIRE(lab.stop("web1"));
    auto record = local::read_record(lab.folder_of("web1"));
    REQUIRE(record);
    record->pid = ::getpid();  // of the record only the pid is ours
    REQUIRE(local::write_record(lab.folder_of("web1"), *record));
    lab.close();
    lab.open();
    const auto stopped = lab.stop("web1");
    REQUIRE(stopped);  // and the test lives on
    CHECK(stopped->state == InstanceState::stopped);
    REQUIRE(lab.destroy("web1"));
}

TEST_CASE("a sandbox whose record is lost or broken is still stopped for sure") {
    const Folder folder;
    Lab lab(folder.path);
    const bool broken = GENERATE(true, false);
    const auto first = lab.start("web1");
    REQUIRE(first);
    lab.close();
    const auto record = lab.folder_of("web1") / "instance.json";
    if (broken)
        std::ofstream(record) << "not a record";
    else
        std::filesystem::remove(record);
    lab.open();
    const bool by_stop = GENERATE(true, false);
    if (by_stop) {
        const auto stopped = lab.stop("web1");
        REQUIRE(stopped);
        CHECK(stopped->state == InstanceState::stopped);
    } else {
        const auto second = lab.start("web1");  // never twice at once
        REQUIRE(second);
        CHECK(second->instance != first->instance);
    }
    CHECK(::kill(std::stoi(first->instance), 0) != 0);
    REQUIRE(lab.destroy("web1"));
}
