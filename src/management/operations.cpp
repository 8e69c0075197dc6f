#include "src/management/operations.hpp"

#include "src/management/node.hpp"
#include "src/management/query.hpp"
#include "src/management/sql_answer.hpp"
#include "src/management/types.hpp"
#include "src/management/wishes.hpp"

#include <utility>

namespace cpe::management {
namespace {

using amqp::Map;

Answer answer_of(const Result<Answer>& result) {
    return result ? *result : error_answer(result.error());
}

/// What an operation with a type that is not named may mean: the one type that has it.
std::string type_of(const Request& request) {
    if (!request.type.empty() && request.type != node_type) return request.type;
    std::string found;
    for (const auto& type : entity_types()) {
        if (!has_operation(type, request.operation)) continue;
        if (!found.empty()) return "";
        found = type.name;
    }
    return found;
}

bool is_2011(const std::string& operation) {
    return operation.rfind("deployable_", 0) == 0;
}

}  // namespace

void Operations::carry_out(const Caller& caller, const Request& asked, const Done& done) {
    if (const auto answer = node_operation(asked)) return done(answer_of(*answer));
    if (asked.operation == "QUERY") return done(answer_of(query_entities(control_, asked)));

    Request request = asked;
    request.type = type_of(asked);
    const TypeEntry* type = find_type(request.type);
    if (!type && !asked.type.empty() && asked.type != node_type)
        return done(error_answer(
            {Errc::not_found, "no such type", "'" + asked.type + "'", "GET-TYPES lists them"}));
    if (!type || !has_operation(*type, request.operation))
        return done(not_implemented(asked.operation, asked.type));

    if (request.operation == "READ") return done(answer_of(read_entity(control_, request)));
    if (request.operation == "CREATE") return create(caller, request, done);
    if (request.operation == "SQL") return sql(request, done);
    if (is_2011(request.operation)) return of_2011(caller, request, done);
    if (is_wish(request)) return carry_out_wish(control_, caller.who, request, done);
    start_stop_delete(caller, request, done);
}

void Operations::create(const Caller& caller, const Request& request, const Done& done) {
    auto document = body_text(request.body, "document", true);
    if (!document) return done(error_answer(document.error()));
    auto tenant = body_text(request.body, "tenant", false);
    if (!tenant) return done(error_answer(tenant.error()));
    if (tenant->empty()) *tenant = request.tenant.empty() ? default_tenant : request.tenant;
    if (tenant->size() > max_name_bytes)
        return done(error_answer(bad_body("tenant", "is too long")));
    const amqp::Value start = amqp::at(request.body, "start");
    const auto start_flag = amqp::as_bool(start);
    if (!start.empty() && !start_flag)
        return done(error_answer(bad_body("start", "must be a boolean")));
    control_.create({*tenant, *document, start_flag.value_or(false), caller.who},
                    [done](Result<DeployableStatus> created) {
                        done(created ? ok_answer(attributes_that_fit(*created), 201)
                                     : error_answer(created.error()));
                    });
}

void Operations::start_stop_delete(const Caller& caller, const Request& request, const Done& done) {
    const auto target = target_of(request, Named::deployable);
    if (!target) return done(error_answer(target.error()));
    const DeployableKey& key = target->deployable;
    if (request.operation == "DELETE")
        return control_.remove(key, caller.who, [done](Result<> removed) {
            done(removed ? ok_answer({}, 204) : error_answer(removed.error()));
        });
    // What is answered shows the deployable as it then is.
    auto show = [&control = control_, key, done](Result<> result) {
        if (!result) return done(error_answer(result.error()));
        const auto status = control.find(key);
        done(ok_answer(status ? attributes_that_fit(*status) : Map{}));
    };
    if (request.operation == "START") return control_.start(key, caller.who, show);
    control_.stop(key, caller.who, show);
}

void Operations::sql(const Request& request, const Done& done) {
    const auto query = body_text(request.body, "query", true);
    if (!query) return done(error_answer(query.error()));
    control_.sql(request.tenant, *query, [done](Result<SqlTable> table) {
        done(table ? answer_of(sql_answer(*table)) : error_answer(table.error()));
    });
}

Result<DeployableKey> Operations::named_2011(const Request& request) const {
    const auto name = body_text(request.body, "name", false);
    if (!name) return name.error();
    const auto uuid = body_text(request.body, "uuid", false);
    if (!uuid) return uuid.error();
    const std::string tenant = request.tenant.empty() ? default_tenant : request.tenant;
    if (name->empty() && uuid->empty()) return bad_body("name", "is missing");
    if (name->empty()) {
        for (const auto& deployable : control_.list(tenant))
            if (deployable.uuid == *uuid) return deployable.key;
        return Error{Errc::not_found, "no deployable has this uuid", "'" + *uuid + "'", ""};
    }
    const auto found = control_.find({tenant, *name});
    if (!found) return found.error();
    if (!uuid->empty() && found->uuid != *uuid)
        return bad_body("uuid", "is not the uuid of '" + *name + "'");
    return found->key;
}

void Operations::of_2011(const Caller& caller, const Request& request, const Done& done) {
    auto answer = [done](const Result<>& result) {
        const std::uint32_t rc = result ? 0 : errno_of(result.error().code);
        Answer answered = ok_answer({{"rc", amqp::Value(rc)}});
        if (!result) answered.description = result.error().line();
        done(std::move(answered));
    };
    const auto key = named_2011(request);
    if (!key) return answer(key.error());
    if (request.operation == "deployable_start") return control_.start(*key, caller.who, answer);
    if (request.operation == "deployable_stop") return control_.stop(*key, caller.who, answer);
    control_.reload_file(*key, caller.who, answer);
}

}  // namespace cpe::management
