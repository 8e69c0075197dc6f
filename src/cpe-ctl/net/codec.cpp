#include "src/cpe-ctl/net/codec.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>

namespace cpe::ctl {
namespace {

Error foreign(const std::string& what) {
    return {Errc::internal,
            "cped's answer is not understood: " + what,
            {},
            "are cpe-ctl and cped of one version?"};
}

std::string text_at(const amqp::Map& map, std::string_view key) {
    return amqp::as_string(amqp::at(map, key)).value_or("");
}

WallTime time_at(const amqp::Map& map, std::string_view key) {
    return {amqp::as_int(amqp::at(map, key)).value_or(0)};
}

std::optional<WallTime> optional_time_at(const amqp::Map& map, std::string_view key) {
    const auto ms = amqp::as_int(amqp::at(map, key));
    return ms ? std::optional{WallTime{*ms}} : std::nullopt;
}

/// States by name, for enumerations that have a name_of and end with `last`.
template <class State>
Result<State> state_at(const amqp::Map& map, std::string_view key, State last) {
    const auto name = text_at(map, key);
    for (int i = 0; i <= static_cast<int>(last); ++i)
        if (name_of(static_cast<State>(i)) == name) return static_cast<State>(i);
    return foreign(std::string{key} + " '" + name + "'");
}

Result<AssemblyStatus> assembly_of(const amqp::Map& map) {
    AssemblyStatus assembly;
    const auto state = state_at(map, "state", AssemblyState::unrecoverable);
    const auto instance_state = state_at(map, "instance_state", InstanceState::unknown);
    if (!state) return state.error();
    if (!instance_state) return instance_state.error();
    assembly.name = text_at(map, "name");
    assembly.uuid = text_at(map, "uuid");
    assembly.state = *state;
    assembly.since = time_at(map, "since");
    assembly.address = text_at(map, "address");
    assembly.provider = text_at(map, "provider");
    assembly.channel = text_at(map, "channel");
    assembly.instance = text_at(map, "instance");
    assembly.instance_state = *instance_state;
    assembly.heartbeat = optional_time_at(map, "heartbeat");
    assembly.reason = text_at(map, "reason");
    return assembly;
}

Result<ServiceStatus> service_of(const amqp::Map& map) {
    ServiceStatus service;
    const auto state = state_at(map, "state", ServiceState::unrecoverable);
    if (!state) return state.error();
    service.name = text_at(map, "name");
    service.resource = text_at(map, "resource");
    service.state = *state;
    service.since = time_at(map, "since");
    service.last_checked = optional_time_at(map, "last_checked");
    service.failures = static_cast<int>(amqp::as_int(amqp::at(map, "failures")).value_or(0));
    for (const auto& name : amqp::as_list(amqp::at(map, "assemblies")).value_or(amqp::List{}))
        service.assemblies.push_back(amqp::as_string(name).value_or(""));
    for (const auto& name : amqp::as_list(amqp::at(map, "promoted")).value_or(amqp::List{}))
        service.promoted.push_back(amqp::as_string(name).value_or(""));
    return service;
}

/// Each map of the list at `key`, decoded into `things`.
template <class Thing, class Decode>
Result<> decode_list(const amqp::Map& map, std::string_view key, Decode decode,
                     std::vector<Thing>& things) {
    const auto value_at_key = amqp::at(map, key);
    if (value_at_key.empty()) return {};
    const auto list = amqp::as_list(value_at_key);
    if (!list) return foreign("no list '" + std::string{key} + "'");
    for (const auto& value : *list) {
        const auto element = amqp::as_map(value);
        if (!element) return foreign("an element of '" + std::string{key} + "' is no map");
        auto thing = decode(*element);
        if (!thing) return thing.error();
        things.push_back(std::move(*thing));
    }
    return {};
}

namespace json = boost::json;

/// Values nest as deep as the log's own JSON does; deeper ones are not ours.
constexpr int max_depth = 32;

json::value json_of(const amqp::Value& value, int depth) {
    if (value.empty() || value.type() == proton::NULL_TYPE || depth > max_depth) return nullptr;
    if (const auto truth = amqp::as_bool(value)) return *truth;
    if (const auto number = amqp::as_int(value)) return *number;
    if (const auto number = amqp::as_uint(value)) return *number;
    if (const auto number = amqp::as_double(value)) return *number;
    if (const auto text = amqp::as_string(value)) return json::string{*text};
    if (const auto map = amqp::as_map(value)) {
        json::object object;
        for (const auto& [key, element] : *map) object[key] = json_of(element, depth + 1);
        return object;
    }
    json::array array;
    for (const auto& element : amqp::as_list(value).value_or(amqp::List{}))
        array.push_back(json_of(element, depth + 1));
    return array;
}

SqlValue sql_value(const amqp::Value& value) {
    if (value.empty() || value.type() == proton::NULL_TYPE) return std::monostate{};
    if (value.type() == proton::BINARY) {
        const auto bytes = proton::get<proton::binary>(value);
        return std::vector<char>(bytes.begin(), bytes.end());
    }
    if (const auto number = amqp::as_int(value)) return *number;
    if (const auto number = amqp::as_double(value)) return *number;
    return amqp::as_string(value).value_or("");
}

}  // namespace

Result<DeployableStatus> deployable_of(const amqp::Map& map) {
    DeployableStatus deployable;
    const auto state = state_at(map, "state", DeployableState::unrecoverable);
    if (!state) return state.error();
    deployable.key = {text_at(map, "tenant"), text_at(map, "name")};
    deployable.uuid = text_at(map, "uuid");
    deployable.state = *state;
    deployable.since = time_at(map, "since");
    deployable.transition.value = amqp::as_uint(amqp::at(map, "transition")).value_or(0);
    deployable.memory = amqp::as_uint(amqp::at(map, "memory")).value_or(0);
    if (const auto brake = amqp::as_map(amqp::at(map, "brake")))
        deployable.brake = {time_at(*brake, "since"), time_at(*brake, "until"),
                            text_at(*brake, "reason")};
    if (auto done = decode_list(map, "assemblies", assembly_of, deployable.assemblies); !done)
        return done.error();
    if (auto done = decode_list(map, "services", service_of, deployable.services); !done)
        return done.error();
    return deployable;
}

namespace {

DeployableStatus* owner_of(const amqp::Map& map, std::vector<DeployableStatus>& all) {
    const DeployableKey key{text_at(map, "tenant"), text_at(map, "deployable")};
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& candidate) { return candidate.key == key; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

Result<> add_assemblies(const std::vector<amqp::Map>& maps, std::vector<DeployableStatus>& all) {
    for (const auto& map : maps) {
        auto assembly = assembly_of(map);
        if (!assembly) return assembly.error();
        if (auto* owner = owner_of(map, all)) owner->assemblies.push_back(std::move(*assembly));
    }
    return {};
}

Result<> add_services(const std::vector<amqp::Map>& maps, std::vector<DeployableStatus>& all) {
    for (const auto& map : maps) {
        auto service = service_of(map);
        if (!service) return service.error();
        if (auto* owner = owner_of(map, all)) owner->services.push_back(std::move(*service));
    }
    return {};
}

Result<StoredEvent> event_of(const amqp::Message& message) {
    const auto map = amqp::as_map(message.body());
    if (!map) return foreign("an event is no map");
    StoredEvent stored;
    const auto id = amqp::as_uint(amqp::at(*map, "id"));
    if (!id) return foreign("an event has no id");
    stored.id.value = *id;
    stored.key = {text_at(*map, "tenant"), text_at(*map, "deployable")};
    auto& event = stored.event;
    event.at = time_at(*map, "at");
    event.assembly = text_at(*map, "assembly");
    event.service = text_at(*map, "service");
    event.kind = text_at(*map, "kind");
    event.state = text_at(*map, "state");
    event.reason = text_at(*map, "reason");
    event.transition.value = amqp::as_uint(amqp::at(*map, "transition")).value_or(0);
    const auto detail = amqp::at(*map, "detail");
    if (!detail.empty()) event.detail = json::serialize(json_of(detail, 0));
    return stored;
}

Result<SqlTable> table_of(const amqp::Message& message) {
    const auto map = amqp::as_map(message.body());
    const auto columns = map ? amqp::as_list(amqp::at(*map, "columns")) : std::nullopt;
    const auto rows = map ? amqp::as_list(amqp::at(*map, "rows")) : std::nullopt;
    if (!columns || !rows) return foreign("no columns or no rows");
    SqlTable table;
    for (const auto& name : *columns) table.columns.push_back(amqp::as_string(name).value_or(""));
    for (const auto& value : *rows) {
        const auto cells = amqp::as_list(value);
        if (!cells || cells->size() != table.columns.size()) return foreign("a row is no list");
        auto& row = table.rows.emplace_back();
        std::transform(cells->begin(), cells->end(), std::back_inserter(row), sql_value);
    }
    return table;
}

}  // namespace cpe::ctl
