#include "engines/deployable/check.hpp"

#include "engines/deployable/values.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace cpe::deployable {
namespace {

using Failure = std::optional<Error>;

std::string first_at(unsigned line) {
    return "the first stands in line " + std::to_string(line);
}

/// Names and uuids of assemblies, resource ids of services: who had one first, by line.
class Seen {
public:
    /// The line of an earlier one.
    std::optional<unsigned> add(std::string_view key, unsigned line) {
        const auto [place, added] = lines_.try_emplace(key, line);
        return added ? std::nullopt : std::optional(place->second);
    }

private:
    std::unordered_map<std::string_view, unsigned> lines_;
};

Failure check_duration(const Service& service, std::string_view assembly, std::string_view name,
                       Millis value) {
    if (value.count() >= 1 && value <= longest_duration) return std::nullopt;
    return invalid(where(service.line, assembly, service.name),
                   std::string(name) + " is " + (value.count() < 1 ? "zero" : "over a week"),
                   "from 1ms to 168h");
}

Failure check_durations(const Service& service, std::string_view assembly) {
    if (service.monitor_interval)
        if (auto error =
                check_duration(service, assembly, "monitor_interval", *service.monitor_interval))
            return error;
    if (auto error = check_duration(service, assembly, "start_timeout", service.start_timeout))
        return error;
    if (auto error = check_duration(service, assembly, "stop_timeout", service.stop_timeout))
        return error;
    return check_duration(service, assembly, "monitor_timeout", service.monitor_timeout);
}

class Checker {
public:
    explicit Checker(const Deployable& model) : model_(model) {
        for (const auto& assembly : model.assemblies) assemblies_.insert(assembly.name);
    }

    Failure run() {
        for (const auto& assembly : model_.assemblies) {
            if (auto error = check(assembly)) return error;
            if (auto error = check(assembly.services, assembly.name)) return error;
        }
        return check(model_.services, "");
    }

private:
    Failure check(const Assembly& assembly) {
        const auto place = where(assembly.line, assembly.name, "");
        if (const auto line = names_.add(assembly.name, assembly.line))
            return invalid(place, "a second assembly of this name", first_at(*line));
        if (const auto line = uuids_.add(assembly.uuid, assembly.line))
            return invalid(place, "a second assembly with uuid " + quoted(assembly.uuid),
                           first_at(*line));
        return std::nullopt;
    }

    /// Of one assembly, or the floating ones.
    Failure check(const List<Service>& list, std::string_view assembly) {
        Seen names;
        for (const auto& service : list) {
            if (auto error = check(service, assembly, names)) return error;
            if (!service.configures.empty()) {  // the rest is its service's, which follows
                if (auto error = check_script(service, assembly)) return error;
                continue;
            }
            if (auto error = check_durations(service, assembly)) return error;
            if (auto error = check_parameters(service, assembly)) return error;
        }
        return std::nullopt;
    }

    Failure check(const Service& service, std::string_view assembly, Seen& names) {
        const auto place = where(service.line, assembly, service.name);
        if (const auto line = names.add(service.name, service.line))
            return invalid(place,
                           "a second service of this name " +
                               std::string(assembly.empty() ? "that floats" : "in its assembly"),
                           first_at(*line));
        if (const auto line = resources_.add(service.resource, service.line))
            return invalid(place,
                           "its resource id " + quoted(service.resource) +
                               " collides with that of the service in line " +
                               std::to_string(*line),
                           "rename the assembly or the service");
        return std::nullopt;
    }

    /// Its first parameter is its own `url`, the others are its service's.
    static Failure check_script(const Service& script, std::string_view assembly) {
        for (std::size_t i = 1; i < script.parameters.size(); ++i)
            if (script.parameters[i].name == script.parameters[0].name)
                return invalid(where(script.line, assembly, script.name) + ", parameter " +
                                   quoted(script.parameters[i].name),
                               "the configure script has one of this name already, its own",
                               "give the parameter of the service another name");
        return std::nullopt;
    }

    Failure check_parameters(const Service& service, std::string_view assembly) {
        const auto place = where(service.line, assembly, service.name);
        if (service.parameters.size() > most_parameters)
            return Error{Errc::too_large,
                         "more than " + std::to_string(most_parameters) + " parameters", place,
                         "put them into a file in the guest"};
        std::unordered_set<std::string_view> names;
        for (const auto& parameter : service.parameters) {
            const auto inside = place + ", parameter " + quoted(parameter.name);
            if (!names.insert(parameter.name).second)
                return invalid(inside, "a second parameter of this name", "name each once");
            if (parameter.name.starts_with("CRM_meta_") || parameter.name == "crm_feature_set")
                return invalid(inside, "this name is Pacemaker's own", "give it another name");
            if (auto error = check_value(parameter, inside)) return error;
        }
        return std::nullopt;
    }

    Failure check_value(const Parameter& parameter, const std::string& place) {
        if (const auto* reference = std::get_if<Reference>(&parameter.value)) {
            if (assemblies_.count(reference->assembly) != 0) return std::nullopt;
            return invalid(place, "there is no assembly " + quoted(reference->assembly),
                           "a reference names an assembly of this document");
        }
        const auto& value = std::get<Text>(parameter.value);
        if (value.size() > longest_value)
            return Error{Errc::too_large,
                         "a value of more than " + std::to_string(longest_value) + " bytes", place,
                         "put it into a file in the guest"};
        if (value == "#default")
            return invalid(place, "Pacemaker takes '#default' for no value",
                           "leave the parameter out");
        return std::nullopt;
    }

    const Deployable& model_;
    std::unordered_set<std::string_view> assemblies_;
    Seen names_, uuids_, resources_;
};

}  // namespace

std::optional<Error> check_model(const Draft& draft) {
    return Checker(draft.model).run();
}

}  // namespace cpe::deployable
