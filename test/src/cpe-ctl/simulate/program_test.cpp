// `cpe-ctl simulate` as a person uses it: options, exit codes, and documents that mean harm.
#include <cpe_test_paths.hpp>

#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/shell.hpp"
#include "test/src/policy/temporary_folder.hpp"

using namespace cpe::test;

namespace {

Ran simulate(const std::string& words) {
    return run_shell("{ " + std::string{CPE_BIN_DIR} + "/cpe-ctl simulate " + words + "; } 2>&1");
}

std::string sample(const std::string& name) {
    return "--cib " + source_path("test/golden/cib/" + name + ".xml").string();
}

std::string primitive(const std::string& id, const std::string& inside = "") {
    return "<primitive id=\"" + id + "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">" +
           inside + "</primitive>";
}

std::string cib(const std::string& resources, const std::string& constraints = "",
                const std::string& root = "validate-with=\"pacemaker-3.9\"") {
    return "<cib crm_feature_set=\"3.16.1\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\" " +
           root +
           "><configuration><crm_config/><nodes><node id=\"u\" uname=\"n\"/></nodes><resources>" +
           resources + "</resources><constraints>" + constraints +
           "</constraints></configuration><status/></cib>";
}

/// Refused with this exit code and one line that begins with the file and goes on with `what`.
void check_refused(const std::string& document, int exit, const std::string& what,
                   const std::string& more = "") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "cib.xml";
    std::ofstream(file, std::ios::binary) << document;
    const auto ran = simulate("--cib " + file.string() + more);
    INFO(ran.text);
    CHECK(ran.exit == exit);
    CHECK(ran.text.find("cpe-ctl: " + file.string()) == 0);
    CHECK(ran.text.find(what) != std::string::npos);
    CHECK(ran.text.find('\n') == ran.text.size() - 1);
}

}  // namespace

TEST_CASE("simulate prints a table, or the contract's json") {
    const auto table = simulate(sample("10-floating-lost") + " --now 1700000000");
    CHECK(table.exit == 0);
    CHECK(table.text.find("WHAT   NAME     WHERE   WHY\n"
                          "fence  a        reboot  peer is no longer part of the cluster\n"
                          "stop   rsc_a_p  a       node availability\n"
                          "move   rsc_f    a -> b\n"
                          "5 actions (2 rsc, 2 pseudo, 1 fence)\n") != std::string::npos);
    CHECK(
        simulate(sample("10-floating-lost") + " -o json").text ==
        R"({"actions":[)"
        R"({"kind":"pseudo","resource":"rsc_a_p","operation":"stop","interval_ms":0,"node":null},)"
        R"({"kind":"fence","resource":null,"operation":"stonith","interval_ms":0,"node":"a"},)"
        R"({"kind":"pseudo","resource":"rsc_f","operation":"stop","interval_ms":0,"node":null},)"
        R"({"kind":"rsc","resource":"rsc_f","operation":"start","interval_ms":0,"node":"b"},)"
        R"({"kind":"rsc","resource":"rsc_f","operation":"monitor","interval_ms":2000,"node":"b"})"
        "]}\n");
}

TEST_CASE("simulate reads standard input") {
    const auto file = source_path("test/golden/cib/4-steady.xml").string();
    const auto ran = simulate("-o json --cib - < " + file);
    CHECK(ran.exit == 0);
    CHECK(ran.text == "{\"actions\":[]}\n");
    CHECK(simulate("--cib - < /dev/null").text == "cpe-ctl: standard input: it is empty\n");
}

TEST_CASE("simulate tells a wrong use, and files that are not there") {
    CHECK(simulate("").exit == 2);
    CHECK(simulate("").text ==
          "cpe-ctl: option '--cib' is missing (cpe-ctl simulate --cib FILE [--now TIME] "
          "[--graph OUT.xml] [--execute])\n");
    for (const std::string time : {"junk", "''", "2020-13-01", "-5", "99999999999999999999",
                                   "253402300800", "999999999-01-01"}) {
        INFO(time);
        const auto ran = simulate(sample("4-steady") + " --now " + time);
        CHECK(ran.exit == 2);
        CHECK(ran.text.find("cpe-ctl: --now: ") == 0);
    }
    const auto missing = simulate("--cib /nonexistent.xml");
    CHECK(missing.exit == 1);
    CHECK(missing.text == "cpe-ctl: /nonexistent.xml: cannot be read: No such file or directory\n");
    const auto graph = simulate(sample("4-steady") + " --graph /nonexistent/graph.xml");
    CHECK(graph.exit == 1);
    CHECK(graph.text ==
          "cpe-ctl: /nonexistent/graph.xml: cannot be written: No such file or directory\n");
}

TEST_CASE("what is no CIB is invalid input") {
    check_refused("", 5, "it is empty");
    check_refused("hello", 5, "line 1: Start tag expected");
    check_refused("<html/>", 5, "the root element is not 'cib'");
    check_refused("<cib/>", 5, "no element 'configuration'");
    check_refused("<cib validate-with=\"none\"/>", 5, "no element 'configuration'");
    check_refused(cib("<primitive id=\"x\"/>"), 5, "against Pacemaker's grammar: ");
    check_refused(cib("<primitive id=\"x\"/>", "", "validate-with=\"pacemaker-1.2\""), 5,
                  "cannot be upgraded from schema 'pacemaker-1.2': ");
    check_refused(cib("<primitive id=\"x\"/>", "", "validate-with=\"pacemaker-99.9\""), 5,
                  "cannot be upgraded from schema 'pacemaker-99.9': ");
    check_refused(cib("", "", "validate-with=\"pacemaker-3.9\" execution-date=\"99999999999999\""),
                  5, "its execution-date is no time");
}

TEST_CASE("without a schema that fits, nothing is checked, and that is told") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "cib.xml";
    for (const std::string schema : {"", "validate-with=\"none\""}) {
        std::ofstream(file) << cib("<primitive id=\"x\"/>", "", schema);
        const auto ran = simulate("--cib " + file.string());
        CHECK(ran.exit == 0);
        CHECK(ran.text.find("warning: the CIB is not checked against Pacemaker's grammar\n") !=
              std::string::npos);
    }
}

TEST_CASE("what would hang or bloat the scheduler is invalid input") {
    std::string bomb = "<!DOCTYPE c [<!ENTITY a \"aaaaaaaaaa\">";
    for (char name = 'b'; name < 'm'; ++name) {
        bomb += std::string("<!ENTITY ") + name + " \"";
        for (int i = 0; i < 20; ++i) bomb += std::string("&") + static_cast<char>(name - 1) + ";";
        bomb += "\">";
    }
    check_refused(bomb + "]><cib x=\"&l;\"/>", 5, "it has a DTD (remove the DOCTYPE declaration)");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    check_refused("<cib>" + deep, 5, "line 1: ");
    check_refused("<cib>" + std::string((16U << 20U) + 1, 'x') + "</cib>", 5,
                  "more than 16777216 bytes");
    check_refused(cib("<clone id=\"c\"><meta_attributes id=\"m\"><nvpair id=\"v\" "
                      "name=\"clone-max\" value=\"20000\"/></meta_attributes>" +
                      primitive("r") + "</clone>"),
                  5, "20000 instances (at most 1000)");
    check_refused(cib(primitive("r"),
                      "<rsc_location id=\"l\" rsc=\"r\"><rule id=\"u\" score=\"1\">"
                      "<date_expression id=\"d\" operation=\"in_range\" start=\"2020-01-01\">"
                      "<duration id=\"du\" years=\"999999999\"/></date_expression></rule>"
                      "</rsc_location>"),
                  5, "years=999999999 (at most 10000)");
}

TEST_CASE("what aborts the scheduler, or takes too long, fails with one clear line") {
    check_refused(cib(primitive("r", "<operations><op id=\"o\" interval=\"10s\"/></operations>"),
                      "", "validate-with=\"none\""),
                  1, "the scheduler failed an assertion: ");
    std::string attributes;
    for (int i = 0; i < 200'000; ++i) attributes += " a" + std::to_string(i) + "=\"1\"";
    check_refused("<cib" + attributes + "/>", 1,
                  "the scheduler did not finish within 1 s (--timeout S allows more)",
                  " --timeout 1");
}

TEST_CASE("a plan that can never complete is shown as far as it goes, and is a failure") {
    const auto file = source_path("test/golden/simulate/order-circle.xml").string();
    const auto ran = simulate("-o json --cib " + file);
    CHECK(ran.exit == 1);
    CHECK(ran.text.find("{\"actions\":[{\"kind\":\"rsc\"") != std::string::npos);
    CHECK(ran.text.find("cpe-ctl: " + file + ", ") != std::string::npos);
    CHECK(ran.text.find("the plan can never complete: ") != std::string::npos);
}
