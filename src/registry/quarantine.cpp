// Registry: a deployable that is left alone, until a person releases or deletes it (design.md
// §6.4).
//
// That it is quarantined, and why, stands in the store as a row of its memory that no DPE sees; so
// it survives a restart of cped. Its guests go on as they are: nobody watches or touches them.
#include "src/registry/clearance.hpp"
#include "src/registry/registry.hpp"

#include <boost/json.hpp>

#include <utility>

namespace cpe::registry {
namespace {

namespace json = boost::json;

/// The row's key; those of the DPE are "service ...", "assembly ..." and "deployable".
constexpr const char* memory_key = "quarantine";

MemoryRecord remembered(const std::string& reason) {
    return {memory_key, json::serialize(json::object{{"reason", reason}})};
}

MemoryRecord forgotten() {
    return {memory_key, {}};
}

std::string reason_in(const MemoryRecord& record) {
    boost::system::error_code failed;
    const auto value = json::parse(record.value, failed);
    const auto* object = failed ? nullptr : value.if_object();
    const auto* reason = object ? object->if_contains("reason") : nullptr;
    return reason && reason->is_string() ? std::string(reason->get_string()) : "nobody knows why";
}

EventRecord made_event(const char* kind, std::string state, std::string reason) {
    EventRecord event;
    event.kind = kind;
    event.state = std::move(state);
    event.reason = std::move(reason);
    return event;
}

}  // namespace

std::optional<std::string> Registry::take_quarantine(StoredDeployable& stored) {
    for (auto row = stored.memory.begin(); row != stored.memory.end(); ++row) {
        if (row->key != memory_key) continue;
        auto reason = reason_in(*row);
        stored.memory.erase(row);
        return reason;
    }
    return std::nullopt;
}

Error Registry::is_quarantined(const Entry& entry) {
    return {Errc::refused, "it is quarantined: " + *entry.quarantined, entry.last.key.name,
            "cpe-ctl deployable release lets it go on, delete removes it with its guests"};
}

void Registry::quarantine(const DeployableKey& key, const std::string& reason) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.quarantined) return;
    Entry& entry = found->second;
    entry.quarantined = reason;
    entry.rebirth.reset();
    put_down(entry, is_quarantined(entry));
    PersistBatch batch;
    batch.key = key;
    batch.memory.push_back(remembered(reason));
    batch.events.push_back(made_event("quarantine", "quarantined", reason));
    become(DeployableState::quarantined, std::move(batch), reason, nullptr);
}

/// A quarantined one of an earlier life of cped; `stored` has no row of it any more.
void Registry::keep_quarantined(const StoredDeployable& stored, const std::string& reason) {
    const DeployableKey key = stored.key;
    Entry& entry = entries_[key];
    entry.quarantined = reason;
    if (stored.status) entry.last = *stored.status;
    entry.last.key = key;
    ports_.log(LogLevel::warning, "registry", "'" + key.name + "' is quarantined: " + reason);
    if (stored.deleting) clear_away(stored);
}

/// Makes durable what a deployable without a DPE becomes; only then is it shown. Everything else in
/// its rows stays as its DPE last wrote it.
void Registry::become(DeployableState state, PersistBatch batch, const std::string& reason,
                      Done<> done) {
    const DeployableKey key = batch.key;
    auto loaded = [this, state, batch = std::move(batch), reason,
                   done = std::move(done)](Result<StoredDeployable> stored) mutable {
        const auto found = entries_.find(batch.key);
        if (shut_down_) return;
        if (found == entries_.end()) return done ? done(no_such(batch.key)) : void();
        auto status = stored && stored->status ? std::move(*stored->status) : found->second.last;
        const bool changes = !stored || !stored->status || status.state != state;
        status.key = batch.key;
        status.state = state;
        if (changes) status.since = ports_.clock.now().wall;
        status.transition = {};
        status.memory = 0;
        batch.status = status;
        if (changes)  // what could not be stored meanwhile was not told either
            batch.events.push_back(
                made_event("deployable_state_change", std::string(name_of(state)), reason));
        commit(std::move(batch), [this, status, done = std::move(done)](const Result<>& stored_it) {
            if (!stored_it)
                ports_.log(LogLevel::error, "registry",
                           "'" + status.key.name + "' is " + std::string(name_of(status.state)) +
                               ", which cannot be stored: " + stored_it.error().line());
            const auto entry = entries_.find(status.key);
            if (entry == entries_.end()) return done ? done(no_such(status.key)) : void();
            if (!entry->second.host) entry->second.last = status;
            if (done) done(stored_it);
        });
    };
    ports_.store.load(key, std::move(loaded));
}

/// Its DPE ends here and now; what waits for it is told why.
void Registry::put_down(Entry& entry, const Error& why) {
    if (!entry.host) return;
    end_reload(entry, why);
    try {
        entry.last = entry.host->status();
    } catch (const std::exception& error) {
        ports_.log(LogLevel::warning, "registry",
                   "'" + entry.last.key.name + "' cannot say how it was: " + error.what());
    }
    entry.host->stop(why);
    entry.host.reset();
    // Its guests connect anew when it lives again, and so tell it who they are.
    for (const auto& assembly : entry.last.assemblies)
        for (const auto& [kind, channel] : ports_.channels)
            channel->close({entry.last.key, assembly.name});
}

void Registry::release(DeployableKey key, std::string who, Done<> done) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return done(no_such(key));
    Entry& entry = found->second;
    if (!entry.quarantined) return release_brake(key, who, std::move(done));
    if (entry.clearance) return done(Error{Errc::refused, "it is being deleted", key.name, {}});
    if (std::exchange(entry.releasing, true))
        return done(Error{Errc::refused, "it is being released already", key.name, {}});
    auto loaded = [this, key, who = std::move(who),
                   done = std::move(done)](Result<StoredDeployable> stored) {
        if (shut_down_ || !entries_.contains(key)) return;
        auto made = stored ? revive(std::move(*stored)) : stored.error();
        if (made) return released(key, std::make_shared<Incarnation>(std::move(*made)), who, done);
        entries_.at(key).releasing = false;
        auto error = made.error();
        error.what = "it stays quarantined, for it cannot be brought back: " + error.what;
        done(std::move(error));
    };
    ports_.store.load(key, std::move(loaded));
}

/// A DPE of what is stored, in the state that it has while it finds out how things are.
Result<Incarnation> Registry::revive(StoredDeployable stored) {
    take_quarantine(stored);
    braking_.remembers(stored);
    if (stored.status) {
        stored.status->state = DeployableState::recovering;
        stored.status->since = ports_.clock.now().wall;
    }
    return incarnate(std::move(stored), settings_.blueprint, stylesheet_, counters_, ports_.log);
}

void Registry::released(const DeployableKey& key, const std::shared_ptr<Incarnation>& made,
                        const std::string& who, Done<> done) {
    PersistBatch batch;
    batch.key = key;
    batch.memory.push_back(forgotten());
    const std::string reason = who + " released it";
    batch.events.push_back(made_event("operator", "release", who + " asked for release"));
    batch.events.push_back(made_event("quarantine", "released", reason));
    auto live = [this, key, made, before = entries_.at(key).last,
                 done = std::move(done)](const Result<>& stored) {
        const auto found = entries_.find(key);
        if (found == entries_.end()) return done(no_such(key));
        Entry& entry = found->second;
        entry.releasing = false;
        if (!stored) {
            entry.last = before;  // it stays what it was
            return done(stored.error());
        }
        entry.quarantined.reset();
        entry.deaths.clear();
        if (settings_.trust) settings_.trust(key);
        entry.host = make_host(key, std::move(*made));
        entry.host->begin();
        braking_.begins(key);
        done({});
    };
    become(DeployableState::recovering, std::move(batch), reason, std::move(live));
}

/// delete without a DPE: nobody can stop services in order, so the guests go as they are.
void Registry::remove_quarantined(const DeployableKey& key, const std::string& who, Done<> done) {
    const Entry& entry = entries_.at(key);
    if (entry.clearance) return done({});
    if (entry.releasing)
        return done(Error{Errc::unavailable, "it is being released", key.name, "try again"});
    PersistBatch batch;
    batch.key = key;
    batch.deleting = true;
    const std::string reason = who + " asked for delete";
    batch.events.push_back(made_event("operator", "delete", reason));
    auto begun = [this, key, done = std::move(done)](const Result<>& durable) {
        if (!durable) return done(durable);
        ports_.store.load(key, [this, key, done](const Result<StoredDeployable>& stored) {
            if (!stored) return done(stored.error());
            const auto found = entries_.find(key);
            if (shut_down_ || found == entries_.end()) return;
            if (!found->second.clearance) clear_away(*stored);
            done({});
        });
    };
    become(DeployableState::stopping, std::move(batch), reason, std::move(begun));
}

void Registry::clear_away(const StoredDeployable& stored) {
    const DeployableKey& key = stored.key;
    const auto tell = [this, key](const std::string& assembly, std::string reason) {
        auto event = made_event("destroy_failed", {}, std::move(reason));
        event.assembly = assembly;
        note(key, std::move(event));
    };
    Clearance::Told told;
    told.trouble = [tell](const std::string& assembly, const Error& error) {
        tell(assembly, error.line() + "; it is tried again");
    };
    told.left = [tell](const std::string& assembly, const Error& error) {
        tell(assembly, "what runs there goes on, and nobody looks after it: " + error.line());
    };
    told.gone = [this, key] { cleared(key); };
    const auto places = places_of(stored, settings_.blueprint.limits, ports_.default_provider);
    Entry& entry = entries_.at(key);
    entry.clearance = std::make_shared<Clearance>(loop_, ports_, key, places, std::move(told));
    entry.clearance->start();
}

void Registry::cleared(const DeployableKey& key) {
    PersistBatch batch;
    batch.key = key;
    batch.gone = true;
    batch.events.push_back(
        made_event("configuration_change", "deleted", "everything of it is gone"));
    commit(std::move(batch), [this, key](const Result<>&) {
        ports_.policy.forget(key);
        entries_.erase(key);
    });
}

}  // namespace cpe::registry
