// The channel, a loop, guests of the lab, and what the sink was told.
#pragma once

#include "adapters/ssh/ssh_channel.hpp"
#include "test/lab/guests.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace cpe::ssh::test {

class Recorder final : public GuestSink {
public:
    void guest_up(const AssemblyKey& key, GuestHello hello) override {
        hellos[key.assembly].push_back(std::move(hello));
    }
    void guest_heartbeat(const AssemblyKey& key, std::uint64_t hash, Millis overdue) override {
        ++heartbeats[key.assembly];
        hashes[key.assembly] = hash;
        oldest_overdue[key.assembly] = overdue;
    }
    void guest_gone(const AssemblyKey& key, std::string reason) override {
        gone[key.assembly].push_back(std::move(reason));
    }
    void guest_refused(const AssemblyKey& key, std::string reason, std::string host_key) override {
        refused[key.assembly].emplace_back(std::move(reason), std::move(host_key));
    }
    void operation_finished(const AssemblyKey&, OperationResult result) override {
        const auto id = result.id.value;
        results.emplace(id, std::move(result));
        ++answers[id];
    }
    void monitor_reported(const AssemblyKey& key, MonitorReport report) override {
        reports[key.assembly].push_back(std::move(report));
    }

    std::map<std::string, std::vector<GuestHello>> hellos;
    std::map<std::string, int> heartbeats;
    std::map<std::string, std::uint64_t> hashes;
    std::map<std::string, Millis> oldest_overdue;
    std::map<std::string, std::vector<std::string>> gone;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> refused;
    std::map<std::string, std::vector<MonitorReport>> reports;
    std::map<std::uint64_t, OperationResult> results;
    std::map<std::uint64_t, int> answers;
};

class Fixture {
public:
    explicit Fixture(int guests = 1, const std::vector<std::string>& options = {},
                     const std::function<void(Settings&)>& adjust = {});
    ~Fixture();

    static AssemblyKey key(int guest);
    void open(int guest);
    /// ... and waits for its hello.
    const GuestHello& up(int guest = 1);
    /// Turns the loop until `condition` holds; says whether it did.
    bool until(const std::function<bool()>& condition, int seconds = 20);
    void pass(Millis time);

    OperationRequest request(std::string type, std::string operation,
                             Millis timeout = Millis{20'000});
    OperationId begin(OperationRequest request, int guest = 1);
    OperationResult wait(OperationId id, int seconds = 20);
    OperationResult run(OperationRequest request, int guest = 1, int seconds = 20);

    /// An OCF agent of provider `nasty` in every guest: the body of a shell script, $1 is the
    /// action.
    void agent(int guest, const std::string& type, const std::string& body);
    std::string inside(int guest, const std::string& shell);

    /// Makes the channel anew, as a restarted cped does.
    void restart();

    cpe::test::Guests guests;
    Settings settings;
    boost::asio::io_context loop{1};
    Recorder sink;
    std::unique_ptr<SshChannel> channel;
    std::vector<std::string> lines;  ///< of the log

private:
    std::mt19937 random_{20'111};
    std::uint64_t last_id_ = 0;
};

}  // namespace cpe::ssh::test
