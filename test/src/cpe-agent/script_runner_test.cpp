// The real ocf:cpe:script_runner under the real runner: scripts from files and from a real HTTP
// server, and everything that may be wrong with them.
#include "test/read_small.hpp"
#include "test/src/cpe-agent/guest_fixture.hpp"

#include <cpe_test_paths.hpp>

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

using namespace cpe;
using namespace cpe::guest;
using namespace cpe::guest::test;

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// A guest with the agent of this tree, and a directory of scripts.
class Scripted : public GuestFixture {
public:
    Scripted() {
        std::filesystem::create_directories(files.dir() / "resource.d/cpe");
        std::filesystem::create_symlink(CPE_SOURCE_DIR "/schemas/ocf/script_runner",
                                        files.dir() / "resource.d/cpe/script_runner");
        std::filesystem::create_directories(scripts());
    }

    [[nodiscard]] std::filesystem::path scripts() const { return files.dir() / "scripts"; }
    /// What scripts leave behind.
    [[nodiscard]] std::string left(const std::string& name) const {
        return text_of(files.dir() / name);
    }
    /// A script that sees the guest's directory as $DIR.
    std::string script(const std::string& name, const std::string& body,
                       const std::string& first = "#!/bin/sh") {
        std::ofstream(scripts() / name, std::ios::binary)
            << first << "\nDIR=" << files.dir().string() << "\n"
            << body << "\n";
        return "file://" + (scripts() / name).string();
    }
    RunEnd operate(const std::string& operation, const std::string& url,
                   const Parameters& parameters = {}) {
        return run(request(operation, url, parameters));
    }
    static OperationRequest request(const std::string& operation, const std::string& url,
                                    const Parameters& parameters = {}) {
        auto it = ocf_agent("cpe", "script_runner", operation);
        it.resource = "cfg_web_httpd";
        it.timeout = Millis{20'000};
        it.parameters = {{"url", url}};
        it.parameters.insert(it.parameters.end(), parameters.begin(), parameters.end());
        return it;
    }
    /// Nothing of a run may stay but its record.
    [[nodiscard]] std::size_t leftovers() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(files.dir() / "temp"))
            count += entry.is_directory() ? 1 : 0;
        return count;
    }
};

/// python3's http.server on 127.0.0.1.
class Server {
public:
    explicit Server(const std::filesystem::path& directory) {
        const std::string command = "exec python3 " CPE_SOURCE_DIR
                                    "/test/src/cpe-agent/script_server.py " +
                                    directory.string();
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(ends[1]);
        std::FILE* output = ::fdopen(ends[0], "r");
        const int read = output ? std::fscanf(output, "%d", &port_) : 0;
        if (output) std::fclose(output);
        if (read != 1) throw std::runtime_error("python3's http.server does not start");
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() { ::kill(pid_, SIGKILL); }

    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + path;
    }

private:
    pid_t pid_ = 0;
    int port_ = 0;
};

}  // namespace

TEST_CASE("a script is run once in a life for each set of parameters") {
    Scripted guest;
    const auto url = guest.script("once", "echo ran >> $DIR/runs");
    const Parameters one{{"name", "one"}}, two{{"name", "two"}};
    CHECK(guest.operate("monitor", url, one).rc == ocf::not_running);
    CHECK(guest.operate("start", url, one).rc == ocf::ok);
    CHECK(guest.operate("monitor", url, one).rc == ocf::ok);
    CHECK(guest.operate("start", url, one).rc == ocf::ok);
    CHECK(guest.left("runs") == "ran\n");
    CHECK(guest.operate("monitor", url, two).rc == ocf::not_running);
    CHECK(guest.operate("stop", url, one).rc == ocf::ok);
    CHECK(guest.operate("monitor", url, one).rc == ocf::not_running);
    CHECK(guest.operate("start", url, two).rc == ocf::ok);
    CHECK(guest.left("runs") == "ran\nran\n");
    CHECK(guest.operate("monitor", url, two).rc == ocf::ok);
    CHECK(guest.operate("stop", url, two).rc == ocf::ok);
    CHECK(guest.operate("stop", url, two).rc == ocf::ok);
    CHECK(guest.leftovers() == 0);
}

TEST_CASE("after a boot it runs again: its record is in what a boot empties") {
    Scripted guest;
    const auto url = guest.script("boot", "echo ran >> $DIR/runs");
    CHECK(guest.operate("start", url).rc == ocf::ok);
    for (const auto& entry : std::filesystem::directory_iterator(guest.files.dir() / "temp"))
        std::filesystem::remove_all(entry.path());
    CHECK(guest.operate("monitor", url).rc == ocf::not_running);
    CHECK(guest.operate("start", url).rc == ocf::ok);
    CHECK(guest.left("runs") == "ran\nran\n");
}

TEST_CASE("a script from a web server") {
    Scripted guest;
    (void)guest.script("script", "echo \"$wp_name\" > $DIR/said");
    const Server server(guest.scripts());
    CHECK(guest.operate("start", server.url("/script"), {{"wp_name", "blog"}}).rc == ocf::ok);
    CHECK(guest.left("said") == "blog\n");
}

TEST_CASE("parameters reach the script to the letter, whatever they hold") {
    Scripted guest;
    const std::string nasty =
        "it's \"$(touch $DIR/evil)\" `touch $DIR/evil`; \\ %s \t*\n; touch "
        "$DIR/evil\nOCF_RESKEY_x=1";
    const auto url = guest.script(
        "env",
        "printf '%s' \"$OCF_RESKEY_text\" > $DIR/long; printf '%s' \"$text\" > $DIR/short\n"
        "env > $DIR/env");
    REQUIRE(guest
                .operate("start", url,
                         {{"text", nasty},
                          {"PATH", "/nowhere"},
                          {"IFS", "/"},
                          {"LD_PRELOAD", "/nowhere.so"},
                          {"sr_work", "/"},
                          {"sr_name", "PATH"},
                          {"name", "kept"},
                          {"empty", ""}})
                .rc == ocf::ok);
    CHECK(guest.left("long") == nasty);
    CHECK(guest.left("short") == nasty);
    CHECK_FALSE(std::filesystem::exists(guest.files.dir() / "evil"));
    const auto env = "\n" + guest.left("env");
    CHECK_THAT(env, Catch::Contains("\nname=kept\n"));
    CHECK_THAT(env, Catch::Contains("\nempty=\n"));
    CHECK_THAT(env, Catch::Contains("\nOCF_RESKEY_PATH=/nowhere\n"));
    CHECK_THAT(env, !Catch::Contains("\nPATH=/nowhere\n"));
    CHECK_THAT(env, !Catch::Contains("\nLD_PRELOAD="));
    CHECK_THAT(env, !Catch::Contains("\nOCF_RESKEY_url="));
}

TEST_CASE("a large value is part of what is recorded") {
    Scripted guest;
    const auto url = guest.script("large", "printf '%s' \"$text\" | wc -c > $DIR/size");
    const std::string large(60'000, 'x');
    CHECK(guest.operate("start", url, {{"text", large}}).rc == ocf::ok);
    CHECK(guest.left("size") == "60000\n");
    CHECK(guest.operate("monitor", url, {{"text", large}}).rc == ocf::ok);
    CHECK(guest.operate("monitor", url, {{"text", large + "y"}}).rc == ocf::not_running);
}

TEST_CASE("the interpreter is the one that the script names, with its argument") {
    Scripted guest;
    const auto args = guest.script("args", "cat /proc/$$/cmdline | tr '\\0' ' ' > $DIR/line",
                                   "#! /bin/bash \t-p ");
    CHECK(guest.operate("start", args).rc == ocf::ok);
    CHECK_THAT(guest.left("line"), Catch::StartsWith("/bin/bash -p /"));
    const auto none = guest.script("none", "echo $0 > $DIR/plain", "# nothing named");
    CHECK(guest.operate("start", none).rc == ocf::ok);
    CHECK_FALSE(guest.left("plain").empty());
    const auto missing = guest.operate("start", guest.script("missing", "", "#!/bin/nothing"));
    CHECK(missing.rc == ocf::not_installed);
    CHECK_THAT(missing.exit_reason, Catch::Contains("ended with code 127"));
}

TEST_CASE("a script that fails says its code and its last line") {
    Scripted guest;
    const auto url =
        guest.script("fails", "echo starting\necho 'no database at 10.0.0.1\tyet' >&2\nexit 3");
    const auto end = guest.operate("start", url);
    CHECK(end.rc == ocf::unknown_error);
    CHECK_THAT(end.exit_reason, Catch::StartsWith("script file:///"));
    CHECK_THAT(end.exit_reason, Catch::EndsWith("ended with code 3: no database at 10.0.0.1 yet"));
    CHECK_THAT(end.output, Catch::Contains("starting"));
    CHECK(guest.operate("monitor", url).rc == ocf::not_running);
    CHECK(guest.leftovers() == 0);
}

TEST_CASE("a script may say as much as it wants: the end of it is kept") {
    Scripted guest;
    const auto url = guest.script(
        "loud", "head -c 20000000 /dev/zero | tr '\\0' 'x'\necho\necho the end\nexit 1");
    const auto end = guest.operate("start", url);
    CHECK(end.rc == ocf::unknown_error);
    CHECK_THAT(end.exit_reason, Catch::EndsWith("code 1: the end"));
}

TEST_CASE("what cannot be fetched is told with its URL and why") {
    Scripted guest;
    (void)guest.script("script", "echo ran > $DIR/ran");
    const Server server(guest.scripts());
    struct Case {
        std::string url;
        int rc;
        const char* reason;
    };
    const std::vector<Case> cases = {
        {server.url("/nothing"), ocf::unknown_error,
         "/nothing: The requested URL returned error: 404"},
        {server.url("/endless"), ocf::unknown_error, "/endless: more than 1048576 bytes"},
        {server.url("/to-file"), ocf::unknown_error, "/to-file: "},
        {"http://127.0.0.1:1/x", ocf::unknown_error, "cannot fetch http://127.0.0.1:1/x: Failed"},
        {"http://nowhere.invalid/x", ocf::unknown_error, "Could not resolve host"},
        {"file:///nothing/here", ocf::not_installed, "no such file in this guest"},
        {"file:///dev/zero", ocf::unknown_error, "file:///dev/zero: more than 1048576 bytes"},
        {"file:///dev/null", ocf::unknown_error, "file:///dev/null: it is empty"},
        {"ftp://127.0.0.1/x", ocf::not_configured, "is none of file:///, http://, https://"},
        {"", ocf::not_configured, "parameter url is missing"},
    };
    for (const auto& one : cases) {
        INFO(one.url);
        const auto end = guest.operate("start", one.url);
        CHECK(end.rc == one.rc);
        CHECK_THAT(end.exit_reason, Catch::Contains(one.reason));
        CHECK(guest.operate("monitor", one.url).rc == ocf::not_running);
    }
    CHECK_FALSE(std::filesystem::exists(guest.files.dir() / "ran"));
    CHECK(guest.leftovers() == 0);
}

TEST_CASE("size and time are limited, and the limits are parameters") {
    Scripted guest;
    const auto url = guest.script("script", std::string(100, '#') + "\nsleep 60");
    const Server server(guest.scripts());
    const auto large = guest.operate("start", url, {{"script_size_limit", "99"}});
    CHECK(large.rc == ocf::unknown_error);
    CHECK_THAT(large.exit_reason, Catch::Contains("more than 99 bytes (script_size_limit)"));
    const auto served =
        guest.operate("start", server.url("/script"), {{"script_size_limit", "99"}});
    CHECK_THAT(served.exit_reason, Catch::Contains("more than 99 bytes (script_size_limit)"));
    const auto slow = guest.operate("start", server.url("/slow"), {{"script_fetch_timeout", "1"}});
    CHECK(slow.rc == ocf::unknown_error);
    CHECK_THAT(slow.exit_reason, Catch::Contains("/slow: not done within 1 s"));
    const auto hangs = guest.operate("start", url, {{"script_timeout", "1"}});
    CHECK(hangs.rc == ocf::unknown_error);
    CHECK_THAT(hangs.exit_reason, Catch::Contains("was not done within 1 s"));
    auto short_time = Scripted::request("start", url);
    short_time.timeout = Millis{4'000};  // less three seconds for telling
    CHECK_THAT(guest.run(short_time).exit_reason, Catch::Contains("was not done within 1 s"));
    for (const char* value : {"", "0", "-1", "1.5", "soon", "9999999999"}) {
        INFO(value);
        const auto wrong = guest.operate("start", url, {{"script_size_limit", value}});
        CHECK(wrong.rc == (*value ? ocf::not_configured : ocf::unknown_error));
    }
}

TEST_CASE("nothing that may be secret is shown: not in arguments, not in messages") {
    Scripted guest;
    const auto url = guest.script(
        "look", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' > $DIR/arguments; exit 1");
    const auto end = guest.operate("start", url + "?token=hidden1", {{"password", "hidden2"}});
    CHECK_THAT(end.exit_reason, !Catch::Contains("hidden"));
    const auto refused = guest.operate("start", "http://user:hidden3@127.0.0.1:1/x?key=hidden4");
    CHECK_THAT(refused.exit_reason, Catch::Contains("cannot fetch http://127.0.0.1:1/x:"));
    CHECK_THAT(refused.exit_reason + refused.output, !Catch::Contains("hidden"));
    REQUIRE(guest.operate("start", url, {{"password", "hidden2"}}).rc == ocf::unknown_error);
    CHECK_THAT(guest.left("arguments"), Catch::Contains("script_runner"));
    CHECK_THAT(guest.left("arguments"), !Catch::Contains("hidden2"));
}

TEST_CASE("while it fetches, the URL is in nobody's arguments") {
    Scripted guest;
    const Server server(guest.scripts());
    const auto run = guest.begin(Scripted::request("start", server.url("/slow?key=hidden5")));
    std::string seen;
    REQUIRE(guest.until([&] {
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            const auto line = cpe::test::read_small(entry.path() / "cmdline");
            if (line.find("hidden5") != std::string::npos) seen += line;
            if (line.starts_with("curl") && line.find("--config") != std::string::npos) return true;
        }
        return false;
    }));
    CHECK(seen == "");
    guest.runner.kill(run);
    CHECK(guest.wait(run).rc != ocf::ok);
    // What was killed leaves its directory; the next operation removes it.
    CHECK(guest.operate("stop", server.url("/slow")).rc == ocf::ok);
    CHECK(guest.leftovers() == 0);
}

TEST_CASE("a service that the script starts lives on, also when it holds the script's output") {
    Scripted guest;
    const auto url = guest.script(
        "daemon",
        "setsid sh -c 'echo $$ > '$DIR/pid'; read x < '$DIR/fifo'; echo late; echo more; "
        "echo said > '$DIR/said &\nwhile ! [ -s $DIR/pid ]; do sleep 0.05; done");
    ::mkfifo((guest.files.dir() / "fifo").c_str(), 0600);
    REQUIRE(guest.operate("start", url).rc == ocf::ok);
    CHECK(is_alive(guest.files.pid_in("pid")));
    std::ofstream(guest.files.dir() / "fifo") << "go\n";
    CHECK(guest.until([&] { return guest.left("said") == "said\n"; }));
    CHECK(guest.until([&] { return processes_of(guest.files.dir()) == 0; }));
}

TEST_CASE("what it says of itself, and what it refuses") {
    Scripted guest;
    const std::string agent = CPE_SOURCE_DIR "/schemas/ocf/script_runner";
    std::FILE* pipe = ::popen((agent + " meta-data | xmllint --noout - 2>&1").c_str(), "r");
    REQUIRE(pipe);
    CHECK(std::fgetc(pipe) == EOF);
    CHECK(::pclose(pipe) == 0);
    CHECK(guest.operate("validate-all", "file:///x").rc == ocf::ok);
    CHECK(guest.operate("validate-all", "gopher://x").rc == ocf::not_configured);
    CHECK(guest.operate("promote", "file:///x").rc == ocf::unimplemented);
}

TEST_CASE("agents of provider cpe are looked for beside cpe-agent first") {
    GuestFiles files;
    auto paths = files.paths();
    paths.own_agents = files.dir() / "own";
    const auto request = ocf_agent("cpe", "script_runner", "monitor");
    const auto program = [&] {
        return std::get<Command>(command_for(request, paths, "guest1", "m")).program;
    };
    for (const char* where : {"resource.d/cpe", "own/cpe"}) {
        const auto folder = files.dir() / where;
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "script_runner") << "#!/bin/sh\n";
        ::chmod((folder / "script_runner").c_str(), 0755);
        CHECK(program() == folder / "script_runner");
    }
    CHECK(own_agents_directory().filename() == "resource.d");
}

TEST_CASE("the build puts script_runner beside cpe-agent") {
    const auto agents = std::filesystem::path(CPE_BIN_DIR).parent_path() / "lib/ocf/resource.d";
    CHECK(text_of(agents / "cpe/script_runner") ==
          text_of(CPE_SOURCE_DIR "/schemas/ocf/script_runner"));
    CHECK(::access((agents / "cpe/script_runner").c_str(), X_OK) == 0);
}
