// Guests over ssh against OpenSSH's own client with ControlMaster, in the same run and against the
// same guests; and what a hundred guests cost.
#include "adapters/ssh/file_key.hpp"
#include "adapters/ssh/session.hpp"
#include "adapters/ssh/ssh_channel.hpp"
#include "bench/harness.hpp"
#include "test/lab/guests.hpp"

#include <boost/asio/io_context.hpp>

#include <sys/resource.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <tuple>

namespace {

using namespace cpe;
using namespace cpe::bench;
using cpe::test::Guests;

using Clock = std::chrono::steady_clock;

constexpr const char* dummy = "/usr/lib/ocf/resource.d/heartbeat/Dummy";

/// An agent of provider `bench` that is /bin/true: what an operation costs without its agent.
void install_true(const Guests& lab, int guests) {
    for (int guest = 1; guest <= guests; ++guest)
        if (lab.inside(guest,
                       "mkdir -p /usr/lib/ocf/resource.d/bench && "
                       "cp /bin/true /usr/lib/ocf/resource.d/bench/true")
                .code != 0)
            throw std::runtime_error("no agent in guest " + std::to_string(guest));
}

void shell(const std::string& line) {
    if (std::system(line.c_str()) != 0) throw std::runtime_error(line);
}

class Sink final : public GuestSink {
public:
    void guest_up(const AssemblyKey& key, GuestHello) override { up[key.assembly] = Clock::now(); }
    void guest_heartbeat(const AssemblyKey&, std::uint64_t, Millis) override {}
    void guest_gone(const AssemblyKey& key, std::string) override {
        if (up.erase(key.assembly) > 0) gone[key.assembly] = Clock::now();
    }
    void operation_finished(const AssemblyKey& key, OperationResult result) override {
        if (finished) finished(key, result);
    }
    void monitor_reported(const AssemblyKey&, MonitorReport) override { ++reports; }

    std::map<std::string, Clock::time_point> up;
    std::map<std::string, Clock::time_point> gone;
    std::function<void(const AssemblyKey&, const OperationResult&)> finished;
    int reports = 0;
};

/// OpenSSH's client: `workers` shells for each guest, each asking one after the other.
class Client {
public:
    explicit Client(const Guests& guests) : guests_(guests) {}
    ~Client() {
        for (const auto& host : open_)
            static_cast<void>(std::system((ssh(host) + " -O exit 2>/dev/null").c_str()));
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    Span run(int guests, int workers, int each, const std::string& command) {
        for (int guest = 1; guest <= guests; ++guest) connect(guests_.address(guest));
        std::string line;
        for (int guest = 1; guest <= guests; ++guest)
            for (int worker = 0; worker < workers; ++worker)
                line += "( i=0; while [ $i -lt " + std::to_string(each) + " ]; do " +
                        ssh(guests_.address(guest)) + " '" + command +
                        "' >/dev/null 2>&1 </dev/null; i=$((i+1)); done ) & ";
        return time_of([&] { shell(line + "wait"); });
    }

private:
    [[nodiscard]] std::string ssh(const std::string& host) const {
        const auto dir = guests_.dir().string();
        return "ssh -F none -i " + dir + "/id -o UserKnownHostsFile=" + dir +
               "/known_hosts -o BatchMode=yes -S " + dir + "/m-" + host + " root@" + host;
    }
    void connect(const std::string& host) {
        if (open_.insert(host).second) shell(ssh(host) + " -M -N -f >/dev/null 2>&1 </dev/null");
    }

    const Guests& guests_;
    std::set<std::string> open_;
};

/// Ours: one loop for everything.
class Ours {
public:
    explicit Ours(const Guests& guests) : guests_(guests) {
        settings_.key = guests.dir() / "id";
        settings_.known_hosts = guests.dir() / "known_hosts";
        settings_.random = [this] { return std::uniform_real_distribution<>(0, 1)(random_); };
    }

    static AssemblyKey key(int guest) { return {{"default", "bench"}, std::to_string(guest)}; }

    /// Commands on one session, each with a channel of its own, `parallel` at a time.
    Span commands(int count, int parallel, const std::string& command) {
        const auto session = connect();
        int begun = 0;
        int ended = 0;
        std::function<void()> next = [&] {
            if (begun == count) return;
            ++begun;
            ssh::ExecRequest request;
            request.command = command;
            ssh::ExecHooks hooks;
            hooks.ended = [&](const ssh::ExecEnd& end) {
                if (end.fate != ssh::ExecEnd::Fate::exited) throw std::runtime_error(end.text);
                ++ended;
                next();
            };
            session->exec(std::move(request), std::move(hooks))->finish();
        };
        const auto span = time_of([&] {
            for (int i = 0; i < parallel; ++i) next();
            turn([&] { return ended == count; });
        });
        session->close();
        return span;
    }

    void open(int guests) {
        if (!channel_)
            channel_ = std::make_unique<ssh::SshChannel>(loop_.get_executor(), settings_, sink_);
        for (int guest = 1; guest <= guests; ++guest) {
            GuestPeer peer;
            peer.address = guests_.address(guest);
            if (!channel_->open(key(guest), peer)) throw std::runtime_error("open");
        }
        turn([&] { return static_cast<int>(sink_.up.size()) >= guests; });
    }
    void close() { channel_.reset(); }

    /// Probes by the channel: `resources` in each guest, each asked `each` times.
    Span probes(int guests, int resources, int each, const std::string& type) {
        open(guests);
        int missing = guests * resources * each;
        std::map<std::uint64_t, std::pair<int, int>> asked;  // id: resource, times left
        const auto ask = [&](const AssemblyKey& where, int resource, int left) {
            auto request = monitor(resource, type);
            asked[request.id.value] = {resource, left};
            channel_->submit(where, std::move(request));
        };
        sink_.finished = [&](const AssemblyKey& where, const OperationResult& result) {
            if (result.rc != (type == "true" ? ocf::ok : ocf::not_running))
                throw std::runtime_error("rc " + std::to_string(result.rc) + ", " +
                                         result.exit_reason);
            --missing;
            const auto [resource, left] = asked.at(result.id.value);
            if (left > 1) ask(where, resource, left - 1);
        };
        const auto span = time_of([&] {
            for (int guest = 1; guest <= guests; ++guest)
                for (int resource = 0; resource < resources; ++resource)
                    ask(key(guest), resource, each);
            turn([&] { return missing == 0; });
        });
        sink_.finished = nullptr;
        return span;
    }

    void watch(int guests, int resources, Millis interval) {
        int missing = guests * resources;
        sink_.finished = [&](const AssemblyKey&, const OperationResult&) { --missing; };
        for (int guest = 1; guest <= guests; ++guest)
            for (int resource = 0; resource < resources; ++resource) {
                auto request = monitor(resource, "Dummy");
                request.interval = interval;
                channel_->submit(key(guest), std::move(request));
            }
        turn([&] { return missing == 0; });
        sink_.finished = nullptr;
    }
    void pass(std::chrono::seconds time) {
        const auto end = Clock::now() + time;
        turn([&] { return Clock::now() >= end; });
    }

    /// From each guest's death until it is told. They die one after the other, while we listen.
    std::vector<Span> deaths(int guests, const std::string& cut) {
        open(guests);
        pass(std::chrono::seconds(2));
        sink_.gone.clear();
        return one_after_the_other(guests, cut, sink_.gone, Moment::asked);
    }
    /// From when each guest is on again until it is up for us. What it is to mend is `deaths`'.
    std::vector<Span> returns(int guests, const std::string& mend) {
        return one_after_the_other(guests, mend, sink_.up, Moment::done);
    }

private:
    enum class Moment { asked, done };

    std::vector<Span> one_after_the_other(int guests, const std::string& command,
                                          const std::map<std::string, Clock::time_point>& told,
                                          Moment moment) {
        std::vector<Clock::time_point> begun;
        auto commands = std::async(std::launch::async, [&] {
            for (int guest = 1; guest <= guests; ++guest) {
                if (moment == Moment::asked) begun.push_back(Clock::now());
                guests_.command({command, std::to_string(guest)});
                if (moment == Moment::done) begun.push_back(Clock::now());
            }
        });
        turn([&] { return static_cast<int>(told.size()) == guests; });
        commands.get();
        std::vector<Span> spans;
        for (int guest = 1; guest <= guests; ++guest)
            spans.push_back(told.at(key(guest).assembly) -
                            begun[static_cast<std::size_t>(guest) - 1]);
        return spans;
    }
    OperationRequest monitor(int resource, const std::string& type) {
        OperationRequest request;
        request.id = {++last_id_};
        request.resource = "rsc_" + std::to_string(resource);
        request.provider = type == "true" ? "bench" : "heartbeat";
        request.type = type;
        request.operation = "monitor";
        return request;
    }
    std::shared_ptr<ssh::Session> connect() {
        ssh::SessionSettings to;
        to.address = guests_.address(1);
        to.username = "root";
        to.host_key_types = "ssh-ed25519";
        to.key = key_;
        bool up = false;
        auto session = std::shared_ptr<ssh::Session>();
        ssh::SessionHooks hooks;
        hooks.connected = [&session] { session->begin_login(); };
        hooks.check = [](const ssh::HostKey&) { return Result<>(); };
        hooks.up = [&up] { up = true; };
        hooks.heard = [] {};
        hooks.ended = [](const Error& error) { throw std::runtime_error(error.line()); };
        session = std::make_shared<ssh::Session>(loop_.get_executor(), to, hooks);
        session->start();
        turn([&] { return up; });
        return session;
    }
    template <class Condition>
    void turn(Condition condition) {
        const auto limit = Clock::now() + std::chrono::minutes(3);
        while (!condition()) {
            if (Clock::now() > limit) throw std::runtime_error("too slow");
            loop_.restart();
            loop_.run_one_for(std::chrono::milliseconds(100));
        }
    }

    const Guests& guests_;
    std::mt19937 random_{1};
    boost::asio::io_context loop_{1};
    ssh::Library library_;
    ssh::Settings settings_;
    std::shared_ptr<ssh::FileKey> key_ = std::make_shared<ssh::FileKey>(
        loop_.get_executor(), guests_.dir() / "id", std::filesystem::path());
    Sink sink_;
    std::unique_ptr<ssh::SshChannel> channel_;
    std::uint64_t last_id_ = 0;
};

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

double resident_kib() {
    std::ifstream in("/proc/self/statm");
    double total = 0;
    double resident = 0;
    in >> total >> resident;
    return resident * 4;
}

double per_second(int count, Span span) {
    return count * 1e9 / static_cast<double>(span.count());
}

void compare(Report& report, const std::string& what, int count, const std::string& goal,
             unsigned rounds, const Subject& ours, const Subject& client) {
    const auto spans = by_turns({ours, client}, rounds);
    report.add({what + ", ours", per_second(count, median(spans[0])), "1/s", "", ""});
    report.add(
        {what + ", ssh with ControlMaster", per_second(count, median(spans[1])), "1/s", "", ""});
    report.add({what + ", ours against it", median_ratio(spans[1], spans[0]), "x", goal, ""});
}

void against_the_client(Report& report, const Options& options) {
    const int guests = options.quick ? 10 : 50;
    const unsigned rounds = options.quick ? 3 : 5;
    const int each = options.quick ? 40 : 120;
    const Guests lab(guests);
    install_true(lab, guests);
    Ours ours(lab);
    Client client(lab);
    const std::string probe = std::string(
                                  "OCF_ROOT=/usr/lib/ocf OCF_RESOURCE_INSTANCE=x "
                                  "HA_RSCTMP=/run/resource-agents ") +
                              dummy + " monitor";
    compare(
        report, "a channel for each true, 1 at a time", each, "", rounds,
        [&] { return ours.commands(each, 1, "true"); },
        [&] { return client.run(1, 1, each, "true"); });
    const int few = options.quick ? 5 : 10;
    for (const auto& [type, command, goal] :
         {std::tuple<std::string, std::string, std::string>{"true", "true", ">= 2.5"},
          {"Dummy", probe, ">= 2"}}) {
        const auto name = type + ", ";
        compare(
            report, name + "1 at a time", each, goal, rounds,
            [&] { return ours.probes(1, 1, each, type); },
            [&] { return client.run(1, 1, each, command); });
        compare(
            report, name + "8 at a time", 8 * each, goal, rounds,
            [&] { return ours.probes(1, 8, each, type); },
            [&] { return client.run(1, 8, each, command); });
        compare(
            report, name + "over " + std::to_string(guests) + " guests", guests * few, goal, rounds,
            [&] { return ours.probes(guests, 1, few, type); },
            [&] { return client.run(guests, 1, few, command); });
    }
}

void many_guests(Report& report, const Options& options) {
    const int guests = options.quick ? 20 : 100;
    const Guests lab(guests);
    Ours ours(lab);
    const auto before = resident_kib();
    const auto number = std::to_string(guests);
    const auto connected = time_of([&] { ours.open(guests); });
    report.add({number + " guests, all connected and greeted after", ms(connected) / 1e3, "s",
                "<= 4", ""});
    report.add({"memory of a session", (resident_kib() - before) / guests, "KiB", "", ""});
    ours.watch(guests, 3, Millis{10'000});
    ours.pass(std::chrono::seconds(5));
    const auto cpu = cpu_seconds();
    const int seconds = options.quick ? 10 : 30;
    ours.pass(std::chrono::seconds(seconds));
    report.add({"CPU for " + number + " guests, 3 monitors each, every 10 s",
                (cpu_seconds() - cpu) / seconds * 100, "%", "<= 10", "of a core"});
    ours.deaths(guests, "kill");
    const auto boots = ours.returns(guests, "start");
    report.add({number + " guests, each connected after its boot, median", ms(median(boots)) / 1e3,
                "s", "<= 4", ""});
    report.add({number + " guests, each connected after its boot, worst",
                ms(quantile(boots, 1)) / 1e3, "s", "<= 4", ""});
    ours.close();
}

void deaths(Report& report, const Options& options) {
    const int guests = options.quick ? 5 : 20;
    const Guests lab(guests);
    Ours ours(lab);
    for (const auto& [cut, mend] : {std::pair<std::string, std::string>{"kill", "start"},
                                    {"freeze", "thaw"},
                                    {"linkdown", "linkup"},
                                    {"drop", "undrop"}}) {
        const auto spans = ours.deaths(guests, cut);
        ours.returns(guests, mend);
        report.add({cut + ", noticed after, median", ms(median(spans)) / 1e3, "s", "<= 7", ""});
        report.add({cut + ", noticed after, worst of " + std::to_string(guests),
                    ms(quantile(spans, 1)) / 1e3, "s", "<= 7", ""});
    }
    ours.close();
}

void measure(Report& report, const Options& options) {
    against_the_client(report, options);
    many_guests(report, options);
    deaths(report, options);
}

}  // namespace

int main(int argc, char** argv) {
    return run("ssh", argc, argv, measure);
}
