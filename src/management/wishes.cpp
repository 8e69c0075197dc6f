#include "src/management/wishes.hpp"

#include "src/management/query.hpp"
#include "src/management/types.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace cpe::management {
namespace {

using Answered = std::function<void(Answer)>;

constexpr std::array<std::string_view, 8> wishes_by_name{
    "UPDATE", "RELOAD", "RELEASE", "FAULT", "CONFIRM-DOWN", "RESTART", "TRUST", "RETRY"};

/// One request of these with what it is about.
struct Asked {
    Control& control;
    const std::string& who;
    const Request& request;
    Target target;
};

/// Answers with the entity as it is once the wish is durable.
Control::Done<> shows(const Asked& asked, const Answered& done) {
    Request request;  // without its body: a document may be large
    request.type = asked.request.type;
    request.name = asked.request.name;
    request.identity = asked.request.identity;
    request.tenant = asked.request.tenant;
    return [&control = asked.control, request, key = asked.target.deployable,
            done](const Result<>& result) {
        if (!result) return done(error_answer(result.error()));
        if (request.type != deployable_type) {
            const auto shown = read_entity(control, request);
            return done(shown ? *shown : ok_answer({}));
        }
        const auto status = control.find(key);
        done(ok_answer(status ? attributes_that_fit(*status) : amqp::Map{}));
    };
}

/// The one attribute that can be updated; nothing where the request does not name it. All of the
/// body is checked before anything is done.
Result<std::optional<bool>> maintenance_in(const Request& request) {
    const TypeEntry& type = *find_type(request.type);
    std::optional<bool> wished;
    for (const auto& [key, value] : request.body) {
        const auto& known = type.attributes;
        if (key != "maintenance")
            return std::find(known.begin(), known.end(), key) == known.end()
                       ? bad_body(key, "is no attribute of " + request.type)
                       : bad_body(key, "cannot be updated");
        const auto flag = amqp::as_bool(value);
        if (!value.empty() && !flag) return bad_body(key, "must be a boolean");
        wished = flag.value_or(false);  // null removes it: that is its default
    }
    return wished;
}

void update(const Asked& asked, const std::string& item, const Answered& done) {
    const auto wished = maintenance_in(asked.request);
    if (!wished) return done(error_answer(wished.error()));
    auto answer = shows(asked, done);
    if (!*wished) return answer({});
    const Wish wish = **wished ? Wish::maintenance_on : Wish::maintenance_off;
    asked.control.act(asked.target.deployable, wish, item, asked.who, std::move(answer));
}

Result<Fault> fault_in(const amqp::Map& body) {
    const auto name = body_text(body, "fault", true);
    if (!name) return name.error();
    std::string known;
    for (const Fault fault : all_faults) {
        if (name_of(fault) == *name) return fault;
        known += (known.empty() ? "" : ", ") + std::string(name_of(fault));
    }
    return bad_body("fault", "'" + *name + "' is none of " + known);
}

void wish_of_deployable(const Asked& asked, const Answered& done) {
    const auto& [control, who, request, target] = asked;
    if (request.operation == "UPDATE") return update(asked, {}, done);
    if (request.operation == "RELEASE")
        return control.release(target.deployable, who, shows(asked, done));
    if (request.operation == "FAULT") {
        const auto fault = fault_in(request.body);
        if (!fault) return done(error_answer(fault.error()));
        return control.fault(target.deployable, *fault, who, shows(asked, done));
    }
    const auto document = body_text(request.body, "document", true);
    if (!document) return done(error_answer(document.error()));
    control.reload(target.deployable, *document, who, shows(asked, done));
}

void wish_of_assembly(const Asked& asked, const std::string& name, const Answered& done) {
    if (asked.request.operation == "UPDATE") return update(asked, name, done);
    const auto& operation = asked.request.operation;
    const Wish wish = operation == "RESTART" ? Wish::restart_assembly
                      : operation == "TRUST" ? Wish::trust
                                             : Wish::confirm_down;
    asked.control.act(asked.target.deployable, wish, name, asked.who, shows(asked, done));
}

}  // namespace

bool is_wish(const Request& request) {
    return std::find(wishes_by_name.begin(), wishes_by_name.end(), request.operation) !=
           wishes_by_name.end();
}

void carry_out_wish(Control& control, const std::string& who, const Request& request,
                    const Answered& done) {
    const auto target = target_of(request, named_by(request.type));
    if (!target) return done(error_answer(target.error()));
    const auto deployable = control.find(target->deployable);
    if (!deployable) return done(error_answer(deployable.error()));
    const Asked asked{control, who, request, *target};
    if (request.type == deployable_type) return wish_of_deployable(asked, done);
    if (request.type == assembly_type) {
        const auto assembly = find_assembly(*deployable, *target);
        if (!assembly) return done(error_answer(assembly.error()));
        return wish_of_assembly(asked, (*assembly)->name, done);
    }
    const auto service = find_service(*deployable, *target);
    if (!service) return done(error_answer(service.error()));
    control.act(target->deployable, Wish::retry_service, (*service)->resource, who,
                shows(asked, done));
}

}  // namespace cpe::management
