// Registry::reload: parse, admit by first ticks in a helper process, then hand it to the DPE. A
// refusal on the way changes nothing. Two plans are tried: that of the document alone, as if it
// were created (it will be what is left), and the next one, with what runs and what has to leave in
// it.
#include "src/registry/reloading.hpp"

#include <utility>

namespace cpe::registry {
namespace {

Error changed_identity(const std::string& what, const std::string& now, const std::string& asked) {
    return {Errc::invalid_input, what + " is '" + now + "', the document says '" + asked + "'",
            "deployable",
            "a reload keeps name and uuid; create another deployable, or delete this one first"};
}

/// What no reload can change.
Result<> check_same(const Incarnation& made, const DeployableStatus& now, ChannelKind channel) {
    if (made.name != now.key.name) return changed_identity("its name", now.key.name, made.name);
    if (made.uuid != now.uuid) return changed_identity("its uuid", now.uuid, made.uuid);
    if (made.channel != channel)
        return Error{Errc::unsupported, "its channel cannot be changed while it exists", "monitor",
                     "delete the deployable and create it anew"};
    return {};
}

}  // namespace

void Registry::reload(DeployableKey key, std::string document, std::string who, Done<> done) {
    reload(key, Reloading{std::move(document), std::move(who), std::nullopt, std::move(done)});
}

void Registry::reload_file(DeployableKey key, std::string who, Done<> done) {
    if (const auto entry = living(key); !entry) return done(entry.error());
    if (!settings_.startup_file || key.tenant != startup_tenant)
        return done(Error{Errc::invalid_input, "the configuration names no document for it",
                          key.name, "reload it with one"});
    auto found = settings_.startup_file(key.name);
    if (!found) return done(found.error());
    reload(key, Reloading{std::move(found->document), std::move(who), std::move(found->file),
                          std::move(done)});
}

void Registry::reload(const DeployableKey& key, Reloading asked) {
    const auto entry = living(key);
    if (!entry) return asked.done(entry.error());
    if ((*entry)->reloading)
        return asked.done(Error{Errc::refused, "another reload of it is under way", key.name,
                                "wait until that one is done"});
    StoredDeployable fresh;
    fresh.key.tenant = key.tenant;
    fresh.document = asked.document;
    // A DPE of the new document, in an arena of its own: only to see what its first tick would.
    auto trial =
        incarnate(std::move(fresh), settings_.blueprint, stylesheet_, counters_, ports_.log);
    if (!trial) return asked.done(trial.error());
    const auto& host = *(*entry)->host;
    if (auto same = check_same(*trial, host.status(), host.channel()); !same)
        return asked.done(same.error());
    auto cib = trial->deployment->admission_cib();
    if (!cib) return asked.done(cib.error());
    asked.notes = std::move(trial->notes);
    const auto reloading = std::make_shared<Reloading>(std::move(asked));
    (*entry)->reloading = reloading;
    try_plan(key, reloading, std::move(*cib), &Registry::try_merged);
}

void Registry::try_plan(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading,
                        std::string cib,
                        void (Registry::*next)(const DeployableKey&,
                                               const std::shared_ptr<Reloading>&)) {
    TickRequest tick{key, std::move(cib), ports_.clock.now().wall, false};
    ports_.policy.admit(std::move(tick),
                        [this, key, reloading, next](const Result<TickResult>& outcome) {
                            const auto found = entries_.find(key);
                            // It was ended meanwhile, and answered then.
                            if (found == entries_.end() || found->second.reloading != reloading)
                                return;
                            if (!outcome) return end_reload(found->second, outcome.error());
                            (this->*next)(key, reloading);
                        });
}

/// In an arena of its own: nothing of the living one is touched.
Result<std::string> Registry::merged_cib(const Entry& entry, const std::string& document) const {
    host::Arena arena(settings_.blueprint.memory_per_deployable);
    auto model = model_of(document, settings_.blueprint, arena.resource());
    if (!model) return model.error();
    return entry.host->reload_cib(std::move(**model), arena.resource());
}

void Registry::try_merged(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading) {
    Entry& entry = entries_.at(key);
    auto cib = merged_cib(entry, reloading->document);
    if (!cib) return end_reload(entry, cib.error());
    try_plan(key, reloading, std::move(*cib), &Registry::admitted);
}

void Registry::admitted(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading) {
    Entry& entry = entries_.at(key);
    auto model = model_of(reloading->document, settings_.blueprint, entry.host->memory());
    if (!model) return end_reload(entry, model.error());
    auto answer = [this, key, reloading](const Result<>& outcome) {
        const auto found = entries_.find(key);
        if (found == entries_.end() || found->second.reloading != reloading) return;
        if (!outcome) return end_reload(found->second, outcome.error());
        found->second.reloading.reset();
        reloaded(key, reloading);
    };
    entry.host->reload(reloading->document, std::move(*model), reloading->who, std::move(answer));
}

void Registry::reloaded(const DeployableKey& key, const std::shared_ptr<Reloading>& reloading) {
    PersistBatch batch;
    batch.key = key;
    for (const auto& note : reloading->notes) {
        EventRecord event;
        event.kind = "configuration_change";
        event.state = "note";
        event.reason = note;
        batch.events.push_back(std::move(event));
    }
    // Behind the document itself: cped killed between the two only reloads the same one again.
    batch.loaded_file = reloading->file;
    if (reloading->file) loaded_files_[reloading->file->path] = reloading->file->hash;
    if (batch.empty()) return reloading->done({});
    commit(std::move(batch), reloading->done);
}

/// Answers the one that is under way, if any.
void Registry::end_reload(Entry& entry, const Error& why) {
    if (const auto reloading = std::exchange(entry.reloading, nullptr)) reloading->done(why);
}

}  // namespace cpe::registry
