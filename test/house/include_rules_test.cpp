// Checks the arrows of docs/architecture.md from the sources themselves: which room may include
// what.
#include <cpe_test_paths.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Rule {
    std::string room;                  ///< folder prefix; the longest match counts
    std::vector<std::string> allowed;  ///< include prefixes beside the standard library and its own
};

const std::string boost_pure =
    "boost/(system|json|container|core|describe|assert|unordered|crc|uuid)";

const std::vector<Rule>& rules() {
    static const std::vector<Rule> table = {
        {"include/cpe", {"cpe/", boost_pure}},
        {"engines/deployable", {"cpe/", boost_pure, "libxml/"}},
        {"engines/translate", {"cpe/", boost_pure, "libxml/", "libxslt/", "engines/deployable/"}},
        {"engines/policy",
         {"cpe/", boost_pure, "libxml/", "crm/", "crm_", "pacemaker", "qb/", "glib", "csetjmp",
          "dlfcn.h", "sys/stat.h"}},
        {"engines/deployment",
         {"cpe/", boost_pure, "engines/deployable/", "engines/translate/", "engines/policy/"}},
        {"engines/brake", {"cpe/", boost_pure}},
        {"adapters/amqp", {"cpe/", "boost/", "proton/", "sys/", "unistd.h", "fcntl.h", "grp.h"}},
        {"adapters/agent",
         {"cpe/", "boost/", "adapters/amqp/", "proton/", "sys/", "unistd.h", "fcntl.h"}},
        {"adapters/base", {"cpe/", "boost/asio/", "unistd.h"}},
        {"adapters/guest", {"cpe/"}},
        {"adapters/ssh",
         {"cpe/", "boost/", "adapters/guest/", "libssh2", "openssl/", "sys/", "netinet/",
          "unistd.h", "fcntl.h"}},
        {"adapters/local",
         {"cpe/", "boost/", "adapters/base/", "sys/", "linux/", "net/", "netinet/", "arpa/",
          "unistd.h", "fcntl.h", "sched.h", "spawn.h", "dirent.h", "poll.h", "ifaddrs.h"}},
        {"adapters/static",
         {"cpe/", "boost/", "adapters/base/", "sys/", "unistd.h", "fcntl.h", "spawn.h"}},
        {"adapters/http", {"cpe/", "boost/", "curl/", "sys/socket.h", "fcntl.h"}},
        {"adapters/openstack",
         {"cpe/", "boost/", "adapters/base/", "adapters/http/", "yaml-cpp/", "openssl/",
          "sys/stat.h", "unistd.h", "fcntl.h"}},
        {"src/registry", {"cpe/", "engines/", "src/registry/", "src/host/", "boost/"}},
        {"src/host", {"cpe/", "engines/", "src/host/", "boost/"}},
        {"src/policy",
         {"cpe/", "engines/policy/", "boost/", "sys/", "unistd.h", "fcntl.h", "spawn.h",
          "signal.h"}},
        {"src/management", {"cpe/", "src/registry/", "adapters/amqp/", "boost/", "proton/"}},
        {"src/store",
         {"cpe/", "sqlite3.h", "boost/", "zlib.h", "sys/", "unistd.h", "fcntl.h", "spawn.h",
          "signal.h", "poll.h", "grp.h"}},
        {"src/config", {"cpe/", "yaml-cpp/", "boost/", "sys/", "unistd.h"}},
        {"src/cpe-ctl",
         {"cpe/", "adapters/amqp/", "engines/", "src/cpe-ctl/", "src/policy/helper", "boost/",
          "proton/", "unistd.h", "sys/", "signal.h", "termios.h", "poll.h"}},
        {"src/cpe-agent",
         {"cpe/", "adapters/amqp/", "adapters/agent/", "adapters/guest/", "src/cpe-agent/",
          "boost/", "proton/", "spdlog/", "unistd.h", "sys/", "signal.h", "spawn.h", "fcntl.h",
          "poll.h", "dirent.h"}},
        {"src/cped", {""}},
    };
    return table;
}

/// Standard headers have no slash and no suffix; <csignal>, <vector>, ...
bool is_standard(const std::string& name) {
    return name.find('/') == std::string::npos && name.find('.') == std::string::npos;
}

const Rule* rule_for(const std::string& file) {
    const Rule* best = nullptr;
    for (const auto& rule : rules())
        if (file.rfind(rule.room + "/", 0) == 0 && (!best || rule.room.size() > best->room.size()))
            best = &rule;
    return best;
}

bool may_include(const Rule& rule, const std::string& name) {
    if (is_standard(name) || name.rfind(rule.room + "/", 0) == 0) return true;
    return std::any_of(rule.allowed.begin(), rule.allowed.end(), [&](const auto& prefix) {
        return std::regex_search(name, std::regex("^" + prefix));
    });
}

std::vector<std::string> includes_of(const fs::path& file) {
    static const std::regex line_form(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
    std::vector<std::string> names;
    std::ifstream in(file);
    std::smatch match;
    for (std::string line; std::getline(in, line);)
        if (std::regex_search(line, match, line_form)) names.push_back(match[1]);
    return names;
}

bool is_source(const fs::path& file) {
    const auto suffix = file.extension();
    return suffix == ".cpp" || suffix == ".hpp" || suffix == ".h" || suffix == ".c";
}

template <class Visit>
void for_each_source(Visit visit) {
    for (const char* top : {"include", "engines", "adapters", "src"}) {
        const fs::path root = fs::path(CPE_SOURCE_DIR) / top;
        for (const auto& entry : fs::recursive_directory_iterator(root))
            if (entry.is_regular_file() && is_source(entry.path()))
                visit(entry.path(), fs::relative(entry.path(), CPE_SOURCE_DIR).string());
    }
}

}  // namespace

TEST_CASE("every source file includes only what its room may include") {
    std::string broken;
    std::size_t files = 0;
    for_each_source([&](const fs::path& path, const std::string& file) {
        ++files;
        const Rule* rule = rule_for(file);
        if (!rule) {
            broken += file + ": stands in no room\n";
            return;
        }
        for (const auto& name : includes_of(path))
            if (!may_include(*rule, name))
                broken += file + ": " + rule->room + " may not include " + name + "\n";
    });
    INFO(broken);
    CHECK(broken.empty());
    CHECK(files > 10);
}

TEST_CASE("engines know no clock, thread, random source, environment or file") {
    const std::regex forbidden(
        R"(\b(system_clock|steady_clock|std::thread|std::mutex|random_device|getenv|std::cout|)"
        R"(std::cerr|ifstream|ofstream|fopen|sleep_for|gettimeofday)\b)");
    std::string broken;
    for_each_source([&](const fs::path& path, const std::string& file) {
        if (file.rfind("engines/", 0) != 0) return;
        std::ifstream in(path);
        unsigned number = 0;
        for (std::string line; std::getline(in, line);) {
            ++number;
            const auto code = line.substr(0, line.find("//"));
            if (std::regex_search(code, forbidden))
                broken += file + ":" + std::to_string(number) + ": " + line + "\n";
        }
    });
    INFO(broken);
    CHECK(broken.empty());
}

TEST_CASE("a room that breaks the rules would be seen") {
    const Rule* engine = rule_for("engines/deployment/executor.cpp");
    REQUIRE(engine);
    CHECK_FALSE(may_include(*engine, "boost/asio.hpp"));
    CHECK_FALSE(may_include(*engine, "sqlite3.h"));
    CHECK_FALSE(may_include(*engine, "adapters/amqp/client.hpp"));
    CHECK(may_include(*engine, "engines/translate/cib.hpp"));
    CHECK(may_include(*engine, "vector"));
    CHECK_FALSE(rule_for("lib/other.cpp"));
}

TEST_CASE("headers hold no using-directive and every one is guarded") {
    std::string broken;
    for_each_source([&](const fs::path& path, const std::string& file) {
        if (path.extension() != ".hpp" && path.extension() != ".h") return;
        std::ifstream in(path);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        if (text.find("#pragma once") == std::string::npos) broken += file + ": no #pragma once\n";
        if (std::regex_search(text, std::regex(R"(\n\s*using namespace)")))
            broken += file + ": using namespace in a header\n";
    });
    INFO(broken);
    CHECK(broken.empty());
}
