#include "src/cpe-ctl/net/management.hpp"

#include "src/cpe-ctl/net/codec.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cpe::ctl {
namespace {

constexpr const char* cpe_type = "org.pacemakercloud.cpe";
constexpr const char* deployable_type = "org.pacemakercloud.deployable";
constexpr const char* assembly_type = "org.pacemakercloud.assembly";
constexpr const char* service_type = "org.pacemakercloud.service";
/// A cped that never tells an empty page is not believed for ever.
constexpr std::size_t most_pages = 100'000;

/// HTTP's numbers, as AMQP Management takes them; docs/amqp.md says when each is told.
Errc code_of(std::int64_t status) {
    switch (status) {
        case 400: return Errc::invalid_input;
        case 401:
        case 403: return Errc::not_allowed;
        case 404: return Errc::not_found;
        case 409: return Errc::refused;
        case 503: return Errc::unavailable;
        case 504: return Errc::timed_out;
        default: return Errc::internal;
    }
}

/// One page of a QUERY: a map for each row.
Result<std::vector<amqp::Map>> rows_of(const amqp::Message& answer) {
    const auto body = amqp::as_map(answer.body());
    const auto names = body ? amqp::as_list(amqp::at(*body, "attributeNames")) : std::nullopt;
    const auto results = body ? amqp::as_list(amqp::at(*body, "results")) : std::nullopt;
    if (!names || !results)
        return Error{Errc::internal,
                     "cped's answer holds no results",
                     {},
                     "are cpe-ctl and cped of one version?"};
    std::vector<amqp::Map> rows;
    for (const auto& result : *results) {
        const auto values = amqp::as_list(result).value_or(amqp::List{});
        auto& row = rows.emplace_back();
        for (std::size_t i = 0; i < std::min(values.size(), names->size()); ++i)
            row[amqp::as_string((*names)[i]).value_or("")] = values[i];
    }
    return rows;
}

amqp::Message request_of(const char* operation, const char* type, const std::string& name,
                         const std::string& tenant) {
    amqp::Message message;
    auto& properties = message.properties();
    properties.put("operation", std::string{operation});
    properties.put("type", std::string{type});
    if (!name.empty()) properties.put("name", name);
    if (!tenant.empty()) properties.put("tenant", tenant);
    return message;
}

/// The answer, or cped's refusal as an error.
Result<amqp::Message> checked(Result<amqp::Message> answer) {
    if (!answer) return answer;
    const auto status = amqp::as_int(amqp::property(*answer, "statusCode")).value_or(0);
    if (status >= 200 && status < 300) return answer;
    const auto told = amqp::as_string(amqp::property(*answer, "statusDescription"));
    return Error{code_of(status), told.value_or("cped refused without a word"), {}, {}};
}

}  // namespace

Result<amqp::Message> Management::ask(const char* operation, const char* type,
                                      const std::string& name, const amqp::Map& body) {
    auto message = request_of(operation, type, name, tenant_);
    message.body(amqp::to_value(body));  // assigning a temporary sends nothing (Proton 0.37)
    return checked(session_.ask(std::move(message)));
}

Result<> Management::tell(const char* operation, const char* type, const std::string& name,
                          const amqp::Map& body) {
    const auto answer = ask(operation, type, name, body);
    return answer ? Result<>{} : answer.error();
}

Result<> Management::create(const std::string& document, bool start) {
    return tell("CREATE", deployable_type, {},
                {{"document", document}, {"start", start}, {"tenant", tenant_}});
}

Result<> Management::start(const std::string& name) {
    return tell("START", deployable_type, name);
}

Result<> Management::stop(const std::string& name) {
    return tell("STOP", deployable_type, name);
}

Result<> Management::remove(const std::string& name) {
    return tell("DELETE", deployable_type, name);
}

Result<> Management::reload(const std::string& name, const std::string& document) {
    return tell("RELOAD", deployable_type, name, {{"document", document}});
}

Result<> Management::release(const std::string& name) {
    return tell("RELEASE", deployable_type, name);
}

Result<> Management::confirm_down(const std::string& deployable, const std::string& assembly) {
    return tell("CONFIRM-DOWN", assembly_type, deployable + "/" + assembly);
}

Result<> Management::restart(const std::string& deployable, const std::string& assembly) {
    return tell("RESTART", assembly_type, deployable + "/" + assembly);
}

Result<> Management::trust(const std::string& deployable, const std::string& assembly) {
    return tell("TRUST", assembly_type, deployable + "/" + assembly);
}

Result<> Management::retry(const std::string& deployable, const std::string& service) {
    return tell("RETRY", service_type, deployable + "/" + service);
}

Result<> Management::maintain(const std::string& deployable, const std::string& assembly, bool on) {
    const amqp::Map body{{"maintenance", on}};
    if (assembly.empty()) return tell("UPDATE", deployable_type, deployable, body);
    return tell("UPDATE", assembly_type, deployable + "/" + assembly, body);
}

Result<> Management::fault(const std::string& deployable, const std::string& fault) {
    return tell("FAULT", deployable_type, deployable, {{"fault", fault}});
}

Result<DeployableStatus> Management::find(const std::string& name) {
    const auto answer = ask("READ", deployable_type, name, {});
    if (answer) return deployable_of(amqp::as_map(answer->body()).value_or(amqp::Map{}));
    if (answer.error().code != Errc::invalid_input) return answer.error();
    // One that does not fit into one answer is gathered from its parts.
    auto gathered = gather(name);
    if (!gathered || gathered->size() != 1) return answer.error();
    return std::move(gathered->front());
}

Result<std::vector<DeployableStatus>> Management::list() {
    return gather({});
}

Result<std::vector<DeployableStatus>> Management::gather(const std::string& name) {
    static const std::vector<std::string> without_parts = {"name",  "uuid",       "tenant", "state",
                                                           "since", "transition", "memory"};
    const auto rows = query(deployable_type, name, without_parts);
    if (!rows) return rows.error();
    std::vector<DeployableStatus> all;
    for (const auto& row : *rows) {
        auto deployable = deployable_of(row);
        if (!deployable) return deployable.error();
        all.push_back(std::move(*deployable));
    }
    const auto assemblies = query(assembly_type, name, {});
    if (!assemblies) return assemblies.error();
    if (const auto added = add_assemblies(*assemblies, all); !added) return added.error();
    const auto services = query(service_type, name, {});
    if (!services) return services.error();
    if (const auto added = add_services(*services, all); !added) return added.error();
    return all;
}

Result<std::vector<amqp::Map>> Management::query(const char* type, const std::string& deployable,
                                                 const std::vector<std::string>& attributes) {
    amqp::List names;
    for (const auto& attribute : attributes) names.emplace_back(attribute);
    std::vector<amqp::Map> all;
    for (std::size_t page = 0; page < most_pages; ++page) {
        auto message = request_of("QUERY", "org.amqp.management", "self", tenant_);
        message.properties().put("entityType", std::string{type});
        message.properties().put("offset", static_cast<std::uint64_t>(all.size()));
        if (!deployable.empty()) message.properties().put("deployable", deployable);
        message.body(amqp::to_value(amqp::Map{{"attributeNames", amqp::to_value(names)}}));
        const auto answer = checked(session_.ask(std::move(message)));
        if (!answer) return answer.error();
        auto rows = rows_of(*answer);
        if (!rows) return rows.error();
        if (rows->empty()) break;
        std::move(rows->begin(), rows->end(), std::back_inserter(all));
    }
    return all;
}

Result<SqlTable> Management::sql(const std::string& query) {
    const auto answer = ask("SQL", cpe_type, "cped", {{"query", query}});
    if (!answer) return answer.error();
    return table_of(*answer);
}

Result<> Management::subscribe(const std::string& deployable, std::optional<EventId> after) {
    amqp::Filters filters{{"org.pacemakercloud:tenant", tenant_}};
    if (!deployable.empty()) filters["org.pacemakercloud:deployable"] = deployable;
    if (after) filters["org.pacemakercloud:since"] = after->value;
    return session_.subscribe(filters);
}

}  // namespace cpe::ctl
