// The store as the loop sees it.
//
// Thread: calls and callbacks on the loop thread; the work is done on the store's own thread.
// Commits are durable in the order they were given; many share one fsync (group commit).
#pragma once

#include <cpe/records.hpp>
#include <cpe/result.hpp>

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace cpe {

struct EventFilter {
    std::string tenant;      ///< empty = all tenants (administrators)
    std::string deployable;  ///< empty = all
    std::string kind;        ///< empty = all
    EventId after;           ///< events with a greater id
    std::optional<WallTime> since;
    std::size_t limit = 1000;
    bool newest = false;  ///< with a limit: the newest ones (still told oldest first)
};

/// NULL, integer, real, text, blob
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, std::vector<char>>;

struct SqlTable {
    std::vector<std::string> columns;
    std::vector<std::vector<SqlValue>> rows;
};

class Store {
public:
    virtual ~Store() = default;
    /// Durable when the callback says so; it gives the ids of the batch's events, in order.
    using Committed = std::function<void(Result<std::vector<EventId>>)>;
    virtual void commit(PersistBatch, Committed) = 0;
    /// A new deployable with its document and its first batch (its creation event), all or nothing.
    /// Errc::exists where there is one of that key.
    virtual void create(PersistBatch, std::string document, Committed) = 0;
    /// One deployable as it was last made durable: for a DPE that died alone and comes back.
    virtual void load(DeployableKey, std::function<void(Result<StoredDeployable>)>) = 0;
    virtual void events(EventFilter, std::function<void(Result<std::vector<StoredEvent>>)>) = 0;
    /// Read-only SQL off the loop, with a deadline and limits of rows and bytes. An empty tenant:
    /// the whole event log (administrators); else the tenant's own rows only.
    virtual void sql(std::string tenant, std::string query,
                     std::function<void(Result<SqlTable>)>) = 0;
};

}  // namespace cpe
