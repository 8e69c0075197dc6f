// What is printed, for people and for scripts.
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/show/tables.hpp"
#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/samples.hpp"

#include <boost/json.hpp>

using namespace cpe;
using namespace cpe::ctl;

namespace {

const Style plain{ctl::test::moment(), false};

void golden(const char* name, const std::string& actual) {
    cpe::test::check_golden(cpe::test::source_path("test/src/cpe-ctl/golden/" + std::string{name}),
                            actual);
}

std::vector<DeployableStatus> two() {
    return {ctl::test::stopped("shop"), ctl::test::two_tier()};
}

SqlTable sql() {
    SqlTable table;
    table.columns = {"name", "n", "x", "blob", "none"};
    table.rows = {{std::string{"a\nb"}, std::int64_t{-5}, 0.25, std::vector<char>{'h', 'i'},
                   std::monostate{}},
                  {std::string{"\xff"}, std::int64_t{1'000'000'000'000}, 1e300, std::vector<char>{},
                   std::monostate{}}};
    return table;
}

}  // namespace

TEST_CASE("tables for people are what was reviewed") {
    golden("list.txt", list_table(two(), plain));
    golden("status.txt", status_table(two(), plain));
    golden("show.txt", show_table(ctl::test::two_tier(), plain));
    golden("events.txt", events_table(ctl::test::events(), plain));
    golden("sql.txt", sql_table(sql(), plain));
    golden("status-colour.txt", status_table(two(), {ctl::test::moment(), true}));
    std::string lines;
    for (const auto& event : ctl::test::events()) lines += event_line(event, plain);
    golden("events-follow.txt", lines);
}

TEST_CASE("JSON for scripts is what was reviewed") {
    golden("status.json", deployables_json(two()));
    golden("events.json", events_json(ctl::test::events()));
    golden("sql.json", sql_json(sql()));
    std::string lines;
    for (const auto& event : ctl::test::events()) lines += event_json(event);
    golden("events-follow.json", lines);
}

TEST_CASE("nothing is shown as such") {
    CHECK(status_table({}, plain) == "There is no deployable.\n");
    CHECK(list_table({}, plain) == "NAME  STATE  ASSEMBLIES  SERVICES  SINCE\n");
    CHECK(deployables_json({}) == "{\"deployables\":[]}\n");
    CHECK(events_json({}) == "{\"events\":[]}\n");
    CHECK(sql_table({{"a"}, {}}, plain) == "a\n(0 rows)\n");
}

TEST_CASE("JSON is one line of valid JSON whatever the texts hold") {
    auto deployable = ctl::test::two_tier();
    auto& assembly = deployable.assemblies[0];
    for (int byte = 0; byte < 256; ++byte) assembly.address += static_cast<char>(byte);
    const std::vector<DeployableStatus> one{deployable};
    const auto text = deployables_json(one);
    boost::json::error_code failed;
    boost::json::parse(text, failed);
    CHECK_FALSE(failed);
    CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("base64 pads as RFC 4648 does") {
    const auto of = [](std::string bytes) {
        SqlTable table{{"b"}, {{std::vector<char>(bytes.begin(), bytes.end())}}};
        const auto value = boost::json::parse(sql_json(table));
        return std::string{value.at("rows").at(0).at(0).as_string()};
    };
    CHECK(of("") == "");
    CHECK(of("f") == "Zg==");
    CHECK(of("fo") == "Zm8=");
    CHECK(of("foo") == "Zm9v");
    CHECK(of("foob") == "Zm9vYg==");
    CHECK(of("\xff\xfe\xfd") == "//79");
}
