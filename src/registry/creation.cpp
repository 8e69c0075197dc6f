// Registry::create: parse, admit by a first tick in a helper process, make durable, bring to life.
#include "src/registry/registry.hpp"
#include "src/registry/reloading.hpp"

#include <utility>

namespace cpe::registry {

/// One creation on its way: nobody sees the deployable before its document is durable.
struct Registry::Creation {
    CreateRequest request;
    DeployableKey key;
    std::optional<LoadedFile> file;
    Done<DeployableStatus> done;
    Incarnation made;
};

void Registry::create(CreateRequest request, Done<DeployableStatus> done) {
    create(std::move(request), std::nullopt, std::move(done));
}

void Registry::create(CreateRequest request, std::optional<LoadedFile> file,
                      Done<DeployableStatus> done) {
    if (shut_down_) return done(Error{Errc::unavailable, "cped is stopping", {}, {}});
    if (!settings_.tenants.contains(request.tenant)) {
        return done(Error{Errc::not_found,
                          "there is no tenant '" + request.tenant + "'",
                          {},
                          "this version serves the tenant 'default'"});
    }
    if (entries_.size() + creating_.size() >= settings_.max_deployables) {
        return done(Error{
            Errc::refused,
            "limits.deployables (" + std::to_string(settings_.max_deployables) + ") is reached",
            {},
            "delete one, or raise the limit in cped.yaml"});
    }
    StoredDeployable fresh;
    fresh.key.tenant = request.tenant;
    fresh.document = request.document;
    auto made =
        incarnate(std::move(fresh), settings_.blueprint, stylesheet_, counters_, ports_.log);
    if (!made) return done(made.error());
    const DeployableKey key{request.tenant, made->name};
    if (entries_.contains(key) || !creating_.insert(key).second) {
        return done(Error{Errc::exists,
                          "there is a deployable '" + key.name + "' already",
                          {},
                          "delete it first, or give the new one another name"});
    }
    auto cib = made->deployment->admission_cib();
    if (!cib) {
        creating_.erase(key);
        return done(cib.error());
    }
    auto creation = std::make_shared<Creation>(std::move(request), key, std::move(file),
                                               std::move(done), std::move(*made));
    TickRequest tick{key, std::move(*cib), ports_.clock.now().wall, false};
    ports_.policy.admit(std::move(tick), [this, creation](const Result<TickResult>& outcome) {
        if (outcome) return admitted(creation);
        creating_.erase(creation->key);
        creation->done(outcome.error());
    });
}

void Registry::admitted(const std::shared_ptr<Creation>& creation) {
    PersistBatch batch;
    batch.key = creation->key;
    const auto now = ports_.clock.now().wall;
    EventRecord event;
    event.at = now;
    event.kind = "configuration_change";
    event.state = "created";
    event.reason = "created by " + creation->request.who;
    batch.events.push_back(event);
    for (const auto& note : creation->made.notes) {
        event.state = "note";
        event.reason = note;
        batch.events.push_back(event);
    }
    batch.status = creation->made.deployment->status();
    batch.loaded_file = creation->file;
    const auto told = batch.events;
    auto done = [this, creation, told](const Result<std::vector<EventId>>& ids) {
        if (!ids) {
            creating_.erase(creation->key);
            return creation->done(ids.error());
        }
        std::vector<StoredEvent> events;
        for (std::size_t i = 0; i < told.size() && i < ids->size(); ++i)
            events.push_back({(*ids)[i], creation->key, told[i]});
        hub_.publish(events);
        created(creation);
    };
    ports_.store.create(std::move(batch), creation->request.document, std::move(done));
}

void Registry::created(const std::shared_ptr<Creation>& creation) {
    const DeployableKey& key = creation->key;
    creating_.erase(key);
    if (shut_down_) return;
    if (creation->file) loaded_files_[creation->file->path] = creation->file->hash;
    Entry& entry = entries_[key];
    entry.host = make_host(key, std::move(creation->made));
    entry.last = entry.host->status();
    entry.host->begin();
    auto answer = [this, creation](const Result<>& outcome) {
        if (!outcome) return creation->done(outcome.error());
        creation->done(find(creation->key));
    };
    if (!creation->request.start) return answer({});
    entry.host->ask(event::Operator::Wish::start, {}, creation->request.who, std::move(answer));
}

void Registry::load_file(const std::string& path, const std::string& hash, std::string document,
                         bool start) {
    const auto known = loaded_files_.find(path);
    if (known != loaded_files_.end() && known->second == hash) return;
    const std::string who = "configuration " + path;
    auto told = [log = ports_.log, path](const Result<>& outcome) {
        if (outcome) return log(LogLevel::info, "registry", "loaded " + path);
        log(LogLevel::error, "registry", path + ": " + outcome.error().line());
    };
    const DeployableKey key{startup_tenant, name_in(document, settings_.blueprint.limits)};
    if (entries_.contains(key))
        return reload(key, {std::move(document), who, LoadedFile{path, hash}, std::move(told)});
    CreateRequest request{startup_tenant, std::move(document), start, who};
    create(std::move(request), LoadedFile{path, hash},
           [told = std::move(told)](const Result<DeployableStatus>& outcome) {
               told(outcome ? Result<>{} : outcome.error());
           });
}

}  // namespace cpe::registry
