// The program itself, as a process.
#include <cpe_test_paths.hpp>

#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/shell.hpp"

namespace {

/// Runs `cpe-ctl WORDS`; standard output and error together.
cpe::test::Ran shell(const std::string& words) {
    return cpe::test::run_shell("{ " + std::string{CPE_BIN_DIR} + "/cpe-ctl " + words + "; } 2>&1");
}

std::string in_tree(const char* path) {
    return cpe::test::source_path(path).string();
}

}  // namespace

TEST_CASE("help and version go to standard output") {
    const auto help = shell("--help 2>/dev/null");
    CHECK(help.exit == 0);
    CHECK(help.text == cpe::test::read_file(in_tree("test/src/cpe-ctl/golden/help.txt")));
    CHECK(shell("deployable create --help").exit == 0);
    CHECK(shell("--version").text == "cpe-ctl " CPE_VERSION "\n");
}

TEST_CASE("a wrong use is exit 2, what comes later is exit 1") {
    CHECK(shell("").exit == 2);
    CHECK(shell("frob").exit == 2);
    const auto usage = shell("status a b");
    CHECK(usage.exit == 2);
    CHECK(usage.text == "cpe-ctl: there is a word too many: 'b' (cpe-ctl status [NAME])\n");
    const auto later = shell("backup x");
    CHECK(later.exit == 1);
    CHECK(later.text == "cpe-ctl: command 'backup' is not supported yet\n");
}

TEST_CASE("validate works offline") {
    const auto good = shell("validate " + in_tree("test/src/cpe-ctl/golden/two-tier.xml"));
    CHECK(good.exit == 0);
    CHECK(good.text.find("valid: deployable two-tier, 2 assemblies, 2 services\n") !=
          std::string::npos);
    const auto classic = shell("validate " + in_tree("test/src/cpe-ctl/golden/classic.xml"));
    CHECK(classic.exit == 0);
    CHECK(classic.text.find("warning: ") == std::string::npos);
    CHECK(classic.text.find("note: line 3, deployable 'wordpress'") != std::string::npos);
    const auto later = shell("validate " + in_tree("test/src/cpe-ctl/golden/later.xml"));
    CHECK(later.exit == 0);
    CHECK(later.text.find("warning: ") == 0);
    CHECK(later.text.find("<rsc_ticket> is not supported yet") != std::string::npos);
    const auto refused = shell("deployable create " + in_tree("test/src/cpe-ctl/golden/later.xml"));
    CHECK(refused.exit == 5);
    CHECK(refused.text.find("<rsc_ticket> is not supported yet") != std::string::npos);
    const auto wrong = shell("validate - < " + in_tree("test/src/cpe-ctl/golden/help.txt"));
    CHECK(wrong.exit == 5);
    CHECK(wrong.text.find("cpe-ctl: standard input, line 1") == 0);
    CHECK(wrong.text.find('\n') == wrong.text.size() - 1);
    CHECK(shell("validate /nonexistent.xml").exit == 1);
    CHECK(shell("validate /tmp").text == "cpe-ctl: /tmp: is a directory (give a file)\n");
}

TEST_CASE("no connection is exit 3 with one clear line") {
    const auto ran = shell("--socket /nonexistent/cped.sock status");
    CHECK(ran.exit == 3);
    CHECK(ran.text ==
          "cpe-ctl: /nonexistent/cped.sock: no connection to cped: connect: No such file or "
          "directory (is cped running, and is this its socket? (--socket PATH))\n");
}

TEST_CASE("who closes the pipe has seen enough, a full disk is an error") {
    CHECK(shell("--help | true").text.empty());
    const auto full = shell("--help > /dev/full");
    CHECK(full.exit == 1);
    CHECK(full.text ==
          "cpe-ctl: standard output: could not be written to the end (is there room left?)\n");
}
