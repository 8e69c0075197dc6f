#include "src/store/now_rows.hpp"

#include "src/store/columns.hpp"

#include <boost/json.hpp>

#include <unordered_set>

namespace cpe::store {
namespace {

constexpr auto insert_document =
    "INSERT INTO documents (tenant, deployable, document) VALUES (?,?,?)";
constexpr auto insert_desired = "INSERT INTO desired (tenant, deployable) VALUES (?,?)";
constexpr auto update_wanted = "UPDATE desired SET wanted=?3 WHERE tenant=?1 AND deployable=?2";
constexpr auto update_deleting = "UPDATE desired SET deleting=?3 WHERE tenant=?1 AND deployable=?2";
constexpr auto update_document =
    "UPDATE documents SET document=?3 WHERE tenant=?1 AND deployable=?2";
constexpr auto delete_document = "DELETE FROM documents WHERE tenant=? AND deployable=?";
constexpr auto put_memory =
    "INSERT INTO memory (tenant, deployable, key, value) VALUES (?,?,?,?)"
    " ON CONFLICT (tenant, deployable, key) DO UPDATE SET value=excluded.value";
constexpr auto put_loaded_file =
    "INSERT INTO loaded_files (path, hash) VALUES (?,?)"
    " ON CONFLICT (path) DO UPDATE SET hash=excluded.hash";
constexpr auto delete_memory = "DELETE FROM memory WHERE tenant=? AND deployable=? AND key=?";

// The WHERE of each upsert: a row that says the same already costs no write.
constexpr auto put_deployable =
    "INSERT INTO deployables (tenant, name, uuid, state, since, transition, memory)"
    " VALUES (?,?,?,?,?,?,?) ON CONFLICT (tenant, name) DO UPDATE SET uuid=excluded.uuid,"
    " state=excluded.state, since=excluded.since, transition=excluded.transition,"
    " memory=excluded.memory"
    " WHERE (uuid, state, since, transition, memory) IS NOT (excluded.uuid, excluded.state,"
    " excluded.since, excluded.transition, excluded.memory)";
constexpr auto put_assembly =
    "INSERT INTO assemblies (tenant, deployable, name, uuid, state, since, address, provider,"
    " channel, instance, instance_state, heartbeat, reason) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (tenant, deployable, name) DO UPDATE SET uuid=excluded.uuid,"
    " state=excluded.state, since=excluded.since, address=excluded.address,"
    " provider=excluded.provider, channel=excluded.channel, instance=excluded.instance,"
    " instance_state=excluded.instance_state, heartbeat=excluded.heartbeat,"
    " reason=excluded.reason"
    " WHERE (uuid, state, since, address, provider, channel, instance, instance_state, heartbeat,"
    " reason) IS NOT (excluded.uuid, excluded.state, excluded.since, excluded.address,"
    " excluded.provider, excluded.channel, excluded.instance, excluded.instance_state,"
    " excluded.heartbeat, excluded.reason)";
constexpr auto put_service =
    "INSERT INTO services (tenant, deployable, name, resource, state, since, last_checked,"
    " assemblies, failures) VALUES (?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (tenant, deployable, resource) DO UPDATE SET name=excluded.name,"
    " state=excluded.state, since=excluded.since, last_checked=excluded.last_checked,"
    " assemblies=excluded.assemblies, failures=excluded.failures"
    " WHERE (name, state, since, last_checked, assemblies, failures) IS NOT (excluded.name,"
    " excluded.state, excluded.since, excluded.last_checked, excluded.assemblies,"
    " excluded.failures)";

constexpr auto select_assemblies = "SELECT name FROM assemblies WHERE tenant=? AND deployable=?";
constexpr auto select_services = "SELECT resource FROM services WHERE tenant=? AND deployable=?";
constexpr auto delete_assembly =
    "DELETE FROM assemblies WHERE tenant=? AND deployable=? AND name=?";
constexpr auto delete_service =
    "DELETE FROM services WHERE tenant=? AND deployable=? AND resource=?";

/// Removes the rows whose name is not in `kept`.
Result<> drop_others(Statement& names, Statement& drop, const DeployableKey& key,
                     const std::unordered_set<std::string>& kept) {
    std::vector<std::string> gone;
    auto read = names.each(
        [&](Row row) {
            if (auto name = row.text(0); !kept.contains(name)) gone.push_back(std::move(name));
        },
        key.tenant, key.name);
    for (const auto& name : gone)
        if (read) read = drop.run(key.tenant, key.name, name);
    return read;
}

std::string json_array(const std::vector<std::string>& names) {
    return boost::json::serialize(boost::json::array(names.begin(), names.end()));
}

}  // namespace

Result<NowRows> NowRows::open(Database& db) {
    NowRows rows;
    rows.db_ = &db;
    const std::pair<Statement*, const char*> all[] = {
        {&rows.create_, insert_document},
        {&rows.desire_, insert_desired},
        {&rows.wanted_, update_wanted},
        {&rows.deleting_, update_deleting},
        {&rows.document_, update_document},
        {&rows.remove_, delete_document},
        {&rows.remember_, put_memory},
        {&rows.forget_, delete_memory},
        {&rows.load_file_, put_loaded_file},
        {&rows.deployable_, put_deployable},
        {&rows.assembly_, put_assembly},
        {&rows.service_, put_service},
        {&rows.assembly_names_, select_assemblies},
        {&rows.service_names_, select_services},
        {&rows.drop_assembly_, delete_assembly},
        {&rows.drop_service_, delete_service},
    };
    if (auto ready = prepare_all(db, all); !ready) return ready.error();
    return rows;
}

Result<> NowRows::create(const DeployableKey& key, const std::string& document) {
    auto done = create_.run(key.tenant, key.name, document);
    if (!done && done.error().code == Errc::exists)
        return Error{Errc::exists, "a deployable of this name exists already",
                     "deployable '" + key.name + "'", "delete it first, or choose another name"};
    return done ? desire_.run(key.tenant, key.name) : done;
}

Result<> NowRows::remember(const DeployableKey& key, const MemoryRecord& memory) {
    if (memory.value.empty()) return forget_.run(key.tenant, key.name, memory.key);
    return remember_.run(key.tenant, key.name, memory.key, memory.value);
}

Result<> NowRows::remember(const LoadedFile& file) {
    return load_file_.run(file.path, file.hash);
}

Result<> NowRows::changed_one(Result<> done, const DeployableKey& key) {
    if (!done || db_->changes() == 1) return done;
    return Error{Errc::not_found, "there is no such deployable", "deployable '" + key.name + "'",
                 ""};
}

Result<> NowRows::set_wanted(const DeployableKey& key, bool wanted) {
    return changed_one(wanted_.run(key.tenant, key.name, wanted), key);
}

Result<> NowRows::set_deleting(const DeployableKey& key, bool deleting) {
    return changed_one(deleting_.run(key.tenant, key.name, deleting), key);
}

Result<> NowRows::set_document(const DeployableKey& key, std::string_view document) {
    return changed_one(document_.run(key.tenant, key.name, document), key);
}

Result<> NowRows::put(const DeployableStatus& status) {
    const auto& key = status.key;
    auto done = deployable_.run(key.tenant, key.name, some(status.uuid), name_of(status.state),
                                status.since.ms, some(status.transition),
                                static_cast<std::int64_t>(status.memory));
    std::unordered_set<std::string> assemblies;
    std::unordered_set<std::string> services;
    for (const auto& assembly : status.assemblies) {
        if (done) done = put(key, assembly);
        assemblies.insert(assembly.name);
    }
    for (const auto& service : status.services) {
        if (done) done = put(key, service);
        services.insert(service.resource);
    }
    if (done) done = drop_others(assembly_names_, drop_assembly_, key, assemblies);
    if (done) done = drop_others(service_names_, drop_service_, key, services);
    return done;
}

Result<> NowRows::put(const DeployableKey& key, const AssemblyStatus& assembly) {
    return assembly_.run(key.tenant, key.name, assembly.name, some(assembly.uuid),
                         name_of(assembly.state), assembly.since.ms, some(assembly.address),
                         some(assembly.provider), some(assembly.channel), some(assembly.instance),
                         name_of(assembly.instance_state), as_integer(assembly.heartbeat),
                         some(assembly.reason));
}

Result<> NowRows::put(const DeployableKey& key, const ServiceStatus& service) {
    return service_.run(key.tenant, key.name, service.name, service.resource,
                        name_of(service.state), service.since.ms, as_integer(service.last_checked),
                        json_array(service.assemblies), service.failures);
}

Result<> NowRows::remove(const DeployableKey& key) {
    return remove_.run(key.tenant, key.name);
}

}  // namespace cpe::store
