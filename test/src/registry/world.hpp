// A registry with everything around it in memory and in the test's hand: time, alarms, admissions,
// answers of the provider, and whether the store answers at once.
#pragma once

#include "src/registry/registry.hpp"
#include "test/src/host/world.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cpe::registry::test {

using host::test::HandClock;
using host::test::HeldChannel;

/// Rows that outlive a registry. Commits are durable at once, unless held.
class MemoryStore final : public Store {
public:
    explicit MemoryStore(boost::asio::io_context& loop) : loop_(loop) {}

    void commit(PersistBatch batch, Committed done) override {
        later([this, batch = std::move(batch), done = std::move(done)] { done(apply(batch)); });
    }
    void create(PersistBatch batch, std::string document, Committed done) override {
        later([this, batch = std::move(batch), document = std::move(document),
               done = std::move(done)] {
            auto& row = rows[batch.key];
            row.key = batch.key;
            row.document = document;
            done(apply(batch));
        });
    }
    void load(DeployableKey key, std::function<void(Result<StoredDeployable>)> done) override {
        later([this, key = std::move(key), done = std::move(done)] {
            const auto found = rows.find(key);
            if (found == rows.end()) return done(Error{Errc::not_found, "no row", key.name, {}});
            done(found->second);
        });
    }
    void events(EventFilter, std::function<void(Result<std::vector<StoredEvent>>)>) override {}
    void sql(std::string, std::string, std::function<void(Result<SqlTable>)>) override {}

    [[nodiscard]] std::vector<std::string> told(const std::string& kind) const {
        std::vector<std::string> states;
        for (const auto& event : log)
            if (event.event.kind == kind) states.push_back(event.event.state);
        return states;
    }
    [[nodiscard]] bool remembers(const DeployableKey& key, const std::string& row) const {
        const auto& memory = rows.at(key).memory;
        return std::any_of(memory.begin(), memory.end(),
                           [&](const auto& record) { return record.key == row; });
    }
    void let_go() {
        held = false;
        for (auto& task : std::exchange(waiting_, {})) boost::asio::post(loop_, task);
    }

    bool held = false;
    bool full = false;  ///< commits are refused
    std::map<DeployableKey, StoredDeployable> rows;
    std::map<std::string, std::string> files;
    std::vector<StoredEvent> log;

private:
    void later(std::function<void()> task) {
        if (held)
            waiting_.push_back(std::move(task));
        else
            boost::asio::post(loop_, std::move(task));
    }
    Result<std::vector<EventId>> apply(const PersistBatch& batch) {
        if (full) return Error{Errc::unavailable, "the disk is full", batch.key.name, {}};
        std::vector<EventId> ids;
        for (const auto& event : batch.events) {
            ids.push_back({log.size() + 1});
            log.push_back({ids.back(), batch.key, event});
        }
        if (batch.loaded_file) files[batch.loaded_file->path] = batch.loaded_file->hash;
        if (batch.gone) rows.erase(batch.key);
        const auto found = rows.find(batch.key);
        if (found == rows.end()) return ids;
        StoredDeployable& row = found->second;
        for (const auto& record : batch.memory) {
            std::erase_if(row.memory, [&](const auto& old) { return old.key == record.key; });
            if (!record.value.empty()) row.memory.push_back(record);
        }
        if (batch.status) row.status = batch.status;
        if (batch.wanted) row.wanted = *batch.wanted;
        if (batch.deleting) row.deleting = *batch.deleting;
        if (batch.document) row.document = *batch.document;
        return ids;
    }

    boost::asio::io_context& loop_;
    std::vector<std::function<void()>> waiting_;
};

/// Admissions wait for the test; ticks are never answered.
class HandPolicy final : public PolicyRunner {
public:
    void tick(TickRequest, Done) override {}
    void admit(TickRequest request, Done done) override {
        admissions.push_back({std::move(request), std::move(done)});
    }
    void forget(const DeployableKey& key) override {
        forgotten.push_back(key.name);
        std::erase_if(admissions, [&](const auto& one) { return one.request.key == key; });
    }
    /// The oldest one.
    void answer(Result<TickResult> outcome = TickResult{}) {
        auto one = std::move(admissions.front());
        admissions.pop_front();
        one.done(std::move(outcome));
    }

    struct Admission {
        TickRequest request;
        Done done;
    };
    std::deque<Admission> admissions;
    std::vector<std::string> forgotten;
};

/// What is asked of it waits for the test's answer.
class HandProvider final : public InstanceProvider {
public:
    void set_watch(Watch) override {}
    void start(const InstanceSpec& spec, Done done) override { take("start", spec.key, done); }
    void stop(const AssemblyKey& key, Done done) override { take("stop", key, done); }
    void destroy(const AssemblyKey& key, Done done) override { take("destroy", key, done); }

    [[nodiscard]] std::vector<std::string> asked() const {
        std::vector<std::string> list;
        for (const auto& one : waiting) list.push_back(one.what);
        return list;
    }
    void answer(const Result<InstanceReport>& outcome) {
        auto one = std::move(waiting.front());
        waiting.pop_front();
        one.done(outcome);
    }

    struct Command {
        std::string what;
        Done done;
    };
    std::deque<Command> waiting;

private:
    void take(const std::string& what, const AssemblyKey& key, const Done& done) {
        waiting.push_back({what + " " + key.assembly, done});
    }
};

/// Alarms that ring when the test says so.
struct Alarms {
    struct Set {
        Millis after;
        std::function<void()> ring;
    };
    class One final : public host::Alarm {
    public:
        explicit One(Alarms& all) : all_(all), id_(++all.last_) {}
        One(const One&) = delete;
        One& operator=(const One&) = delete;
        ~One() override { cancel(); }
        void set(Millis after, std::function<void()> ring) override {
            all_.set[id_] = {after, std::move(ring)};
        }
        void cancel() override { all_.set.erase(id_); }

    private:
        Alarms& all_;
        int id_;
    };
    host::AlarmFactory factory() {
        return [this](const boost::asio::any_io_executor&) { return std::make_unique<One>(*this); };
    }
    /// Whether one is set for exactly so long.
    [[nodiscard]] bool has(Millis after) const {
        return std::any_of(set.begin(), set.end(),
                           [&](const auto& one) { return one.second.after == after; });
    }
    void ring(Millis after) {
        const auto found = std::find_if(set.begin(), set.end(),
                                        [&](const auto& one) { return one.second.after == after; });
        if (found == set.end()) throw std::logic_error("no alarm of that time is set");
        const auto ringing = std::move(found->second.ring);
        set.erase(found);
        ringing();
    }

    std::map<int, Set> set;
    int last_ = 0;
};

inline std::string document(const std::string& name, const std::string& inside = {},
                            const std::string& uuid = "1") {
    return "<deployable name=\"" + name + "\" uuid=\"" + uuid +
           "\"><assemblies><assembly name=\"a\" uuid=\"2\"><services><service name=\"s\" "
           "class=\"ocf\" type=\"Dummy\" monitor_interval=\"10s\"/>" +
           inside + "</services></assembly></assemblies></deployable>";
}

struct World {
    World() {
        settings.blueprint.deployment.transition_uuid = "7b1c0a52-5c1e-4d3e-8d0c-2f4f6a1f0001";
        settings.blueprint.providers = {{"local"}};
        start();
    }
    ~World() { stop(); }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// A new life of cped over the same rows.
    void start() {
        registry.emplace(loop.get_executor(), settings, ports, host::test::stylesheet());
        Remembered remembered;
        for (const auto& [key, row] : store.rows) remembered.deployables.push_back(row);
        remembered.loaded_files = store.files;
        registry->restore(std::move(remembered));
        settle();
    }
    void stop() {
        if (registry) registry->shutdown();
        settle();
        registry.reset();
    }
    void settle() {
        loop.restart();
        loop.poll();
    }
    /// Made known, and its admission granted.
    void create(const std::string& name) {
        registry->create({"default", document(name), false, "tester"},
                         [this](const Result<DeployableStatus>& made) { note(made); });
        policy.answer();
        settle();
    }
    void die(const std::string& name) {
        registry->fault(key(name), Fault::dpe_exception, "tester", answer());
        settle();
    }
    [[nodiscard]] static DeployableKey key(const std::string& name) { return {"default", name}; }
    [[nodiscard]] DeployableState state(const std::string& name) const {
        return registry->find(key(name)).value().state;
    }
    /// Collects an answer: "done" or the error's line.
    Control::Done<> answer() {
        return [this](const Result<>& result) { note(result); };
    }
    template <class T>
    void note(const Result<T>& result) {
        answers.push_back(result ? "done" : result.error().line());
        if (!result) last_code = result.error().code;
    }

    boost::asio::io_context loop;
    HandClock clock;
    MemoryStore store{loop};
    HandPolicy policy;
    HandProvider provider;
    HeldChannel channel;
    Alarms alarms;
    std::vector<std::string> lines;
    LogSink log = [this](LogLevel, std::string_view, std::string_view line) {
        lines.emplace_back(line);
    };
    host::Ports ports{
        clock,   store, policy,          {{ChannelKind::agent, &channel}}, {{"local", &provider}},
        "local", log,   alarms.factory()};
    Settings settings;
    std::optional<Registry> registry;
    std::vector<std::string> answers;
    Errc last_code{};
};

}  // namespace cpe::registry::test
