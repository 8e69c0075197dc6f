// docs/event-log.md: its queries run, its recipe replays, and it names every column.
#include <cpe_test_paths.hpp>

#include "fixture.hpp"

#include <cstdio>
#include <fstream>

using namespace cpe;
using namespace cpe::store::test;

namespace {

std::string documentation() {
    std::ifstream in(std::string(CPE_SOURCE_DIR) + "/docs/event-log.md");
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> queries_in(const std::string& text) {
    std::vector<std::string> all;
    const std::string begin = "```sql\n";
    for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
        const auto from = at + begin.size();
        all.push_back(text.substr(from, text.find("```", from) - from));
    }
    return all;
}

EventRecord change(std::int64_t at, std::string state) {
    auto event = event_of(at, "service_state_change");
    event.assembly = "db";
    event.service = "mysqld";
    event.state = std::move(state);
    return event;
}

const std::string cib =
    "<cib validate-with='pacemaker-3.9' epoch='1' num_updates='0' admin_epoch='0'>"
    "<configuration><crm_config><cluster_property_set id='p'>"
    "<nvpair id='s' name='stonith-enabled' value='false'/></cluster_property_set></crm_config>"
    "<nodes><node id='1' uname='web'/></nodes><resources>"
    "<primitive id='rsc_web_nginx' class='ocf' provider='heartbeat' type='Dummy'/></resources>"
    "<constraints/></configuration><status><node_state id='1' uname='web' in_ccm='true'"
    " crmd='online' join='member' expected='member'/></status></cib>";

}  // namespace

TEST_CASE_METHOD(StoreFixture, "every query of the documentation runs, for everybody") {
    open();
    auto batch = batch_of(shop);
    batch.events = {change(1'000, "running"), change(5'000, "failed"),  change(6'000, "stopping"),
                    change(8'500, "running"), change(20'000, "failed"), change(21'500, "running")};
    batch.status = full_status(shop);
    REQUIRE(create(batch));
    const auto queries = queries_in(documentation());
    CHECK(queries.size() >= 6);
    for (const auto& query : queries)
        for (const auto* tenant : {"", "default"}) {
            INFO(query);
            CHECK(sql(tenant, query));
        }
}

TEST_CASE_METHOD(StoreFixture, "the mean time to repair is from failed to running") {
    open();
    auto batch = batch_of(shop);
    batch.events = {change(1'000, "running"), change(5'000, "failed"),  change(6'000, "stopping"),
                    change(8'500, "running"), change(20'000, "failed"), change(21'500, "running")};
    REQUIRE(create(batch));
    for (const auto& query : queries_in(documentation())) {
        if (query.find("mean_time_to_repair_s") == std::string::npos) continue;
        const auto table = sql("", query);
        REQUIRE(table);
        REQUIRE(table->rows.size() == 1);
        CHECK(table->rows[0][3] == SqlValue{std::int64_t{2}});
        CHECK(table->rows[0][4] == SqlValue{2.5});
        return;
    }
    FAIL("the query is not there");
}

TEST_CASE_METHOD(StoreFixture, "every column stands in the documentation") {
    open();
    const auto text = documentation();
    for (const std::string table :
         {"events", "actions", "transitions", "deployables", "assemblies", "services"}) {
        const auto columns = sql("", "SELECT * FROM " + table + " LIMIT 0");
        REQUIRE(columns);
        for (const auto& column : columns->columns) {
            INFO(table << "." << column);
            CHECK(text.find('`' + column + '`') != std::string::npos);
        }
    }
}

TEST_CASE_METHOD(StoreFixture, "a transition's input is replayed as the documentation says") {
    open();
    auto batch = batch_of(shop);
    batch.transitions = {{{17}, {1}, std::nullopt, "start", "running", 2, cib}};
    REQUIRE(create(batch));
    // The block of shell, with our file for theirs, in a directory of its own.
    auto recipe = documentation();
    recipe.erase(0, recipe.find("```sh\n") + 6);
    recipe.erase(recipe.find("```"));
    const std::string theirs = "/var/lib/cpe/cpe.db";
    REQUIRE(recipe.find(theirs) != std::string::npos);
    recipe.replace(recipe.find(theirs), theirs.size(), settings.path.string());
    const auto script = directory.path() / "replay.sh";
    std::ofstream(script) << "set -e; cd " << directory.path().string() << "\n" << recipe;
    const std::unique_ptr<FILE, decltype(&::pclose)> pipe(
        ::popen(("sh " + script.string() + " 2>&1").c_str(), "r"), ::pclose);
    REQUIRE(pipe);
    std::string output;
    for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
    INFO(output);
    CHECK(output.find("Start      rsc_web_nginx") != std::string::npos);
}
