#include "test/src/cpe-agent/core_script.hpp"

#include "src/cpe-agent/core.hpp"

#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace {

using namespace cpe;
using namespace cpe::guest;

struct Words {
    std::vector<std::string> plain;
    std::map<std::string, std::string> named;

    explicit Words(const std::string& line) {
        std::istringstream in(line);
        for (std::string word; in >> word;) {
            const auto equals = word.find('=');
            if (equals == std::string::npos)
                plain.push_back(word);
            else
                named[word.substr(0, equals)] = word.substr(equals + 1);
        }
    }
    [[nodiscard]] std::uint64_t number(const std::string& name, std::uint64_t otherwise) const {
        const auto found = named.find(name);
        return found == named.end() ? otherwise : std::stoull(found->second);
    }
    [[nodiscard]] Millis millis(const std::string& name, std::uint64_t otherwise) const {
        return Millis{static_cast<std::int64_t>(number(name, otherwise))};
    }
    [[nodiscard]] std::string text(const std::string& name) const {
        const auto found = named.find(name);
        return found == named.end() ? "" : found->second;
    }
};

const char* name_of(OperationResult::Outcome outcome) {
    constexpr const char* names[] = {"done", "timed_out", "cancelled", "lost"};
    return names[static_cast<int>(outcome)];
}

std::string show(const OperationResult& result) {
    std::ostringstream out;
    out << "id=" << result.id.value << " " << name_of(result.outcome) << " rc=" << result.rc
        << " after=" << result.duration.count();
    if (!result.exit_reason.empty()) out << " \"" << result.exit_reason << "\"";
    return out.str();
}

std::string show(const MonitorEntry& row) {
    return row.resource + "/" + std::to_string(row.interval.count()) + " digest=" + row.digest +
           " rc=" + std::to_string(row.last_rc);
}

struct Shown {
    std::string operator()(const agent::Hello& hello) const {
        std::string text = "hello monitors=[";
        for (const auto& row : hello.guest.monitors) text += show(row) + ";";
        text += "] operations=[";
        for (const auto id : hello.guest.operations) text += std::to_string(id.value) + ";";
        return text + "]";
    }
    std::string operator()(const agent::Heartbeat& beat) const {
        const bool none = beat.monitors_hash == hash_of_monitors({});
        return std::string("heartbeat ") + (none ? "no monitors" : "monitors") +
               " overdue=" + std::to_string(beat.oldest_overdue.count());
    }
    std::string operator()(const agent::Finished& finished) const {
        return "result " + std::to_string(finished.sequence) + ": " + show(finished.result);
    }
    std::string operator()(const agent::Reported& reported) const {
        return "report " + std::to_string(reported.sequence) + ": " + reported.report.resource +
               "/" + std::to_string(reported.report.interval.count()) + " " +
               show(reported.report.result);
    }
};

class Stage {
public:
    explicit Stage(const Limits& limits) : core_({"boot1", "agent1", "guest1"}, limits) {}

    std::string carry_out(const Words& words) {
        out_.str({});
        const auto& name = words.plain.at(0);
        if (name == "time")
            pass(Millis{std::stoll(words.plain.at(1))});
        else if (name == "table")
            for (const auto& row : table()) out_ << "  row " << show(row) << "\n";
        else
            act(name, words);
        write();
        return out_.str();
    }

private:
    void act(const std::string& name, const Words& words) {
        if (name == "connect") return core_.connected(now_);
        if (name == "disconnect") return core_.disconnected();
        if (name == "welcome")
            return core_.receive(
                agent::Welcome{words.number("protocol", agent::protocol_version),
                               words.millis("heartbeat", 2000), words.number("ack", 0)},
                now_);
        if (name == "refused") return core_.receive(agent::Refused{words.text("reason")}, now_);
        if (name == "ack")
            return core_.receive(agent::Acknowledge{std::stoull(words.plain.at(1))}, now_);
        if (name == "cancel")
            return core_.receive(
                agent::CancelMonitor{words.plain.at(1), words.millis("interval", 10'000)}, now_);
        if (name == "exit")
            return core_.exited(RunId{std::stoull(words.plain.at(1))},
                                {static_cast<int>(words.number("rc", 0)), words.text("reason"), {}},
                                now_);
        if (name != "perform") throw std::runtime_error("no such command: " + name);
        perform(words);
    }
    void perform(const Words& words) {
        OperationRequest request;
        request.id = OperationId{std::stoull(words.plain.at(1))};
        request.operation = words.plain.at(2);
        request.resource = words.plain.at(3);
        request.type = "Dummy";
        request.interval = words.millis("interval", 0);
        request.timeout = words.millis("timeout", 20'000);
        request.digest = words.text("digest");
        core_.receive(agent::Perform{request}, now_);
    }
    void pass(Millis span) {
        const auto until = now_ + span;
        for (int steps = 0; steps < 10'000; ++steps) {
            const auto next = core_.next_deadline();
            if (!next || *next > until) break;
            now_ = std::max(now_, *next);
            core_.advance(now_);
            write();
        }
        now_ = until;
    }
    /// Asked for as cped would see it: by a hello.
    std::vector<MonitorEntry> table() {
        Core copy = core_;
        copy.connected(now_);
        const auto ready = copy.take();
        return std::get<agent::Hello>(ready.messages.back()).guest.monitors;
    }
    void write() {
        const auto ready = core_.take();
        const auto at = std::to_string(now_.time_since_epoch().count());
        for (const auto& spawn : ready.spawns)
            out_ << "  " << at << " spawn run " << spawn.run.value << ": "
                 << spawn.request.operation << " " << spawn.request.resource << "\n";
        for (const auto run : ready.kills) out_ << "  " << at << " kill run " << run.value << "\n";
        for (const auto& message : ready.messages)
            out_ << "  " << at << " send " << std::visit(Shown{}, message) << "\n";
        if (ready.disconnect) out_ << "  " << at << " disconnect: " << *ready.disconnect << "\n";
    }

    Core core_;
    MonoTime now_{};
    std::ostringstream out_;
};

Limits limits_from(const Words& words) {
    Limits limits;
    limits.parallel = words.number("parallel", limits.parallel);
    limits.queue = words.number("queue", limits.queue);
    limits.monitors = words.number("monitors", limits.monitors);
    limits.reports = words.number("reports", limits.reports);
    limits.results = words.number("results", limits.results);
    limits.remembered = words.number("remembered", limits.remembered);
    return limits;
}

bool is_command(const std::string& line) {
    return !line.empty() && line.front() != '#' && line.front() != ' ';
}

}  // namespace

std::string run_core_script(const std::string& script) {
    std::istringstream in(script);
    std::string out;
    std::unique_ptr<Stage> stage;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("  ")) continue;  // an output of before
        out += line + "\n";
        if (!is_command(line)) continue;
        const Words words(line);
        const bool sets_limits = words.plain.at(0) == "limits";
        if (!stage) stage = std::make_unique<Stage>(sets_limits ? limits_from(words) : Limits{});
        if (!sets_limits) out += stage->carry_out(words);
    }
    return out;
}
