#include "src/cpe-ctl/show/json.hpp"

#include "src/cpe-ctl/text/clean.hpp"

#include <boost/json.hpp>

#include <optional>

namespace cpe::ctl {
namespace {

namespace json = boost::json;

json::value text(std::string_view from) {
    return json::string{utf8(from)};
}

json::value text_or_null(std::string_view from) {
    return from.empty() ? json::value(nullptr) : text(from);
}

json::value time_or_null(const std::optional<WallTime>& time) {
    return time ? json::value(time->ms) : json::value(nullptr);
}

json::value number_or_null(std::uint64_t number) {
    return number != 0 ? json::value(number) : json::value(nullptr);
}

json::object of_assembly(const AssemblyStatus& assembly) {
    return {{"name", text(assembly.name)},
            {"uuid", text(assembly.uuid)},
            {"state", name_of(assembly.state)},
            {"since", assembly.since.ms},
            {"address", text_or_null(assembly.address)},
            {"provider", text_or_null(assembly.provider)},
            {"channel", text_or_null(assembly.channel)},
            {"instance", text_or_null(assembly.instance)},
            {"instance_state", name_of(assembly.instance_state)},
            {"heartbeat", time_or_null(assembly.heartbeat)},
            {"reason", text_or_null(assembly.reason)}};
}

json::object of_service(const ServiceStatus& service) {
    json::array assemblies, promoted;
    for (const auto& name : service.assemblies) assemblies.push_back(text(name));
    for (const auto& name : service.promoted) promoted.push_back(text(name));
    json::object told{{"name", text(service.name)},
                      {"resource", text(service.resource)},
                      {"state", name_of(service.state)},
                      {"since", service.since.ms},
                      {"last_checked", time_or_null(service.last_checked)},
                      {"assemblies", std::move(assemblies)},
                      {"failures", service.failures}};
    if (!promoted.empty()) told["promoted"] = std::move(promoted);
    return told;
}

/// The log holds JSON of our own making; were it anything else, it is told as a string.
json::value detail_of(const std::string& detail) {
    if (detail.empty()) return nullptr;
    json::error_code failed;
    auto value = json::parse(utf8(detail), failed);
    return failed ? text(detail) : value;
}

std::string base64(const std::vector<char>& bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8U |
                    (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += at + i > bytes.size() ? '=' : digits[group >> (18U - 6U * i) & 63U];
    }
    return out;
}

struct SqlToJson {
    json::value operator()(std::monostate) const { return nullptr; }
    json::value operator()(std::int64_t number) const { return number; }
    json::value operator()(double number) const { return number; }
    json::value operator()(const std::string& value) const { return text(value); }
    json::value operator()(const std::vector<char>& blob) const {
        return json::string{base64(blob)};
    }
};

}  // namespace

json::value to_json(const DeployableStatus& deployable) {
    json::array assemblies, services;
    for (const auto& assembly : deployable.assemblies) assemblies.push_back(of_assembly(assembly));
    for (const auto& service : deployable.services) services.push_back(of_service(service));
    json::object object{{"name", text(deployable.key.name)},
                        {"uuid", text(deployable.uuid)},
                        {"tenant", text(deployable.key.tenant)},
                        {"state", name_of(deployable.state)},
                        {"since", deployable.since.ms},
                        {"transition", number_or_null(deployable.transition.value)},
                        {"memory", deployable.memory},
                        {"assemblies", std::move(assemblies)},
                        {"services", std::move(services)}};
    if (const auto& brake = deployable.brake)
        object["brake"] = {
            {"since", brake.since.ms}, {"until", brake.until.ms}, {"reason", text(brake.reason)}};
    return object;
}

json::value to_json(const StoredEvent& stored) {
    const auto& event = stored.event;
    return json::object{{"id", stored.id.value},
                        {"at", event.at.ms},
                        {"tenant", text_or_null(stored.key.tenant)},
                        {"deployable", text_or_null(stored.key.name)},
                        {"assembly", text_or_null(event.assembly)},
                        {"service", text_or_null(event.service)},
                        {"kind", text(event.kind)},
                        {"state", text_or_null(event.state)},
                        {"reason", text_or_null(event.reason)},
                        {"transition", number_or_null(event.transition.value)},
                        {"detail", detail_of(event.detail)}};
}

std::string deployables_json(std::span<const DeployableStatus> deployables) {
    json::array list;
    for (const auto& deployable : deployables) list.push_back(to_json(deployable));
    return json::serialize(json::object{{"deployables", std::move(list)}}) + "\n";
}

std::string events_json(std::span<const StoredEvent> events) {
    json::array list;
    for (const auto& event : events) list.push_back(to_json(event));
    return json::serialize(json::object{{"events", std::move(list)}}) + "\n";
}

std::string event_json(const StoredEvent& event) {
    return json::serialize(to_json(event)) + "\n";
}

std::string sql_json(const SqlTable& table) {
    json::array columns, rows;
    for (const auto& name : table.columns) columns.push_back(text(name));
    for (const auto& row : table.rows) {
        json::array cells;
        for (const auto& value : row) cells.push_back(std::visit(SqlToJson{}, value));
        rows.push_back(std::move(cells));
    }
    return json::serialize(
               json::object{{"columns", std::move(columns)}, {"rows", std::move(rows)}}) +
           "\n";
}

}  // namespace cpe::ctl
