#include "test/sim/disk.hpp"

#include "test/sim/world.hpp"

#include <utility>

namespace cpe::sim {

void Disk::mix(std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xffU) * 1099511628211ULL;
}

void Disk::mix(const PersistBatch& batch) {
    mix(batch.key.tenant);
    mix(batch.key.name);
    for (const auto& event : batch.events)
        for (const auto& part :
             {std::to_string(event.at.ms), event.assembly, event.service, event.kind, event.state,
              event.reason, event.detail, std::to_string(event.transition.value)})
            mix(part);
    for (const auto& action : batch.actions)
        for (const auto& part :
             {std::to_string(action.id.value), action.assembly, action.resource, action.operation,
              std::string(name_of(action.status)), std::to_string(action.rc.value_or(-1))})
            mix(part);
    for (const auto& row : batch.transitions)
        for (const auto& part : {std::to_string(row.id.value), row.cause, row.status, row.input})
            mix(part);
    for (const auto& row : batch.memory)
        for (const auto& part : {row.key, row.value}) mix(part);
}

std::vector<EventId> Disk::apply(const PersistBatch& batch) {
    mix(batch);
    ++commits;
    std::vector<EventId> ids;
    for (const auto& event : batch.events) {
        ids.push_back({events.size() + 1});
        events.push_back({ids.back(), batch.key, event});
    }
    for (const auto& row : batch.actions) actions[row.id.value] = {batch.key, row};
    for (const auto& row : batch.transitions) {
        transitions[row.id.value] = {batch.key, row};
        transitions[row.id.value].second.input.clear();  // nobody asks for it here
    }
    if (batch.gone) {
        deployables.erase(batch.key);
        return ids;
    }
    const auto found = deployables.find(batch.key);
    if (found == deployables.end()) return ids;  // an event about what is gone
    Kept& kept = found->second;
    for (const auto& row : batch.memory) {
        kept.memory[row.key] = row.value;
        if (row.value.empty()) kept.memory.erase(row.key);
    }
    if (batch.status) kept.status = batch.status;
    if (batch.wanted) kept.wanted = *batch.wanted;
    if (batch.deleting) kept.deleting = *batch.deleting;
    if (batch.document) kept.document = *batch.document;
    return ids;
}

void Disk::create(const PersistBatch& batch, const std::string& document) {
    Kept kept;
    kept.document = document;
    deployables[batch.key] = std::move(kept);
}

StoredDeployable Disk::load(const DeployableKey& key) const {
    const Kept& kept = deployables.at(key);
    StoredDeployable stored;
    stored.key = key;
    stored.document = kept.document;
    stored.wanted = kept.wanted;
    stored.deleting = kept.deleting;
    stored.status = kept.status;
    for (const auto& [name, value] : kept.memory) stored.memory.push_back({name, value});
    for (const auto& [id, row] : actions)
        if (row.first == key && row.second.status == ActionStatus::pending)
            stored.pending.push_back(row.second);
    for (const auto& [id, row] : transitions)
        if (row.first == key && row.second.status == "running")
            stored.running.push_back(row.second);
    return stored;
}

// The store ---------------------------------------------------------------------------------------

void SimStore::push(Item item) {
    if (world_.cped.dying()) return;
    waiting_.push_back(std::move(item));
    if (std::exchange(flushing_, true)) return;
    const Millis takes = world_.disk_slow_until > world_.time.mono()
                             ? world_.weather.between(Millis{200}, Millis{3'000})
                             : world_.weather.between(Millis{1}, Millis{15});
    world_.cped.in_background(takes, [this] { flush(); });
}

Result<std::vector<EventId>> SimStore::write(const Item& item) {
    if (world_.disk_full_until > world_.time.mono())
        return Error{Errc::unavailable, "not stored: the disk is full", item.batch.key.name, {}};
    auto& disk = world_.disk;
    if (item.document) {
        if (disk.deployables.contains(item.batch.key))
            return Error{Errc::exists, "it exists", item.batch.key.name, {}};
        disk.create(item.batch, *item.document);
        world_.took(item.batch.key, *item.document, true);
        for (auto& watcher : world_.watchers) watcher->created(item.batch.key);
    }
    auto ids = disk.apply(item.batch);
    if (item.batch.document) world_.took(item.batch.key, *item.batch.document, false);
    world_.note(item.batch);
    for (auto& watcher : world_.watchers) watcher->durable(item.batch, ids);
    return ids;
}

void SimStore::flush() {
    flushing_ = false;
    auto group = std::exchange(waiting_, {});
    const bool crash_before = world_.cped.takes_crash(Crash::before_durable);
    if (crash_before) return world_.cped.crash();
    std::vector<Result<std::vector<EventId>>> answers;
    for (const auto& item : group)
        answers.push_back(item.read ? std::vector<EventId>{} : write(item));
    if (world_.cped.takes_crash(Crash::after_durable)) return world_.cped.crash();
    Cped& cped = world_.cped;  // which may crash at any answer: this store goes with it
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (group[i].read)
            cped.post(group[i].read);
        else
            cped.post([done = group[i].done, answer = answers[i]] { done(answer); });
    }
}

void SimStore::commit(PersistBatch batch, Committed done) {
    push({std::move(batch), {}, std::move(done), {}});
}

void SimStore::create(PersistBatch batch, std::string document, Committed done) {
    push({std::move(batch), std::move(document), std::move(done), {}});
}

void SimStore::load(DeployableKey key, std::function<void(Result<StoredDeployable>)> done) {
    push({{}, {}, {}, [this, key = std::move(key), done = std::move(done)] {
              if (!world_.disk.deployables.contains(key))
                  return done(Error{Errc::not_found, "there is no such deployable", key.name, {}});
              done(world_.disk.load(key));
          }});
}

void SimStore::events(EventFilter, std::function<void(Result<std::vector<StoredEvent>>)> done) {
    world_.cped.post([done = std::move(done)] { done(std::vector<StoredEvent>{}); });
}

void SimStore::sql(std::string, std::string, std::function<void(Result<SqlTable>)> done) {
    world_.cped.post([done = std::move(done)] { done(SqlTable{}); });
}

}  // namespace cpe::sim
