// stop, delete, wrong documents, and a log that nobody reads.
#include "test/e2e/documents.hpp"
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <csignal>

using namespace cpe::e2e;
namespace fs = std::filesystem;

namespace {

/// The bridge of this lab's own sandboxes: others may come and go on the machine meanwhile.
std::string bridge_of(int init) {
    const auto found = run(
        {"sh", "-c",
         "tr '\\0' '\\n' </proc/" + std::to_string(init) + "/cmdline | sed -n 's/^--bridge=//p'"});
    return found.out.substr(0, found.out.find('\n'));
}

}  // namespace

TEST_CASE("stop goes in reverse order and ends the sandboxes, delete leaves nothing", "[e2e]") {
    Lab lab;
    const auto file = lab.document("two-tier", two_tier());
    REQUIRE(lab.ctl({"deployable", "create", file, "--start", "--timeout", "60"}).code == 0);
    const int db = lab.init_of("two-tier", "db");
    const auto bridge = bridge_of(db);
    REQUIRE(fs::exists("/sys/class/net/" + bridge));

    const auto stopped = lab.ctl({"deployable", "stop", "two-tier", "--timeout", "60"});
    INFO(stopped.err << lab.log());
    REQUIRE(stopped.code == 0);
    CHECK(lab.state_of("two-tier") == "stopped");
    CHECK(::kill(db, 0) == -1);
    const auto order = lab.sql(
        "select service from actions where operation = 'stop' and status <> 'cancelled' order by "
        "id");
    CHECK(order == std::vector<std::vector<std::string>>{{"httpd"}, {"mysqld"}});

    // Started again, then deleted while it runs.
    REQUIRE(lab.ctl({"deployable", "start", "two-tier", "--timeout", "60"}).code == 0);
    const auto deleted = lab.ctl({"deployable", "delete", "two-tier", "--timeout", "60"});
    INFO(deleted.err << lab.log());
    REQUIRE(deleted.code == 0);
    CHECK(lab.ctl({"status", "two-tier"}).code == 4);
    CHECK_FALSE(fs::exists("/sys/class/net/" + bridge));
    CHECK(run({"cat", "/proc/self/mountinfo"}).out.find(lab.state_dir()) == std::string::npos);
    CHECK(run({"pgrep", "-f", "cpe-sandbox.*" + lab.state_dir().string()}).code == 1);
    for (const char* table : {"deployables", "assemblies", "services"})
        CHECK(lab.cell("select count(*) from " + std::string(table)) == "0");
    CHECK(std::stoi(lab.cell("select count(*) from events")) > 10);
    for (const char* folder : {"agents", "local"}) {
        const auto path = lab.state_dir() / folder;
        CHECK((!fs::exists(path) || fs::is_empty(path)));
    }
}

namespace {

struct Wrong {
    const char* what;
    std::string from, to;  ///< how two_tier() is spoilt
    const char* told;      ///< part of the error
};

const std::vector<Wrong>& wrong_documents() {
    static const std::vector<Wrong> table = {
        {"missing uuid", R"(<assembly name="db" uuid="t-21")", R"(<assembly name="db")", "uuid"},
        {"unknown class", R"(class="ocf")", R"(class="upstart")", "upstart"},
        {"duplicate name", R"(name="web")", R"(name="db")", "db"},
        {"dangling reference", R"(<reference assembly="db")", R"(<reference assembly="dc")", "dc"},
        {"dangling dependency", R"(first="rsc_db_mysqld")", R"(first="rsc_db_nobody")",
         "rsc_db_nobody"},
        {"dependency cycle", "</constraints>",
         R"(<service_dependancy id="2" first="rsc_web_httpd" then="rsc_db_mysqld"/></constraints>)",
         "circle"},
        {"not supported yet", "</constraints>",
         R"(<rsc_ticket id="t" rsc="rsc_db_mysqld" ticket="x"/></constraints>)", "rsc_ticket"},
    };
    return table;
}

bool one_line(const std::string& text) {
    return !text.empty() && std::count(text.begin(), text.end(), '\n') == 1 && text.back() == '\n';
}

}  // namespace

TEST_CASE("wrong documents get exit 5 and one clear line, and cped lives on", "[e2e]") {
    Lab lab;
    const int pid = lab.cped_pid();
    for (const auto& wrong : wrong_documents()) {
        auto text = two_tier();
        const auto at = text.find(wrong.from);
        REQUIRE(at != std::string::npos);
        text.replace(at, wrong.from.size(), wrong.to);
        const auto answer =
            lab.ctl({"deployable", "create", lab.document("wrong", text), "--start"});
        INFO(wrong.what << ": " << answer.err);
        CHECK(answer.code == 5);
        CHECK(one_line(answer.err));
        CHECK(answer.err.find(wrong.told) != std::string::npos);
    }
    const auto junk =
        lab.ctl({"deployable", "create", lab.document("junk", std::string(5'000'000, 'x'))});
    INFO(junk.err);
    CHECK(junk.code == 5);
    CHECK(one_line(junk.err));
    CHECK(lab.cped_pid() == pid);
    CHECK(lab.ctl({"deployable", "list"}).code == 0);
}

TEST_CASE("creating a name twice is refused, missing names are not found", "[e2e]") {
    Lab lab;
    const auto file = lab.document("minimal", minimal());
    REQUIRE(lab.ctl({"deployable", "create", file}).code == 0);
    CHECK(lab.ctl({"deployable", "create", file}).code == 1);
    CHECK(lab.ctl({"deployable", "start", "nobody"}).code == 4);
    CHECK(lab.ctl({"deployable", "delete", "nobody"}).code == 4);
    CHECK(lab.state_of("minimal") == "stopped");
    CHECK(lab.ctl({"deployable", "delete", "minimal"}).code == 0);
}

TEST_CASE("cped goes on when nobody reads its log any more", "[e2e]") {
    Lab lab;
    CHECK(lab.terminate_cped() == 0);
    lab.start_cped_unheard();
    const int pid = lab.cped_pid();
    const auto file = lab.document("minimal", minimal());
    CHECK(lab.ctl({"deployable", "create", file, "--start", "--timeout", "60"}).code == 0);
    CHECK(::kill(pid, SIGHUP) == 0);  // which it says on stderr
    CHECK(lab.ctl({"deployable", "delete", "minimal", "--timeout", "60"}).code == 0);
    CHECK(lab.terminate_cped() == 0);
}
