#include "adapters/local/sandbox/bounded_log.hpp"

#include "lab.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <fstream>

using namespace cpe::local;

namespace {

BoundedLog open_log(const std::filesystem::path& file, std::uint64_t limit) {
    return {Fd(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600)), limit};
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a log stays within its limit and keeps the newest whole lines") {
    const test::Folder folder;
    const auto file = folder.path / "log";
    auto log = open_log(file, 1000);
    for (int number = 0; number < 1000; ++number) {
        log.append("line " + std::to_string(number) + "\n");
        REQUIRE(std::filesystem::file_size(file) <= 1000);
    }
    const auto text = text_of(file);
    CHECK(text.ends_with("line 998\nline 999\n"));
    CHECK(text.starts_with("line "));
    CHECK(text.size() >= 400);
}

TEST_CASE("one huge write is cut, and an earlier life's log counts") {
    const test::Folder folder;
    const auto file = folder.path / "log";
    std::ofstream(file) << std::string(900, 'a') << "\nend of the first life\n";
    auto log = open_log(file, 1000);
    log.append(std::string(50'000, 'b'));
    CHECK(std::filesystem::file_size(file) <= 1000);
    log.line("hello");
    const auto text = text_of(file);
    CHECK(text.find("end of the first life\nbbb") != std::string::npos);
    CHECK(text.ends_with("Z hello\n"));
}
