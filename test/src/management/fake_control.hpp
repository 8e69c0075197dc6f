// A Control that remembers in memory: deployables, events, and what was asked of it.
#pragma once

#include <cpe/control.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace test {

class FakeControl final : public cpe::Control {
public:
    void create(cpe::CreateRequest request, Done<cpe::DeployableStatus> done) override {
        calls.push_back("create " + request.tenant + " start=" + (request.start ? "1" : "0") +
                        " by " + request.who);
        if (request.document == "throw") throw std::runtime_error("a bug in the registry");
        if (request.document == "later") {
            waiting.push_back(done);
            return;
        }
        if (request.document.find("<deployable") == std::string::npos)
            return done(cpe::Error{cpe::Errc::invalid_input, "not a deployable", "line 1",
                                   "the root element is 'deployable'"});
        const auto at = request.document.find("name=\"") + 6;
        const std::string name = request.document.substr(at, request.document.find('"', at) - at);
        const cpe::DeployableKey key{request.tenant, name};
        if (deployables.count(key))
            return done(cpe::Error{cpe::Errc::exists, "exists already", "'" + name + "'", ""});
        cpe::DeployableStatus status;
        status.key = key;
        status.uuid = name + "-uuid";
        status.since = {1'700'000'000'000};
        deployables[key] = status;
        tell(key, "deployable_state_change", "stopped");
        done(status);
    }
    void start(cpe::DeployableKey key, std::string who, Done<> done) override {
        change(key, "start", who, cpe::DeployableState::starting, done);
    }
    void stop(cpe::DeployableKey key, std::string who, Done<> done) override {
        change(key, "stop", who, cpe::DeployableState::stopping, done);
    }
    void remove(cpe::DeployableKey key, std::string who, Done<> done) override {
        calls.push_back("remove " + key.name + " by " + who);
        if (!deployables.erase(key)) return done(unknown(key));
        done({});
    }
    void reload(cpe::DeployableKey key, std::string document, std::string who,
                Done<> done) override {
        calls.push_back("reload " + key.name + " with " + document + " by " + who);
        done(deployables.contains(key) ? cpe::Result<>{} : unknown(key));
    }
    void reload_file(cpe::DeployableKey key, std::string who, Done<> done) override {
        calls.push_back("reload_file " + key.name + " by " + who);
        if (!deployables.contains(key)) return done(unknown(key));
        if (!startup_files) return done(cpe::Error{cpe::Errc::invalid_input, "no file", "", ""});
        done({});
    }
    void release(cpe::DeployableKey key, std::string who, Done<> done) override {
        calls.push_back("release " + key.name + " by " + who);
        done(deployables.contains(key) ? cpe::Result<>{} : unknown(key));
    }
    void act(cpe::DeployableKey key, cpe::Wish wish, std::string target, std::string who,
             Done<> done) override {
        calls.push_back("act " + std::to_string(static_cast<int>(wish)) + " on " + key.name + "/" +
                        target + " by " + who);
        done(deployables.contains(key) ? cpe::Result<>{} : unknown(key));
    }
    void fault(cpe::DeployableKey key, cpe::Fault fault, std::string who, Done<> done) override {
        calls.push_back("fault " + std::to_string(static_cast<int>(fault)) + " in " + key.name +
                        " by " + who);
        done(deployables.contains(key) ? cpe::Result<>{} : unknown(key));
    }
    [[nodiscard]] std::vector<cpe::DeployableStatus> list(
        const std::string& tenant) const override {
        std::vector<cpe::DeployableStatus> all;
        for (const auto& [key, status] : deployables)
            if (tenant.empty() || key.tenant == tenant) all.push_back(status);
        return all;
    }
    [[nodiscard]] cpe::Result<cpe::DeployableStatus> find(
        const cpe::DeployableKey& key) const override {
        const auto found = deployables.find(key);
        if (found == deployables.end()) return unknown(key);
        return found->second;
    }
    [[nodiscard]] cpe::DaemonStatus daemon() const override {
        return {"1.2.3", {1'600'000'000'000}, deployables.size(), 7, cpe::Millis(3), 4096};
    }
    void sql(std::string tenant, std::string query, Done<cpe::SqlTable> done) override {
        calls.push_back("sql '" + tenant + "' " + query);
        if (query == "rubbish")
            return done(cpe::Error{cpe::Errc::invalid_input, "syntax error", "query", ""});
        cpe::SqlTable table;
        table.columns = {"id", "kind", "ratio", "nothing", "blob"};
        const std::size_t rows = query == "many" ? 20'000 : 2;
        for (std::size_t i = 0; i < rows; ++i)
            table.rows.push_back({std::int64_t(i), "kind" + std::to_string(i), 0.5,
                                  std::monostate{}, std::vector<char>{'x', '\0', 'y'}});
        done(table);
    }
    void events(cpe::EventFilter filter, Done<std::vector<cpe::StoredEvent>> done) override {
        ++pages;
        std::vector<cpe::StoredEvent> found;
        for (const auto& event : log)
            if (event.id > filter.after && matches(filter, event) && found.size() < filter.limit)
                found.push_back(event);
        if (before_page) before_page();
        done(found);
    }
    [[nodiscard]] Subscription subscribe(cpe::EventFilter filter, OnEvent on_event) override {
        auto entry =
            std::make_shared<Subscriber>(Subscriber{std::move(filter), std::move(on_event)});
        std::erase_if(subscribers, [](const auto& weak) { return weak.expired(); });
        subscribers.push_back(entry);
        return entry;
    }

    /// Makes an event durable, and tells it.
    void tell(const cpe::DeployableKey& key, const std::string& kind, const std::string& state,
              const std::string& detail = "") {
        cpe::StoredEvent event;
        event.id = {next_id++};
        event.key = key;
        event.event.at = {1'700'000'000'000 + std::int64_t(event.id.value)};
        event.event.kind = kind;
        event.event.state = state;
        event.event.detail = detail;
        log.push_back(event);
        for (const auto& weak : std::vector(subscribers))
            if (const auto entry = weak.lock(); entry && matches(entry->filter, event))
                entry->on_event(event);
    }
    [[nodiscard]] std::size_t live_subscribers() const {
        return static_cast<std::size_t>(
            std::count_if(subscribers.begin(), subscribers.end(),
                          [](const auto& weak) { return !weak.expired(); }));
    }

    std::map<cpe::DeployableKey, cpe::DeployableStatus> deployables;
    std::vector<std::string> calls;
    bool startup_files = false;  ///< whether the configuration names a document for each
    std::vector<Done<cpe::DeployableStatus>> waiting;
    std::vector<cpe::StoredEvent> log;
    std::function<void()> before_page;  ///< called between reading a page and answering it
    std::size_t pages = 0;
    std::uint64_t next_id = 1;

private:
    struct Subscriber {
        cpe::EventFilter filter;
        OnEvent on_event;
    };

    static bool matches(const cpe::EventFilter& filter, const cpe::StoredEvent& event) {
        return (filter.tenant.empty() || filter.tenant == event.key.tenant) &&
               (filter.deployable.empty() || filter.deployable == event.key.name) &&
               (filter.kind.empty() || filter.kind == event.event.kind);
    }
    static cpe::Error unknown(const cpe::DeployableKey& key) {
        return {cpe::Errc::not_found, "no such deployable", "'" + key.name + "'", ""};
    }
    void change(const cpe::DeployableKey& key, const std::string& what, const std::string& who,
                cpe::DeployableState state, const Done<>& done) {
        calls.push_back(what + " " + key.tenant + "/" + key.name + " by " + who);
        const auto found = deployables.find(key);
        if (found == deployables.end()) return done(unknown(key));
        found->second.state = state;
        tell(key, "deployable_state_change", std::string(name_of(state)));
        done({});
    }

    std::vector<std::weak_ptr<Subscriber>> subscribers;
};

/// Two assemblies with services in tenant `default`, of which one name occurs twice.
inline void add_shop(FakeControl& control, const std::string& tenant = "default",
                     const std::string& name = "shop") {
    cpe::DeployableStatus shop;
    shop.key = {tenant, name};
    shop.uuid = "11-22";
    shop.state = cpe::DeployableState::running;
    shop.since = {1'700'000'000'001};
    shop.transition = {5};
    shop.memory = 12'345;
    for (const char* assembly : {"db", "web"}) {
        cpe::AssemblyStatus status;
        status.name = assembly;
        status.uuid = std::string(assembly) + "-uuid";
        status.state = cpe::AssemblyState::running;
        status.since = {1'700'000'000'002};
        status.address = "10.1.0.2";
        status.provider = "local";
        status.channel = "agent";
        status.instance = "4711";
        status.instance_state = cpe::InstanceState::running;
        status.heartbeat = cpe::WallTime{1'700'000'000'003};
        shop.assemblies.push_back(status);
        cpe::ServiceStatus service;
        service.name = "daemon";
        service.resource = std::string("rsc_") + assembly + "_daemon";
        service.state = cpe::ServiceState::running;
        service.since = {1'700'000'000'004};
        service.assemblies = {assembly};
        service.failures = 2;
        shop.services.push_back(service);
    }
    control.deployables[shop.key] = shop;
}

}  // namespace test
