// What a change of a running deployable costs: actions and time of a reload that changes one
// parameter of one service among 100, against a stop and start of all. Everything real; as root.
#include "bench/harness.hpp"
#include "test/e2e/lab.hpp"

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace cpe;
using namespace cpe::bench;
using e2e::Lab;

namespace {

constexpr int assemblies = 5;
constexpr int services = 20;  ///< of each

void must(const e2e::Output& output, const char* what) {
    if (output.code != 0) throw std::runtime_error(std::string(what) + ": " + output.err);
}

/// `value` is given to the first service alone.
std::string document(const std::string& provider, const std::string& value) {
    std::string text = R"(<deployable name="big" uuid="big"><assemblies>)";
    for (int a = 0; a < assemblies; ++a) {
        text += "<assembly name=\"a" + std::to_string(a) + "\" uuid=\"u" + std::to_string(a) +
                "\"><services>";
        for (int s = 0; s < services; ++s)
            text += "<service name=\"s" + std::to_string(s) + "\" class=\"ocf\" provider=\"" +
                    provider + "\" type=\"Dummy\" monitor_interval=\"60s\"><parameters>" +
                    "<parameter name=\"fake\" value=\"" + (a + s == 0 ? value : "same") +
                    "\"/></parameters></service>";
        text += "</services></assembly>";
    }
    return text + "</assemblies></deployable>";
}

struct Cost {
    double actions = 0;
    std::vector<Span> spans;
};

int actions_of(const Lab& lab) {
    return std::stoi(lab.cell("select count(*) from actions"));
}

/// From the operator's word to the end of the last action, as cped tells it.
Span time_since(const Lab& lab, const std::string& wish) {
    const auto took = lab.cell(
        "select (select max(finished_at) from actions) - (select max(at) from events where kind = "
        "'operator' and state = '" +
        wish + "')");
    return std::chrono::duration_cast<Span>(std::chrono::milliseconds(std::stoll(took)));
}

/// `wish`: what an operator's event says when `work` begins.
Cost cost_of(const Lab& lab, int rounds, const std::string& wish,
             const std::function<void(int)>& work) {
    Cost cost;
    const int before = actions_of(lab);
    for (int round = 0; round < rounds; ++round) {
        work(round);
        cost.spans.push_back(time_since(lab, wish));
    }
    cost.actions = double(actions_of(lab) - before) / rounds;
    return cost;
}

void reload(const Lab& lab, const std::string& provider, int round) {
    const auto file = lab.document("big", document(provider, "v" + std::to_string(round)));
    must(lab.ctl({"deployable", "reload", "big", file, "--timeout", "120"}), "reload");
}

void stop_and_start(const Lab& lab) {
    must(lab.ctl({"deployable", "stop", "big", "--timeout", "120"}), "stop");
    must(lab.ctl({"deployable", "start", "big", "--timeout", "120"}), "start");
}

void add(Report& report, const std::string& what, const Cost& cost, const std::string& goal) {
    const auto note = std::to_string(cost.spans.size()) + " rounds";
    report.add({"actions: " + what, cost.actions, "", goal, note});
    report.add({"time: " + what, ms(median(cost.spans)), "ms", "", note});
}

void compare(Report& report, bool quick) {
    const Lab lab;
    const int rounds = quick ? 2 : 7;
    must(lab.ctl({"deployable", "create", lab.document("big", document("heartbeat", "first")),
                  "--start", "--timeout", "120"}),
         "create");
    const auto whole = cost_of(lab, quick ? 1 : 3, "stop", [&](int) { stop_and_start(lab); });
    const auto restart =
        cost_of(lab, rounds, "reload", [&](int n) { reload(lab, "heartbeat", n); });
    must(lab.ctl({"deployable", "reload", "big", lab.document("big", document("pacemaker", "x")),
                  "--timeout", "120"}),
         "another agent");
    const auto taken_over =
        cost_of(lab, rounds, "reload", [&](int n) { reload(lab, "pacemaker", n); });
    add(report, "stop and start of 100 services", whole, "");
    add(report, "reload, 1 parameter of 1 of them", restart, "<= 4");
    add(report, "... that its agent takes over running", taken_over, "<= 3");
    report.add({"actions: stop and start against reload", whole.actions / restart.actions, "x",
                ">= 75", ""});
    report.add(
        {"time: stop and start against reload",
         median_ratio(std::vector<Span>(restart.spans.size(), median(whole.spans)), restart.spans),
         "x", "", ""});
}

void measure(Report& report, const Options& options) {
    compare(report, options.quick);
}

}  // namespace

int main(int argc, char** argv) {
    return run("reload", argc, argv, measure);
}
