// Commands that look, against a cped that says what a test wants.
#include "test/src/cpe-ctl/session_fixture.hpp"

using namespace cpe;
using namespace cpe::ctl;
using namespace cpe::ctl::test;

namespace {

Answer both(FakeCped&, const Asked& asked) {
    if (asked.operation != "QUERY") return refused(501, "unexpected");
    return query_answer(asked, {stopped("shop"), two_tier()});
}

Answer by_name(FakeCped&, const Asked& asked) {
    if (asked.name != "two-tier") return refused(404, "deployable 'x': there is none");
    Answer answer;
    answer.body = map_of(two_tier());
    return answer;
}

}  // namespace

TEST_CASE("status and list ask for page after page") {
    FakeCped cped(both);
    const auto status = run_with(cped, {"status"});
    CHECK(status.exit == Exit::done);
    CHECK(status.out == golden("status.txt"));
    CHECK(status.err.empty());
    CHECK(run_with(cped, {"deployable", "list"}).out == golden("list.txt"));
    CHECK(run_with(cped, {"-o", "json", "deployable", "list"}).out == golden("status.json"));
    CHECK(cped.asked().at(0).entity_type == "org.pacemakercloud.deployable");
    CHECK(cped.asked().at(0).tenant == "default");
}

TEST_CASE("a deployable that does not fit into one answer is gathered from its parts") {
    FakeCped cped([](FakeCped&, const Asked& asked) {
        if (asked.operation == "READ") return refused(400, "does not fit into one answer");
        return query_answer(asked, {two_tier()});
    });
    const auto show = run_with(cped, {"deployable", "show", "two-tier"});
    CHECK(show.exit == Exit::done);
    CHECK(show.out == golden("show.txt"));
    CHECK(cped.asked().at(1).deployable == "two-tier");
    FakeCped wrong([](FakeCped&, const Asked&) { return refused(400, "no such form"); });
    CHECK(run_with(wrong, {"status", "x/y"}).exit == Exit::invalid_input);
}

TEST_CASE("one deployable is read by its name") {
    FakeCped cped(by_name);
    const auto show = run_with(cped, {"deployable", "show", "two-tier", "--tenant", "t"});
    CHECK(show.exit == Exit::done);
    CHECK(show.out == golden("show.txt"));
    CHECK(cped.asked().at(0).operation == "READ");
    CHECK(cped.asked().at(0).tenant == "t");
    CHECK(run_with(cped, {"status", "two-tier"}).exit == Exit::done);
}

TEST_CASE("what is not there is exit 4 with cped's own words") {
    FakeCped cped(by_name);
    for (const char* command : {"show", "start", "stop", "delete"}) {
        const auto ran = run_with(cped, {"deployable", command, "x"});
        INFO(command);
        CHECK(ran.exit == Exit::not_found);
        CHECK(ran.out.empty());
        CHECK(ran.err == "cpe-ctl: deployable 'x': there is none\n");
    }
    CHECK(run_with(cped, {"status", "x"}).exit == Exit::not_found);
}

TEST_CASE("status codes become exit codes") {
    const std::vector<std::pair<int, Exit>> cases = {
        {400, Exit::invalid_input}, {401, Exit::not_allowed}, {403, Exit::not_allowed},
        {404, Exit::not_found},     {409, Exit::failed},      {500, Exit::failed},
        {501, Exit::failed},        {503, Exit::failed},      {504, Exit::failed}};
    int status = 0;
    FakeCped cped([&](FakeCped&, const Asked&) { return refused(status, "no\n\x1b[31m"); });
    for (const auto& [code, exit] : cases) {
        status = code;
        INFO(code);
        const auto ran = run_with(cped, {"sql", "SELECT 1"});
        CHECK(ran.exit == exit);
        CHECK(ran.err == "cpe-ctl: no \xef\xbf\xbd[31m\n");
    }
}

TEST_CASE("sql shows rows of every kind") {
    FakeCped cped([](FakeCped&, const Asked&) {
        const amqp::List columns{"name", "n", "x", "blob", "none"};
        const amqp::List one{"a\nb", std::int64_t{-5}, 0.25, proton::binary("hi"), amqp::Value{}};
        const amqp::List two{"\xff", std::int64_t{1'000'000'000'000}, 1e300, proton::binary(""),
                             amqp::Value{}};
        Answer answer;
        answer.body = {
            {"columns", amqp::to_value(columns)},
            {"rows", amqp::to_value(amqp::List{amqp::to_value(one), amqp::to_value(two)})}};
        return answer;
    });
    CHECK(run_with(cped, {"sql", "SELECT x"}).out == golden("sql.txt"));
    CHECK(amqp::as_string(amqp::at(cped.asked().at(0).body, "query")) == "SELECT x");
    CHECK(run_with(cped, {"sql", "SELECT x", "-o", "json"}).out == golden("sql.json"));
}

TEST_CASE("an answer that makes no sense is told as such") {
    FakeCped cped([](FakeCped&, const Asked&) { return Answer{}; });
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"status"}, {"status", "x"}, {"sql", "x"}, {"events"}}) {
        const auto ran = run_with(cped, words);
        CHECK(ran.exit == Exit::failed);
        CHECK(ran.err.find("cped's answer") != std::string::npos);
    }
}

TEST_CASE("a connection that ends in the middle is exit 3") {
    FakeCped cped([](FakeCped&, const Asked&) {
        Answer answer;
        answer.drop = true;
        return answer;
    });
    const auto ran = run_with(cped, {"status"});
    CHECK(ran.exit == Exit::no_connection);
    CHECK(ran.err.find("cpe-ctl: ") == 0);
}

TEST_CASE("no cped at all is exit 3, and the socket is named") {
    const auto ran = run_words({"--socket", "/nonexistent/cped.sock", "status"});
    CHECK(ran.exit == Exit::no_connection);
    CHECK(ran.err.find("cpe-ctl: /nonexistent/cped.sock: no connection to cped") == 0);
    CHECK(ran.err.find('\n') == ran.err.size() - 1);
}
