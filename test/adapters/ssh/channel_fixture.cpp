#include "test/adapters/ssh/channel_fixture.hpp"

#include <catch2/catch.hpp>

#include <chrono>

namespace cpe::ssh::test {

Fixture::Fixture(int count, const std::vector<std::string>& options,
                 const std::function<void(Settings&)>& adjust)
    : guests(count, options) {
    settings.key = guests.dir() / "id";
    settings.known_hosts = guests.dir() / "known_hosts";
    settings.log = [this](LogLevel, std::string_view component, std::string_view line) {
        lines.push_back(std::string(component) + ": " + std::string(line));
    };
    settings.random = [this] { return std::uniform_real_distribution<>(0.0, 1.0)(random_); };
    if (adjust) adjust(settings);
    channel = std::make_unique<SshChannel>(loop.get_executor(), settings, sink);
}

Fixture::~Fixture() {
    channel.reset();
    loop.poll();
}

AssemblyKey Fixture::key(int guest) {
    return {{"default", "shop"}, "g" + std::to_string(guest)};
}

void Fixture::open(int guest) {
    GuestPeer peer;
    peer.address = guests.address(guest);
    REQUIRE(channel->open(key(guest), peer).has_value());
}

const GuestHello& Fixture::up(int guest) {
    const auto name = key(guest).assembly;
    const auto before = sink.hellos[name].size();
    open(guest);
    const bool came = until([&] { return sink.hellos[name].size() > before; });
    for (const auto& line : lines) UNSCOPED_INFO(line);
    REQUIRE(came);
    return sink.hellos[name].back();
}

bool Fixture::until(const std::function<bool()>& condition, int seconds) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        loop.restart();
        loop.run_one_for(std::chrono::milliseconds(50));
    }
    return true;
}

void Fixture::pass(Millis time) {
    const auto end = std::chrono::steady_clock::now() + time;
    until([&] { return std::chrono::steady_clock::now() >= end; }, 600);
}

OperationRequest Fixture::request(std::string type, std::string operation, Millis timeout) {
    OperationRequest made;
    made.id = {++last_id_};
    made.resource = "rsc_" + type;
    made.provider = type == "Dummy" || type == "Stateful" ? "heartbeat" : "nasty";
    if (type == "Stateful") made.provider = "pacemaker";
    made.type = std::move(type);
    made.operation = std::move(operation);
    made.timeout = timeout;
    made.digest = "d";
    return made;
}

OperationId Fixture::begin(OperationRequest request, int guest) {
    const auto id = request.id;
    channel->submit(key(guest), std::move(request));
    return id;
}

OperationResult Fixture::wait(OperationId id, int seconds) {
    const bool came = until([&] { return sink.results.contains(id.value); }, seconds);
    for (const auto& line : lines) UNSCOPED_INFO(line);
    REQUIRE(came);
    return sink.results[id.value];
}

OperationResult Fixture::run(OperationRequest request, int guest, int seconds) {
    return wait(begin(std::move(request), guest), seconds);
}

void Fixture::agent(int guest, const std::string& type, const std::string& body) {
    const std::string file = "/usr/lib/ocf/resource.d/nasty/" + type;
    std::string quoted = "'";
    for (const char c : "#!/bin/sh\n" + body) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    const auto answer = guests.inside(guest, "mkdir -p /usr/lib/ocf/resource.d/nasty; printf %s " +
                                                 quoted + "' >" + file + "; chmod 755 " + file);
    REQUIRE(answer.code == 0);
}

std::string Fixture::inside(int guest, const std::string& shell) {
    return guests.inside(guest, shell).out;
}

void Fixture::restart() {
    channel.reset();
    channel = std::make_unique<SshChannel>(loop.get_executor(), settings, sink);
}

}  // namespace cpe::ssh::test
