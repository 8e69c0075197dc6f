#include "engines/deployable/merge.hpp"

#include "engines/deployable/copy.hpp"
#include "engines/deployable/report.hpp"
#include "engines/deployable/values.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cpe::deployable {
namespace {

using Failure = std::optional<Error>;

class Merger {
public:
    Merger(const Deployable& old, Deployable fresh, const Running& running,
           std::pmr::memory_resource& resource)
        : old_(old),
          fresh_(std::move(fresh)),
          running_(running),
          resource_(resource),
          leaving_(&resource) {
        for (auto& assembly : fresh_.assemblies) {
            assemblies_.emplace(assembly.name, &assembly);
            for (const auto& service : assembly.services)
                homes_.emplace(service.resource, Home{assembly.name, service.line});
        }
        for (const auto& service : fresh_.services)
            homes_.emplace(service.resource, Home{{}, service.line});
    }

    Failure run() {
        for (const Assembly& assembly : old_.assemblies)
            if (auto error = keep(assembly)) return error;
        for (const Service& service : old_.services)
            if (auto error = keep(service, {}, [&](Service kept) {
                    stopping_.emplace_back(&fresh_.services, std::move(kept));
                }))
                return error;
        for (const Dependency& order : old_.dependencies) keep(order);
        return std::nullopt;
    }

    /// Only now the new document's lists grow: the maps look into them.
    Deployable take() && {
        for (auto& [among, service] : stopping_) among->push_back(std::move(service));
        for (Assembly& assembly : leaving_) fresh_.assemblies.push_back(std::move(assembly));
        return std::move(fresh_);
    }

private:
    struct Home {
        std::string_view assembly;  ///< empty: it floats
        unsigned line;
    };

    Failure keep(const Assembly& was) {
        if (const auto stays = assemblies_.find(was.name); stays != assemblies_.end()) {
            return keep_services(was, [&, stays](Service kept) {
                stopping_.emplace_back(&stays->second->services, std::move(kept));
            });
        }
        if (running_.is_gone(was)) return std::nullopt;
        if (auto error = check_uuid(was)) return error;
        Assembly& leaves = leaving_.emplace_back(copy(was, resource_));
        leaves.leaving = true;
        leaves.services.clear();
        leaves.provider = running_.provider_of(was);
        return keep_services(was,
                             [&](Service kept) { leaves.services.push_back(std::move(kept)); });
    }

    template <class Put>
    Failure keep_services(const Assembly& was, const Put& put) {
        for (const Service& service : was.services)
            if (auto error = keep(service, was.name, put)) return error;
        return std::nullopt;
    }

    Failure check_uuid(const Assembly& leaves) const {
        for (const Assembly& other : fresh_.assemblies)
            if (other.uuid == leaves.uuid)
                return Error{Errc::refused,
                             "its uuid " + quoted(other.uuid) + " is still that of assembly " +
                                 quoted(leaves.name) + ", which leaves",
                             where(other.line, other.name, ""),
                             "give it another uuid, or take " + quoted(leaves.name) +
                                 " out in a reload of its own first"};
        return std::nullopt;
    }

    /// The service as it is to be stopped, unless it stays or is stopped already.
    template <class Put>
    Failure keep(const Service& was, std::string_view assembly, const Put& put) {
        const auto stays = homes_.find(was.resource);
        if (stays != homes_.end() && stays->second.assembly == assembly) return std::nullopt;
        if (running_.is_stopped(was)) return std::nullopt;
        if (stays != homes_.end())
            return Error{Errc::refused,
                         "its resource id " + quoted(was.resource) + " is still that of service " +
                             quoted(was.name) + place_of(assembly) + ", which is to be stopped",
                         where(stays->second.line, stays->second.assembly, ""),
                         "take that one out in a reload of its own first"};
        put(retired(was));
        retired_.insert(was.resource);
        return std::nullopt;
    }

    static std::string place_of(std::string_view assembly) {
        return assembly.empty() ? " that floats" : " of assembly " + quoted(assembly);
    }

    Service retired(const Service& was) {
        Service service = copy(was, resource_);
        service.retired = true;
        service.line = 0;
        service.escalation = {};
        service.utilization.clear();
        if (service.floating) {
            service.floating->prefer.clear();
            service.floating->migration_threshold.reset();
            service.floating->failure_timeout.reset();
        }
        // What it refers to may be gone before it is stopped.
        std::erase_if(service.parameters, [&](Parameter& parameter) {
            const auto* reference = std::get_if<Reference>(&parameter.value);
            if (!reference) return false;
            const Text value(running_.resolve(*reference), &resource_);
            if (value.empty()) return true;
            parameter.value.emplace<Text>(value, &resource_);
            return false;
        });
        return service;
    }

    void keep(const Dependency& order) {
        if (!retired_.contains(order.then)) return;
        if (!retired_.contains(order.first) && !homes_.contains(order.first)) return;
        if (!orders_.emplace(order.first, order.then).second) return;
        fresh_.dependencies.push_back(leftover_order(order.first, order.then, resource_));
    }

    const Deployable& old_;
    Deployable fresh_;
    const Running& running_;
    std::pmr::memory_resource& resource_;
    List<Assembly> leaving_;
    std::vector<std::pair<List<Service>*, Service>> stopping_;
    std::unordered_map<std::string_view, Assembly*> assemblies_;
    std::unordered_map<std::string_view, Home> homes_;  ///< of resources of the new document
    std::unordered_set<std::string_view> retired_;
    std::set<std::pair<std::string_view, std::string_view>> orders_;
};

std::size_t services_of(const Deployable& model) {
    std::size_t count = model.services.size();
    for (const auto& assembly : model.assemblies) count += assembly.services.size();
    return count;
}

Failure check_size(const Deployable& model, const Limits& limits) {
    const auto over = [&](const char* what, std::size_t limit) {
        return Error{Errc::too_large,
                     "with what is still to leave there are more than " + std::to_string(limit) +
                         " " + what + " (limits." + what + ")",
                     "deployable " + quoted(model.name),
                     "take out in one reload and add in the next"};
    };
    if (model.assemblies.size() > limits.assemblies) return over("assemblies", limits.assemblies);
    if (services_of(model) > limits.services) return over("services", limits.services);
    return std::nullopt;
}

template <class Gone>
void drop_services(List<Service>& services, const Gone& gone) {
    std::erase_if(services, [&](const Service& s) { return s.retired && gone(s); });
}

}  // namespace

Dependency leftover_order(std::string_view first, std::string_view then,
                          std::pmr::memory_resource& resource) {
    Text id("leftover\t", &resource);  // ids of documents have no tabs
    id.append(first).append("\t").append(then);
    return {.id = std::move(id), .first = Text(first, &resource), .then = Text(then, &resource)};
}

Result<Deployable> merge(const Deployable& old, Deployable fresh, const Running& running,
                         const Limits& limits, std::pmr::memory_resource& resource) {
    if (auto error = check_reloadable(old, fresh, running)) return *std::move(error);
    Merger merger(old, std::move(fresh), running, resource);
    if (auto error = merger.run()) return *error;
    Deployable model = std::move(merger).take();
    if (auto error = check_size(model, limits)) return *error;
    return model;
}

Deployable without_finished(const Deployable& model, const Running& running,
                            std::pmr::memory_resource& resource) {
    Deployable rest = copy(model, resource);
    std::erase_if(rest.assemblies,
                  [&](const Assembly& a) { return a.leaving && running.is_gone(a); });
    for (Assembly& assembly : rest.assemblies) drop_services(assembly.services, running.is_stopped);
    drop_services(rest.services, running.is_stopped);
    std::unordered_set<std::string_view> left;
    for (const auto& assembly : rest.assemblies)
        for (const auto& service : assembly.services) left.insert(service.resource);
    for (const auto& service : rest.services) left.insert(service.resource);
    std::erase_if(rest.dependencies, [&](const Dependency& order) {
        return !left.contains(order.first) || !left.contains(order.then);
    });
    return rest;
}

}  // namespace cpe::deployable
