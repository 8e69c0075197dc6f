#include "engines/deployment/rebuild.hpp"

#include "engines/deployment/changes.hpp"
#include "engines/deployment/leftovers.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cpe::deployment {
namespace {

constexpr std::size_t nowhere = NodeHistory::no_service;

class Rebuild {
public:
    Rebuild(World& w, Deployable model, translate::Configuration configuration)
        : w_(w), model_(std::move(w.model)), assemblies_(&w.arena), services_(&w.arena) {
        for (const AssemblyUnit& a : w.assemblies) assembly_over_.push_back(is_over(a));
        for (const ServiceUnit& s : w.services) service_over_.push_back(is_over(w, s));
        assemblies_.swap(w.assemblies);
        services_.swap(w.services);
        w.assembly_by_name.clear();
        w.service_by_resource.clear();
        w.model = std::move(model);
        w.configuration = std::move(configuration);
        w.lay_out();
        // What has ended and stands in the document again is another one.
        for (const AssemblyUnit& a : assemblies_)
            assembly_to_.push_back(assembly_over_[assembly_to_.size()] ? nowhere : new_index(a));
        for (const ServiceUnit& s : services_)
            service_to_.push_back(service_over_[service_to_.size()] ? nowhere : new_index(s));
    }

    void run() {
        for (std::size_t i = 0; i < services_.size(); ++i) move_service(i);
        for (std::size_t i = 0; i < assemblies_.size(); ++i) move_assembly(i);
        begin_new_ones();
        w_.ladder.window.set_limits(w_.model.escalation);
        w_.timers.rename([this](TimerId id) { return renamed(id); });
        if (w_.transition) rename_operations(*w_.transition);
    }

private:
    std::size_t new_index(const AssemblyUnit& a) const {
        const auto at = w_.assembly_by_name.find(a.model->name);
        return at == w_.assembly_by_name.end() ? nowhere : at->second;
    }

    std::size_t new_index(const ServiceUnit& s) const {
        const auto at = w_.service_by_resource.find(s.model->resource);
        if (at == w_.service_by_resource.end()) return nowhere;
        const ServiceUnit& now = w_.services[at->second];
        if (s.floats() != now.floats()) return nowhere;
        const auto home = assembly_to_[s.placements.front().assembly];
        return s.floats() || now.placements.front().assembly == home ? at->second : nowhere;
    }

    void move_assembly(std::size_t from) {
        AssemblyUnit& was = assemblies_[from];
        if (assembly_to_[from] == nowhere) {
            w_.restraint.remember_maintenance |= was.maintenance;
            tell_removed({std::string(was.model->name), {}}, "nothing of it is left");
            return forget("assembly " + std::string(was.model->name));
        }
        AssemblyUnit& now = w_.assemblies[assembly_to_[from]];
        const Assembly* model = now.model;
        auto services = std::move(now.services);
        now = std::move(was);
        now.model = model;
        now.services = std::move(services);
        now.window.set_limits(model->escalation);
        now.history.rename(service_to_);
    }

    void move_service(std::size_t from) {
        ServiceUnit& was = services_[from];
        const std::size_t to = service_to_[from];
        if (to == nowhere) {
            if (!was.is_script())
                tell_removed({home_of(was), std::string(was.model->name)},
                             "it does not run any more");
            return forget("service " + std::string(was.model->resource));
        }
        ServiceUnit& now = w_.services[to];
        const Service* model = now.model;
        auto placements = std::move(now.placements);
        now = std::move(was);
        std::swap(now.placements, placements);
        now.model = model;
        now.window.set_limits(model->escalation);
        for (Placement& p : placements) {
            const std::size_t home = assembly_to_[p.assembly];
            Placement* place = home == nowhere ? nullptr : now.in(home);
            if (!place) continue;
            *place = std::move(p);
            place->service = to;
            place->assembly = home;
        }
    }

    void begin_new_ones() {
        for (std::size_t i = 0; i < w_.assemblies.size(); ++i)
            if (std::find(assembly_to_.begin(), assembly_to_.end(), i) == assembly_to_.end())
                w_.assemblies[i].since = w_.now.wall;
        for (std::size_t i = 0; i < w_.services.size(); ++i)
            if (std::find(service_to_.begin(), service_to_.end(), i) == service_to_.end())
                begin(w_.services[i]);
    }

    /// What is new in an assembly that does not run is known not to run.
    void begin(ServiceUnit& s) {
        s.since = w_.now.wall;
        for (Placement& p : s.placements) {
            if (!w_.home_of(p).proven_down) continue;
            p.may_run = false;
            change(w_, p, ServiceState::stopped, "its assembly does not run");
        }
    }

    std::optional<TimerId> renamed(TimerId id) const {
        std::size_t index = 0;
        switch (id.kind) {
            case TimerKind::heartbeat:
            case TimerKind::life:
            case TimerKind::agents: index = assembly_to_[id.index]; break;
            case TimerKind::hold: index = service_to_[id.index]; break;
            case TimerKind::operations:
            case TimerKind::tick:
            case TimerKind::recheck:
            case TimerKind::retry: break;
        }
        if (index == nowhere) return std::nullopt;
        return TimerId{id.kind, index};
    }

    void rename_operations(Transition& transition) const {
        for (Operation& op : transition.operations) {
            op.service = service_to_[op.service];
            op.assembly = assembly_to_[op.assembly];
            if (op.service == nowhere || op.assembly == nowhere)
                throw std::logic_error("an operation is under way of what the model has no more");
        }
        for (auto& [action, assembly] : transition.fences) assembly = assembly_to_[assembly];
    }

    std::string home_of(const ServiceUnit& s) const {
        if (s.floats()) return {};
        return std::string(assemblies_[s.placements.front().assembly].model->name);
    }

    void tell_removed(Journal::About about, std::string reason) {
        w_.journal.tell("configuration_change", std::move(about), "removed", std::move(reason));
    }

    void forget(std::string key) { w_.journal.batch().memory.push_back({std::move(key), {}}); }

    World& w_;
    Deployable model_;  ///< the old one: names of the old units are in it
    std::pmr::vector<AssemblyUnit> assemblies_;
    std::pmr::vector<ServiceUnit> services_;
    std::vector<bool> assembly_over_, service_over_;
    std::vector<std::size_t> assembly_to_, service_to_;
};

}  // namespace

void rebuild(World& w, Deployable model, translate::Configuration configuration) {
    Rebuild(w, std::move(model), std::move(configuration)).run();
}

}  // namespace cpe::deployment
