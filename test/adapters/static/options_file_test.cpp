// An options file is a secret.
#include "adapters/static/options_file.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace cpe;
using namespace cpe::static_hosts;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        std::string name = "/var/tmp/cpe-static-test-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path path;
};

fs::path written(const Folder& folder, const std::string& text, mode_t mode = 0600) {
    const auto file = folder.path / "fence.options";
    std::ofstream(file) << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    return file;
}

}  // namespace

TEST_CASE("a private options file is read") {
    const Folder folder;
    const auto options = read_options(written(folder, "password=x\n"));
    REQUIRE(options.has_value());
    CHECK(options->given.front().second == "x");
    CHECK(read_options(written(folder, "password=x\n", 0400)).has_value());
}

TEST_CASE("an options file that others may use is refused, whatever stands in it") {
    const Folder folder;
    for (const mode_t mode : {0640, 0604, 0620, 0602, 0666, 0610}) {
        const auto refused = read_options(written(folder, "password=hunter22\n", mode));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == Errc::not_allowed);
        CHECK(refused.error().line().find("hunter22") == std::string::npos);
        CHECK(refused.error().line().find("chmod 600") != std::string::npos);
    }
    if (::geteuid() != 0) return;
    const auto file = written(folder, "password=x\n");
    REQUIRE(::chown(file.c_str(), 12345, 12345) == 0);
    CHECK(read_options(file).error().code == Errc::not_allowed);
}

TEST_CASE("what is no file cannot be read, and nothing waits for it") {
    const Folder folder;
    CHECK(read_options(folder.path / "none").error().code == Errc::unavailable);
    CHECK(read_options(folder.path).error().code == Errc::not_allowed);
    const auto fifo = folder.path / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(read_options(fifo).error().code == Errc::not_allowed);
    const auto wrong = read_options(written(folder, "a=1\nhunter22\n"));
    CHECK(wrong.error().line() ==
          (folder.path / "fence.options").string() + ", line 2: is not of the form key=value");
    CHECK(read_options(written(folder, std::string(100'000, '#'))).error().code == Errc::too_large);
}
