#include "test/sim/machine.hpp"

#include "test/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace cpe::sim {
namespace {

std::string fake_of(const OperationRequest& request) {
    for (const auto& [name, value] : request.parameters)
        if (name == "fake") return value;
    return {};
}

bool is_reloadable(const OperationRequest& request) {
    return request.provider == "pacemaker" && request.type == "Dummy";
}

}  // namespace

std::string Machine::name() const {
    return text_of(key_) + "@" + provider_;
}

std::string Machine::boot_id() const {
    return name() + "-boot-" + std::to_string(boot_);
}

bool Machine::runs(const std::string& resource) const {
    const auto* found = find(resource);
    return on() && found && found->active;
}

bool Machine::runs_anything() const {
    return on() && std::any_of(services_.begin(), services_.end(),
                               [](const auto& each) { return each.second.active; });
}

const ServiceBody* Machine::find(const std::string& resource) const {
    const auto at = services_.find(resource);
    return at == services_.end() ? nullptr : &at->second;
}

std::vector<std::string> Machine::resources() const {
    std::vector<std::string> names;
    for (const auto& [resource, body] : services_) names.push_back(resource);
    return names;
}

void Machine::later(Millis after, std::function<void()> work) {
    world_.time.at(after, [this, boot = boot_, work = std::move(work)] {
        if (boot != boot_ || !on()) return;
        if (frozen_)
            stalled_.push_back(work);
        else
            work();
    });
}

// Its life ----------------------------------------------------------------------------------------

void Machine::power_on(Millis boot_takes) {
    if (on()) return;
    undead = false;
    power_ = Power::on;
    ++instance_;
    address_ = world_.lease_address();
    boot(boot_takes);
}

void Machine::boot(Millis takes) {
    ++boot_;
    world_.note([&] { return name() + " boots (" + boot_id() + (mute ? ", mute)" : ")"); });
    for (auto& watcher : world_.watchers) watcher->power_changed(*this);
    if (!mute) later(takes, [this] { start_agent(); });
}

void Machine::end_life(bool noticed) {
    for (auto& each : wires_)
        if (const auto wire = each.lock()) {
            if (noticed)
                wire->close(Wire::guest, "end of file");
            else
                wire->vanish(Wire::guest);
        }
    wires_.clear();
    agent_.reset();
    frozen_ = false;
    stalled_.clear();
    ++boot_;  // nothing of it goes on
    for (const auto& resource : resources()) set_active(resource, false);
}

void Machine::power_off(bool noticed) {
    if (!on()) return;
    world_.note([&] { return name() + " is off"; });
    end_life(noticed);
    power_ = Power::off;
    undead = false;
    for (auto& watcher : world_.watchers) watcher->power_changed(*this);
}

void Machine::destroy() {
    power_off(false);
    power_ = Power::absent;
    services_.clear();
}

void Machine::reboot(Millis boot_takes) {
    if (!on()) return;
    end_life(world_.weather.chance(50));
    boot(boot_takes);
}

void Machine::freeze(bool frozen) {
    if (!on()) return;
    world_.note([&] { return name() + (frozen ? " freezes" : " thaws"); });
    frozen_ = frozen;
    if (frozen) return;
    for (const auto& work : std::exchange(stalled_, {})) later(Millis{0}, work);
}

InstanceReport Machine::report() const {
    InstanceReport report;
    report.state = power_ == Power::on    ? InstanceState::running
                   : power_ == Power::off ? InstanceState::stopped
                                          : InstanceState::absent;
    if (!on()) return report;
    report.instance = std::to_string(instance_);
    report.address = address_;
    report.hostname = key_.assembly + ".sim";
    return report;
}

// Its agent ---------------------------------------------------------------------------------------

void Machine::start_agent() {
    agent_ = std::make_unique<GuestAgent>(*this, ++agents_);
    agent_->connect();
}

void Machine::crash_agent(Millis comes_back) {
    if (!agent_) return;
    world_.note([&] { return name() + ": its agent crashes"; });
    agent_->crash();
    agent_.reset();
    later(comes_back, [this] {
        if (!agent_) start_agent();
    });
}

std::shared_ptr<Wire> Machine::dial() {
    if (network.cut) return nullptr;
    auto wire = world_.connect(*this);
    std::erase_if(wires_, [](const auto& each) { return each.expired(); });
    if (wire) wires_.push_back(wire);
    return wire;
}

void Machine::heal_network() {
    network = {};
    for (auto& each : wires_)
        if (const auto wire = each.lock()) wire->heal();
}

// Its services ------------------------------------------------------------------------------------

void Machine::set_active(const std::string& resource, bool active) {
    ServiceBody& service = services_[resource];
    if (!active) set_promoted(resource, false);
    if (std::exchange(service.active, active) == active) return;
    for (auto& watcher : world_.watchers) watcher->active_changed(*this, resource, active);
}

void Machine::set_promoted(const std::string& resource, bool promoted) {
    if (std::exchange(services_[resource].promoted, promoted) == promoted) return;
    for (auto& watcher : world_.watchers) watcher->promoted_changed(*this, resource, promoted);
}

std::optional<Millis> Machine::duration_of(const OperationRequest& request) {
    const Script& script = services_[request.resource].script;
    if (script.hangs) return std::nullopt;
    if (script.slow) return world_.weather.between(request.timeout / 4, request.timeout * 9 / 10);
    return world_.weather.between(Millis{2}, Millis{60});
}

void Machine::began(const OperationRequest& request) {
    world_.note([&] {
        return request.interval > Millis{0} && request.operation == "monitor"
                   ? std::string()
                   : name() + ": " + request.operation + " of " + request.resource + " begins (" +
                         std::to_string(request.id.value) + ")";
    });
    for (auto& watcher : world_.watchers) watcher->performed(*this, request);
}

int Machine::start(const OperationRequest& request, ServiceBody& service) {
    ++service.starts;
    service.fake = fake_of(request);
    const int rc = service.script.start_rc.value_or(ocf::ok);
    // A start may fail though something runs then.
    if (rc == ocf::ok || world_.weather.chance(20)) set_active(request.resource, true);
    return rc;
}

int Machine::reload(const OperationRequest& request, ServiceBody& service) {
    if (!is_reloadable(request))
        world_.violated("reload-agent",
                        name() + ": the agent of " + request.resource + " cannot do that");
    if (!service.active) return ocf::not_running;
    service.fake = fake_of(request);
    return ocf::ok;
}

/// ocf:pacemaker:Dummy, as far as cped reads what it says; others are of before OCF 1.1.
std::string Machine::output_of(const OperationRequest& request) {
    if (request.operation != metadata_operation) return {};
    if (!is_reloadable(request)) return "<resource-agent><version>1.0</version></resource-agent>";
    return "<resource-agent><version>1.1</version><parameters><parameter name='state'/>"
           "<parameter name='fake' reloadable='1'/></parameters><actions><action "
           "name='reload-agent'/></actions></resource-agent>";
}

int Machine::stop(const std::string& resource, ServiceBody& service) {
    ++service.stops;
    const int rc = service.script.stop_rc.value_or(ocf::ok);
    if (rc == ocf::ok || world_.weather.chance(20)) set_active(resource, false);
    return rc;
}

int Machine::perform(const OperationRequest& request) {
    ServiceBody& service = services_[request.resource];
    service.looked = world_.time.mono();
    if (request.operation == "start") return start(request, service);
    if (request.operation == "reload-agent") return reload(request, service);
    if (request.operation == "stop") return stop(request.resource, service);
    if (request.operation == "promote" || request.operation == "demote") {
        if (!service.active) return ocf::not_running;
        set_promoted(request.resource, request.operation == "promote");
        return ocf::ok;
    }
    if (request.operation != "monitor") return ocf::ok;
    if (service.script.monitor_rc) return *service.script.monitor_rc;
    if (!service.active) return ocf::not_running;
    return service.promoted ? ocf::running_promoted : ocf::ok;
}

void Machine::cut_short(const OperationRequest& request) {
    if (!world_.weather.chance(50)) return;
    const bool active = find(request.resource) && find(request.resource)->active;
    if (request.operation == "start") {
        services_[request.resource].fake = fake_of(request);
        set_active(request.resource, true);
    }
    if (request.operation == "reload-agent" && active)
        services_[request.resource].fake = fake_of(request);
    if (request.operation == "stop") set_active(request.resource, false);
    if (request.operation == "promote" && active) set_promoted(request.resource, true);
    if (request.operation == "demote") set_promoted(request.resource, false);
}

}  // namespace cpe::sim
