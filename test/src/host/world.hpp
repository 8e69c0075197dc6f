// The rest of the process as a host sees it, held still by hand: nothing is answered before a test
// says so.
#pragma once

#include <cpe_test_paths.hpp>

#include "engines/deployable/parse.hpp"
#include "engines/deployment/deployment.hpp"
#include "engines/translate/cib.hpp"
#include "src/host/deployment_host.hpp"

#include <boost/asio/io_context.hpp>

#include <fstream>
#include <iterator>

namespace cpe::host::test {

class HandClock final : public Clock {
public:
    [[nodiscard]] Now now() const override { return at; }
    Now at{{1'700'000'000'000}, MonoTime{Millis{1000}}};
};

class HeldStore final : public Store {
public:
    struct Commit {
        PersistBatch batch;
        Committed done;
    };
    std::deque<Commit> held;
    std::uint64_t last_event = 0;

    void commit(PersistBatch batch, Committed done) override {
        held.push_back({std::move(batch), std::move(done)});
    }
    void create(PersistBatch batch, std::string, Committed done) override {
        commit(std::move(batch), std::move(done));
    }
    void load(DeployableKey, std::function<void(Result<StoredDeployable>)>) override {}
    void events(EventFilter, std::function<void(Result<std::vector<StoredEvent>>)>) override {}
    void sql(std::string, std::string, std::function<void(Result<SqlTable>)>) override {}

    /// The oldest commit becomes durable.
    void release() {
        auto commit = std::move(held.front());
        held.pop_front();
        std::vector<EventId> ids;
        for (std::size_t n = 0; n < commit.batch.events.size(); ++n) ids.push_back({++last_event});
        commit.done(std::move(ids));
    }
    void fail(const Error& why) {
        auto commit = std::move(held.front());
        held.pop_front();
        commit.done(why);
    }
};

class HeldProvider final : public InstanceProvider {
public:
    std::vector<std::string> commands;
    void set_watch(Watch) override {}
    void start(const InstanceSpec& spec, Done) override {
        commands.push_back("start " + spec.key.assembly);
    }
    void stop(const AssemblyKey& key, Done) override { commands.push_back("stop " + key.assembly); }
    void destroy(const AssemblyKey& key, Done) override {
        commands.push_back("destroy " + key.assembly);
    }
};

class HeldPolicy final : public PolicyRunner {
public:
    std::vector<TickRequest> ticks;
    void tick(TickRequest request, Done) override { ticks.push_back(std::move(request)); }
    void admit(TickRequest request, Done) override { ticks.push_back(std::move(request)); }
    void forget(const DeployableKey&) override {}
};

class HeldChannel final : public GuestChannel {
public:
    std::vector<std::string> calls;
    Result<> open(const AssemblyKey& key, const GuestPeer&) override {
        calls.push_back("open " + key.assembly);
        return {};
    }
    void close(const AssemblyKey& key) override { calls.push_back("close " + key.assembly); }
    void submit(const AssemblyKey& key, OperationRequest request) override {
        calls.push_back(request.operation + " " + request.resource + " at " + key.assembly);
    }
    void cancel_monitor(const AssemblyKey&, const std::string&, Millis) override {}
};

class TestIds final : public IdSource {
public:
    TransitionId next_transition() override { return {++transition_}; }
    OperationId next_operation() override { return {++operation_}; }

private:
    std::uint64_t transition_ = 0, operation_ = 0;
};

inline translate::Stylesheet stylesheet() {
    std::ifstream in(std::string(CPE_SOURCE_DIR) + "/schemas/deployable-to-cib.xsl");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return std::move(translate::Stylesheet::compile(text).value());
}

/// One host of a deployable with one assembly and one service, and everything around it.
struct World {
    explicit World(std::size_t arena_limit = 1U << 20U) : arena(new Arena(arena_limit)) {
        auto parsed = deployable::parse(document, {}, arena->resource()).value();
        StoredDeployable stored;
        stored.key = key;
        stored.document = document;
        deployment::Settings settings;
        settings.transition_uuid = "7b1c0a52-5c1e-4d3e-8d0c-2f4f6a1f0001";
        auto dpe = std::make_unique<deployment::Deployment>(std::move(parsed.deployable),
                                                            std::move(stored), sheet, settings, ids,
                                                            log, arena->resource());
        host = std::make_shared<DeploymentHost>(loop.get_executor(), key, ChannelKind::agent,
                                                std::move(arena), std::move(dpe), ports, owner());
    }

    DeploymentHost::Owner owner() {
        DeploymentHost::Owner told;
        told.events = [this](const DeployableKey&, std::span<const StoredEvent> events) {
            for (const auto& event : events) published.push_back(event);
        };
        told.retired = [this](const DeployableKey&) { retired = true; };
        told.died = [this](const DeployableKey&, const std::string& reason) { died = reason; };
        return told;
    }

    /// Runs everything that is ready, waits for nothing.
    void settle() {
        loop.restart();
        loop.poll();
    }
    void release_all() {
        for (settle(); !store.held.empty(); settle()) store.release();
    }

    const std::string document =
        R"(<deployable name="d" uuid="1"><assemblies><assembly name="a" uuid="2"><services>)"
        R"(<service name="s" class="ocf" type="Dummy" monitor_interval="10s"/></services></assembly>)"
        R"(</assemblies></deployable>)";
    DeployableKey key{"default", "d"};
    boost::asio::io_context loop;
    HandClock clock;
    HeldStore store;
    HeldProvider provider;
    HeldPolicy policy;
    HeldChannel channel;
    TestIds ids;
    LogSink log = [](LogLevel, std::string_view, std::string_view) {};
    Ports ports{clock,   store, policy, {{ChannelKind::agent, &channel}}, {{"local", &provider}},
                "local", log};
    translate::Stylesheet sheet = stylesheet();
    std::vector<StoredEvent> published;
    bool retired = false;
    std::string died;
    std::unique_ptr<Arena> arena;
    std::shared_ptr<DeploymentHost> host;
};

}  // namespace cpe::host::test
