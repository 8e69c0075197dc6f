// What a user waits for, with everything real: create to running, failure to repair, and what rest
// costs. As root: sandboxes are made.
#include <cpe_test_paths.hpp>

#include "bench/harness.hpp"
#include "src/cpe-ctl/net/session.hpp"
#include "test/e2e/lab.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

using namespace cpe;
using namespace cpe::bench;
using e2e::Lab;

namespace {

constexpr int idle_deployables = 50;

double to_ms(Span span) {
    return std::chrono::duration<double, std::milli>(span).count();
}

Span span_of_ms(const std::string& cell) {
    return std::chrono::milliseconds(std::stoll(cell));
}

void must(const e2e::Output& output, const char* what) {
    if (output.code != 0) throw std::runtime_error(std::string(what) + ": " + output.err);
}

void must(bool held, const char* what) {
    if (!held) throw std::runtime_error(std::string("gave up waiting: ") + what);
}

void create_to_running(Report& report, bool quick) {
    const Lab lab;
    const std::string shop = std::string(CPE_SOURCE_DIR) + "/conf/examples/shop.xml";
    std::vector<Span> spans;
    for (int round = 0; round < (quick ? 3 : 11); ++round) {
        spans.push_back(time_of([&] {
            must(lab.ctl({"deployable", "create", shop, "--start", "--timeout", "60"}), "create");
        }));
        must(lab.ctl({"deployable", "delete", "shop", "--timeout", "60"}), "delete");
    }
    report.add({"3 local assemblies: create to running", to_ms(median(spans)), "ms", "",
                std::to_string(spans.size()) + " rounds, cpe-ctl included"});
}

std::string one_service(const std::string& name, const std::string& interval, int services) {
    std::string text = R"(<deployable name=")" + name + R"(" uuid=")" + name +
                       R"("><assemblies><assembly name="one" uuid="1"><services>)";
    for (int n = 0; n < services; ++n)
        text += R"(<service name="s)" + std::to_string(n) +
                R"(" class="ocf" type="Dummy" monitor_interval=")" + interval + R"("/>)";
    return text + "</services></assembly></assemblies></deployable>";
}

void failure_to_command(Report& report, bool quick) {
    const Lab lab;
    const auto file = lab.document("repaired", one_service("repaired", "200ms", 1));
    must(lab.ctl({"deployable", "create", file, "--start", "--timeout", "60"}), "create");
    const int rounds = quick ? 15 : 100;
    for (int round = 1; round <= rounds; ++round) {
        must(lab.inside("repaired", "one", "rm /run/resource-agents/Dummy-rsc_one_s0.state"), "rm");
        const auto repaired =
            "select (select count(*) from actions where operation = 'stop' and status = "
            "'complete') = " +
            std::to_string(round) +
            " and (select state from deployables where name = 'repaired') = 'running'";
        must(e2e::eventually([&] { return lab.cell(repaired) == "1"; }), "the repair");
    }
    std::vector<Span> ordered, stopped;
    for (const auto& row :
         lab.sql("select a.at - e.at, a.finished_at - e.at from events e, actions a where e.kind = "
                 "'service_state_change' and e.state = 'failed' and a.id = (select min(id) from "
                 "actions "
                 "where operation = 'stop' and at >= e.at)")) {
        ordered.push_back(span_of_ms(row.at(0)));
        stopped.push_back(span_of_ms(row.at(1)));
    }
    const auto note = std::to_string(ordered.size()) + " failures; event log, whole ms";
    report.add(
        {"failure reported to command, median", to_ms(median(ordered)), "ms", "<= 50", note});
    report.add(
        {"failure reported to command, p99", to_ms(quantile(ordered, 0.99)), "ms", "", note});
    report.add({"failure reported to the stop's result, median", to_ms(median(stopped)), "ms", "",
                "with fsync, the way there and back, and the agent's own run"});
}

struct Usage {
    double cpu_s = 0;
    double rss_kib = 0;
    std::uint64_t written = 0;
};

/// Of a process: proc(5) stat fields 14, 15 and 24, and io's write_bytes.
Usage usage_of(int pid) {
    const auto folder = "/proc/" + std::to_string(pid);
    std::ifstream stat(folder + "/stat");
    std::string text{std::istreambuf_iterator<char>(stat), {}};
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    Usage usage;
    std::string field;
    for (int n = 3; fields >> field && n <= 24; ++n) {
        if (n == 14 || n == 15) usage.cpu_s += std::stod(field) / double(sysconf(_SC_CLK_TCK));
        if (n == 24) usage.rss_kib = std::stod(field) * double(sysconf(_SC_PAGESIZE)) / 1024;
    }
    std::ifstream io(folder + "/io");
    for (std::string key; io >> key;)
        if (key == "write_bytes:") io >> usage.written;
    return usage;
}

std::int64_t ticks_of(const Lab& lab) {
    auto session = ctl::Session::open(lab.state_dir() / "cped.sock", Millis{5'000});
    if (!session) throw std::runtime_error(session.error().line());
    amqp::Message request;
    request.properties().put("operation", std::string("READ"));
    request.properties().put("type", std::string("org.pacemakercloud.cpe"));
    request.properties().put("name", std::string("self"));
    const auto answer = (*session)->ask(std::move(request));
    if (!answer) throw std::runtime_error(answer.error().line());
    const auto map = amqp::as_map(answer->body());
    const auto ticks = map ? amqp::as_int(amqp::at(*map, "ticks")) : std::nullopt;
    if (!ticks) throw std::runtime_error("the daemon does not say its ticks");
    return *ticks;
}

void at_rest(Report& report, bool quick) {
    const Lab lab;
    const auto empty = usage_of(lab.cped_pid());
    for (int n = 0; n < idle_deployables; ++n) {
        const auto name = "idle" + std::to_string(n);
        const auto file = lab.document(name, one_service(name, "60s", 3));
        must(lab.ctl({"deployable", "create", file, "--start", "--timeout", "120"}), "create");
    }
    const auto length = std::chrono::seconds(quick ? 10 : 130);
    const auto arenas = lab.cell("select cast(avg(memory) as integer) from deployables");
    const auto ticks = ticks_of(lab);
    const auto events = lab.cell("select max(id) from events");
    const auto before = usage_of(lab.cped_pid());
    std::this_thread::sleep_for(length);
    const auto after = usage_of(lab.cped_pid());
    const auto note = std::to_string(idle_deployables) +
                      " deployables of 1 assembly, 3 services, " + std::to_string(length.count()) +
                      " s";
    report.add({"memory per idle deployable (growth of cped's RSS)",
                (before.rss_kib - empty.rss_kib) / idle_deployables, "KiB", "",
                "arena: " + arenas + " bytes"});
    const double seconds = std::chrono::duration<double>(length).count();
    report.add(
        {"CPU of cped at rest", 100 * (after.cpu_s - before.cpu_s) / seconds, "%", "<= 1", note});
    report.add({"ticks at rest", double(ticks_of(lab) - ticks), "", "<= 0", note});
    report.add(
        {"bytes written at rest", double(after.written - before.written), "B", "<= 0", note});
    report.add({"events at rest",
                std::stod(lab.cell("select max(id) from events")) - std::stod(events), "", "<= 0",
                note});
}

void measure(Report& report, const Options& options) {
    create_to_running(report, options.quick);
    failure_to_command(report, options.quick);
    at_rest(report, options.quick);
}

}  // namespace

int main(int argc, char** argv) {
    return run("stories", argc, argv, measure);
}
