// configure_executable: a script inside the guest, before its service, and again when what it was
// told has changed.
#include "test/e2e/lab.hpp"

#include <cpe_test_paths.hpp>

#include <catch2/catch.hpp>

#include <stdlib.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>

using namespace cpe::e2e;

namespace {

/// A script that sandboxes see: they have the host's files, but a /tmp of their own.
class Script {
public:
    explicit Script(const std::string& body) {
        std::string name = "/var/tmp/cpe-e2e-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
        ::chmod(name.c_str(), 0755);
        folder_ = name;
        std::ofstream(folder_ / "configure") << "#!/bin/sh -e\n" << body;
    }
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;
    ~Script() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    [[nodiscard]] std::string url() const { return "file://" + (folder_ / "configure").string(); }

private:
    std::filesystem::path folder_;
};

/// The web server's script is told where the database is.
std::string blog(const std::string& url) {
    return R"xml(<deployable name="blog" uuid="b-1">
  <assemblies>
    <assembly name="db" uuid="b-21" escalation_failures="5" escalation_period="600">
      <services><service name="mysqld" class="ocf" type="Dummy" monitor_interval="1s"/></services>
    </assembly>
    <assembly name="web" uuid="b-22">
      <services>
        <service name="httpd" class="ocf" type="Dummy" monitor_interval="1s">
          <configure_executable url=")xml" +
           url + R"xml("/>
          <parameters>
            <parameter name="wp_name" value="the 'blog' of $(hostname)"/>
            <parameter name="mysql_ip"><reference assembly="db" parameter="ipaddress"/></parameter>
          </parameters>
        </service>
      </services>
    </assembly>
  </assemblies>
  <constraints>
    <service_dependency id="1" first="rsc_db_mysqld" then="rsc_web_httpd"/>
    <service_dependency id="2" first="rsc_db_mysqld" then="cfg_web_httpd"/>
  </constraints>
</deployable>)xml";
}

std::string address_of_db(const Lab& lab) {
    return lab.cell("select address from assemblies where name = 'db'");
}

std::string configured(const Lab& lab) {
    return lab.inside("blog", "web", "cat /etc/blog.conf").out;
}

/// "start cfg_web_httpd, start rsc_web_httpd": what was done to the web server after an action.
std::string done_after(const Lab& lab, const std::string& id) {
    std::string text;
    for (const auto& row :
         lab.sql("select operation, resource from actions where id > " + id +
                 " and assembly = 'web' and operation in ('start', 'stop') and status = 'complete' "
                 "order by id"))
        text += (text.empty() ? "" : ", ") + row.at(0) + " " + row.at(1);
    return text;
}

}  // namespace

TEST_CASE("a configure script runs before its service, and again when a reference changes",
          "[e2e]") {
    const Script script("echo \"$wp_name at $mysql_ip\" > /etc/blog.conf\n");
    Lab lab;
    lab.create_running("blog", blog(script.url()));
    const auto first = address_of_db(lab);
    CHECK(configured(lab) == "the 'blog' of $(hostname) at " + first + "\n");
    CHECK(done_after(lab, "0") == "start cfg_web_httpd, start rsc_web_httpd");

    const auto last = lab.cell("select max(id) from actions");
    REQUIRE(::kill(lab.init_of("blog", "db"), SIGKILL) == 0);
    REQUIRE(eventually(
        [&] { return address_of_db(lab) != first && lab.state_of("blog") == "running"; }));
    CHECK(configured(lab) == "the 'blog' of $(hostname) at " + address_of_db(lab) + "\n");
    CHECK(done_after(lab, last) ==
          "stop rsc_web_httpd, stop cfg_web_httpd, start cfg_web_httpd, start rsc_web_httpd");
}

TEST_CASE("a configure script that fails keeps its service from starting, and says why", "[e2e]") {
    const Script script(
        "echo preparing\n"
        "[ -e /etc/licence ] || { echo no licence at $mysql_ip; exit 4; }\n"
        "echo done > /etc/blog.conf\n");
    Lab lab;
    const auto document = lab.document("blog", blog(script.url()));
    REQUIRE(lab.ctl({"deployable", "create", document, "--start", "--no-wait"}).code == 0);
    REQUIRE(eventually([&] {
        return lab.cell(
                   "select count(*) > 1 from actions where resource = 'cfg_web_httpd' and "
                   "operation = 'start' and rc = 1") == "1";
    }));
    CHECK(lab.cell("select count(*) from events where reason like '%ended with code 4: no licence "
                   "at " +
                   address_of_db(lab) + "%'") != "0");
    CHECK(lab.cell("select count(*) from actions where resource = 'rsc_web_httpd' and operation = "
                   "'start'") == "0");
    REQUIRE(lab.inside("blog", "web", "touch /etc/licence").code == 0);
    REQUIRE(eventually([&] { return lab.state_of("blog") == "running"; }));
    CHECK(configured(lab) == "done\n");
}

TEST_CASE("documents of 2012 are created as they are", "[e2e]") {
    Lab lab;
    for (const char* file : {"/conf/examples/wordpress-2012.xml",
                             "/test/golden/deployable/later/classic-wordpress.xml"}) {
        const auto answer = lab.ctl({"deployable", "create", std::string(CPE_SOURCE_DIR) + file});
        INFO(answer.err);
        CHECK(answer.code == 0);
    }
    CHECK(lab.state_of("blog") == "stopped");
    CHECK(lab.state_of("wordpress") == "stopped");
}

TEST_CASE("what conf/examples/moving.xml says comes true", "[e2e]") {
    Lab lab;
    const auto answer =
        lab.ctl({"deployable", "create", std::string(CPE_SOURCE_DIR) + "/conf/examples/moving.xml",
                 "--start", "--timeout", "60"});
    INFO(answer.err);
    REQUIRE(answer.code == 0);
    const auto place_of_address = [&] {
        for (const char* assembly : {"one", "two", "three"})
            if (lab.inside("moving", assembly, "ls /run/resource-agents/Dummy-rsc_address.state")
                    .code == 0)
                return std::string(assembly);
        return std::string();
    };
    const auto promoted_at = [&](const std::string& assembly) {
        return lab.inside("moving", assembly, "cat /run/Stateful-rsc_db.state").out == "Promoted\n";
    };
    const auto first = place_of_address();
    REQUIRE_FALSE(first.empty());
    CHECK(promoted_at(first));
    REQUIRE(::kill(lab.init_of("moving", first), SIGKILL) == 0);
    REQUIRE(eventually([&] {
        const auto now = place_of_address();
        return !now.empty() && now != first && promoted_at(now);
    }));
    CHECK(eventually([&] { return lab.state_of("moving") == "running"; }));
}
