// What is durable, and the store that makes it so: groups of commits, each all or nothing.
#pragma once

#include <cpe/store.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cpe::sim {

class World;

/// The rows of one deployable that exists.
struct Kept {
    std::string document;
    bool wanted = false;
    bool deleting = false;
    std::map<std::string, std::string> memory;
    std::optional<DeployableStatus> status;
};

/// The database: outlives every cped.
struct Disk {
    std::vector<StoredEvent> events;
    std::map<std::uint64_t, std::pair<DeployableKey, ActionRecord>> actions;
    std::map<std::uint64_t, std::pair<DeployableKey, TransitionRecord>> transitions;
    std::map<DeployableKey, Kept> deployables;
    std::uint64_t hash = 14695981039346656037ULL;  ///< of all that was ever made durable
    std::uint64_t commits = 0;

    std::vector<EventId> apply(const PersistBatch& batch);
    void create(const PersistBatch& batch, const std::string& document);
    [[nodiscard]] StoredDeployable load(const DeployableKey& key) const;

private:
    void mix(std::string_view text);
    void mix(const PersistBatch& batch);
};

/// The store of one life of cped.
class SimStore final : public Store {
public:
    explicit SimStore(World& world) : world_(world) {}

    void commit(PersistBatch batch, Committed done) override;
    void create(PersistBatch batch, std::string document, Committed done) override;
    void load(DeployableKey key, std::function<void(Result<StoredDeployable>)> done) override;
    void events(EventFilter filter,
                std::function<void(Result<std::vector<StoredEvent>>)> done) override;
    void sql(std::string tenant, std::string query,
             std::function<void(Result<SqlTable>)> done) override;

private:
    struct Item {
        PersistBatch batch;
        std::optional<std::string> document;
        Committed done;
        std::function<void()> read;
    };
    void push(Item item);
    void flush();
    Result<std::vector<EventId>> write(const Item& item);

    World& world_;
    std::vector<Item> waiting_;
    bool flushing_ = false;
};

}  // namespace cpe::sim
