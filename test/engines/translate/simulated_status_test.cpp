// What operations, fences and the cluster's own bookkeeping leave in a status.
#include "engines/translate/simulated_status.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cpe;
using cpe::translate::SimulatedStatus;

namespace {

constexpr WallTime now{1'700'000'000'123};

GraphAction operation(const std::string& name, const std::string& resource = "web") {
    GraphAction made;
    made.kind = GraphAction::Kind::rsc;
    made.operation = name;
    made.resource = resource;
    made.node = "n1";
    made.node_uuid = "u1";
    made.agent_class = "ocf";
    made.agent_provider = "heartbeat";
    made.agent_type = "Dummy";
    made.digest = "d1";
    return made;
}

GraphAction monitor(int interval_ms, const std::string& resource = "web") {
    auto made = operation("monitor", resource);
    made.interval = Millis{interval_ms};
    return made;
}

GraphAction cluster(GraphAction::Kind kind, const std::string& name) {
    auto made = operation(name);
    made.kind = kind;
    return made;
}

std::string cib(const std::string& states) {
    return "<cib><configuration/><status>" + states + "</status></cib>";
}

std::string state(const std::string& inside, const std::string& more = "") {
    return "<node_state id=\"u1\" uname=\"n1\" in_ccm=\"true\" crmd=\"online\" join=\"member\" "
           "expected=\"member\"" +
           more + ">" + inside + "</node_state>";
}

std::string history(const std::string& operations, const std::string& id = "web") {
    return "<lrm id=\"any\"><lrm_resources><lrm_resource id=\"" + id +
           "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">" + operations +
           "</lrm_resource></lrm_resources></lrm>";
}

std::string after(const std::string& before, const std::vector<GraphAction>& actions) {
    auto status = SimulatedStatus::read(before);
    REQUIRE(status.has_value());
    for (const auto& action : actions) status->succeeded(action, now);
    return status->text();
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an operation on a node without history makes all that it needs") {
    CHECK(after(cib(""), {operation("start")}) ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<cib><configuration/><status><node_state id=\"u1\" uname=\"n1\"><lrm id=\"u1\">"
          "<lrm_resources><lrm_resource id=\"web\" class=\"ocf\" provider=\"heartbeat\" "
          "type=\"Dummy\"><lrm_rsc_op id=\"web_last_0\" operation_key=\"web_start_0\" "
          "operation=\"start\" crm_feature_set=\"3.16.1\" "
          "transition-key=\"1:-1:0:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\" "
          "transition-magic=\"0:0;1:-1:0:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\" exit-reason=\"\" "
          "on_node=\"n1\" call-id=\"1\" rc-code=\"0\" op-status=\"0\" interval=\"0\" "
          "last-rc-change=\"1700000000\" op-digest=\"d1\"/></lrm_resource></lrm_resources></lrm>"
          "</node_state></status></cib>\n");
}

TEST_CASE("an entry takes the place of the last of its kind, with a greater call id") {
    const auto before = cib(state(
        history("<lrm_rsc_op id=\"web_last_0\" operation=\"monitor\" interval=\"0\" call-id=\"7\"/>"
                "<lrm_rsc_op id=\"web_monitor_5000\" operation=\"monitor\" interval=\"5000\" "
                "call-id=\"9\"/>")));
    const auto text = after(before, {operation("start"), monitor(5'000), monitor(9'000)});
    CHECK(has(text, "id=\"web_last_0\" operation=\"start\" interval=\"0\" call-id=\"10\""));
    CHECK(has(text, "operation=\"monitor\" interval=\"5000\" call-id=\"11\""));
    CHECK(has(text, "id=\"web_monitor_9000\" operation_key=\"web_monitor_9000\""));
    CHECK(has(text, "<lrm id=\"any\">"));
}

TEST_CASE("what was expected is what was found") {
    auto probe = operation("monitor");
    probe.target_rc = 7;
    probe.target_rc_given = true;
    const auto text = after(cib(""), {probe});
    CHECK(has(text, "transition-magic=\"0:7;1:-1:7:xxxx"));
    CHECK(has(text, "rc-code=\"7\""));
}

TEST_CASE("an instance of a clone has its history under either of its names") {
    auto start = operation("start");
    start.long_id = "web:3";
    const auto known = after(
        cib(state(history("<lrm_rsc_op id=\"web:3_last_0\" call-id=\"4\"/>", "web:3"))), {start});
    CHECK(has(known, "<lrm_resource id=\"web:3\""));
    CHECK_FALSE(has(known, "<lrm_resource id=\"web\""));
    CHECK(has(known, "call-id=\"5\""));
    CHECK(has(after(cib(""), {start}), "<lrm_resource id=\"web\""));
}

TEST_CASE("reloads, notifications and migrations have entries of their own form") {
    const auto reload = after(cib(""), {operation("reload-agent")});
    CHECK(has(reload, "id=\"web_last_0\" operation_key=\"web_start_0\" operation=\"start\""));
    auto notify = operation("notify");
    notify.target_rc = 5;
    notify.meta = {{"notify_type", "pre"}, {"notify_operation", "stop"}};
    const auto notified = after(cib(""), {notify});
    CHECK(has(notified, "id=\"web_pre_notify_stop_0\""));
    CHECK(has(notified, "rc-code=\"0\""));
    auto migrate = operation("migrate_to");
    migrate.meta = {{"migrate_source", "n1"}, {"migrate_target", "n2"}};
    CHECK(has(after(cib(""), {migrate}), "migrate_source=\"n1\" migrate_target=\"n2\""));
}

TEST_CASE("digests of an agent's own go when the parameters are others") {
    const auto before = cib(state(
        history("<lrm_rsc_op id=\"web_last_0\" call-id=\"1\" op-digest=\"d1\" "
                "op-restart-digest=\"r\" op-force-restart=\" a \" op-secure-digest=\"s\"/>")));
    CHECK(has(after(before, {operation("start")}), "op-restart-digest"));
    auto changed = operation("start");
    changed.digest = "d2";
    const auto text = after(before, {changed});
    CHECK_FALSE(has(text, "op-restart-digest"));
    CHECK_FALSE(has(text, "op-force-restart"));
    CHECK_FALSE(has(text, "op-secure-digest"));
    CHECK(has(text, "op-digest=\"d2\""));
}

TEST_CASE("a cancel takes the monitor's entry, a delete all of the resource's") {
    const auto before = cib(state(
        history("<lrm_rsc_op id=\"web:0_monitor_5000\" operation=\"monitor\" interval=\"5000\"/>"
                "<lrm_rsc_op id=\"web_last_failure_0\" operation=\"monitor\" interval=\"5000\"/>"
                "<lrm_rsc_op id=\"web_monitor_9000\" operation=\"monitor\" interval=\"9000\"/>")));
    auto cancel = operation("cancel");
    cancel.interval = Millis{5'000};
    cancel.meta = {{"operation", "monitor"}};
    const auto cancelled = after(before, {cancel});
    CHECK_FALSE(has(cancelled, "web:0_monitor_5000"));
    CHECK(has(cancelled, "web_last_failure_0"));
    CHECK(has(cancelled, "web_monitor_9000"));
    CHECK(has(after(before, {operation("delete")}), "<lrm_resources/>"));
    CHECK(has(after(before, {cluster(GraphAction::Kind::crm, "lrm_delete")}), "<lrm_resources/>"));
    CHECK_FALSE(has(after(cib(state("")), {operation("delete"), cancel}), "lrm"));
}

TEST_CASE("a fence takes the node down, and all that was known of it") {
    const auto before = cib(state("<transient_attributes id=\"u1\"/>" + history("")));
    auto fence = cluster(GraphAction::Kind::fence, "stonith");
    fence.meta = {{"stonith_action", "reboot"}};
    const auto down =
        "<node_state id=\"u1\" uname=\"n1\" in_ccm=\"false\" crmd=\"offline\" join=\"down\" "
        "expected=\"down\"/>";
    CHECK(has(after(before, {fence}), down));
    // A guest node's, which goes with its host, is a pseudo event.
    auto guest = fence;
    guest.kind = GraphAction::Kind::pseudo;
    CHECK(has(after(before, {guest}), down));
    const auto remote = cib(state("", " remote_node=\"true\""));
    CHECK(has(after(remote, {fence}), "node_fenced=\"1700000000\""));
}

TEST_CASE("an unfencing leaves its attributes, once") {
    auto unfence = cluster(GraphAction::Kind::fence, "stonith");
    unfence.meta = {
        {"stonith_action", "on"}, {"digests_all", "scsi:a:1,"}, {"digests_secure", "scsi:b:2,"}};
    const auto text = after(cib(state("")), {unfence, unfence});
    CHECK(has(text, "in_ccm=\"true\""));
    CHECK(has(text,
              "<transient_attributes id=\"u1\"><instance_attributes id=\"status-u1\">"
              "<nvpair id=\"status-u1-_23node-unfenced\" name=\"#node-unfenced\" "
              "value=\"1700000000\"/>"
              "<nvpair id=\"status-u1-_23digests-all\" name=\"#digests-all\" "
              "value=\"scsi:a:1,\"/>"
              "<nvpair id=\"status-u1-_23digests-secure\" name=\"#digests-secure\" "
              "value=\"scsi:b:2,\"/></instance_attributes>"));
}

TEST_CASE("a shutdown takes the node down, and keeps its history") {
    const auto text = after(cib(state("<transient_attributes id=\"u1\"/>" + history(""))),
                            {cluster(GraphAction::Kind::crm, "do_shutdown")});
    CHECK(has(text, "crmd=\"offline\" join=\"down\" expected=\"down\""));
    CHECK_FALSE(has(text, "transient_attributes"));
    CHECK(has(text, "lrm_resource "));
}

TEST_CASE("cleared failures are those of the resource and its instances, and of no other") {
    std::string pairs;
    for (const char* name : {"fail-count-web#monitor_10000", "last-failure-web#monitor_10000",
                             "fail-count-web:3", "fail-count-web", "fail-count-web2#start_0",
                             "fail-count-web:x", "last-failure-other#start_0", "shutdown"})
        pairs += std::string("<nvpair name=\"") + name + "\" value=\"1\"/>";
    const auto before = cib(
        state("<transient_attributes id=\"u1\"><instance_attributes id=\"i\">" + pairs +
              "</instance_attributes></transient_attributes>" +
              history("<lrm_rsc_op id=\"web_last_failure_0\"/><lrm_rsc_op id=\"web_last_0\"/>")));
    const auto text = after(before, {cluster(GraphAction::Kind::crm, "clear_failcount")});
    for (const char* gone : {"fail-count-web#", "last-failure-web#", "fail-count-web:3",
                             "\"fail-count-web\"", "web_last_failure_0"})
        CHECK_FALSE(has(text, gone));
    for (const char* kept : {"fail-count-web2", "fail-count-web:x", "last-failure-other",
                             "\"shutdown\"", "web_last_0"})
        CHECK(has(text, kept));
}

TEST_CASE("pseudo events and what leaves no history change nothing") {
    const auto before = cib(state(history("<lrm_rsc_op id=\"web_last_0\" call-id=\"1\"/>")));
    const auto same = after(before, {});
    CHECK(after(before, {cluster(GraphAction::Kind::pseudo, "start"), operation("meta-data"),
                         cluster(GraphAction::Kind::crm, "maintenance_nodes")}) == same);
}

TEST_CASE("text of the document survives: quotes, markup and other scripts") {
    auto odd = operation("start", "a\"<&>\xc3\xa9");
    const auto text = after(cib(""), {odd});
    CHECK(has(text, "<lrm_resource id=\"a&quot;&lt;&amp;&gt;\xc3\xa9\""));
    CHECK(SimulatedStatus::read(text).has_value());
}

TEST_CASE("what is no CIB with a status is refused") {
    for (const char* text : {"", "<cib>", "<cib/>", "<cib><configuration/></cib>",
                             "<!DOCTYPE cib><cib><status/></cib>"}) {
        INFO(text);
        const auto refused = SimulatedStatus::read(text);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == Errc::invalid_input);
    }
}
