// Core: what a start comes to.
#include "adapters/openstack/core.hpp"
#include "adapters/openstack/naming.hpp"
#include "adapters/openstack/words.hpp"

#include <algorithm>
#include <utility>

namespace cpe::openstack {
namespace {

/// The known one, else one that runs, else the oldest.
const Server& best_of(const std::vector<Server>& servers, const std::string& known) {
    const auto rank = [&](const Server& one) {
        return std::tuple(one.id != known, one.status != ServerStatus::active, one.created, one.id);
    };
    return *std::min_element(servers.begin(), servers.end(),
                             [&](const Server& a, const Server& b) { return rank(a) < rank(b); });
}

}  // namespace

Core::AwaitedResult<std::vector<Server>> Core::servers_of(InstanceSpec spec) {
    const auto looked =
        co_await Roster::look(roster_, Roster::Scope::all, within(settings_.deadlines.request));
    if (!looked) co_return error_of(looked.error(), name_of(spec.key));
    auto servers = roster_->with_tag(assembly_tag(owner_, spec.key));
    const std::string known = known_of(spec);
    const bool listed = std::any_of(servers.begin(), servers.end(),
                                    [&](const Server& one) { return one.id == known; });
    if (known.empty() || listed) co_return servers;
    // Tags can be taken away by anybody in the project: that it is gone, only Nova's 404 says.
    auto entered = this->cloud();
    if (!entered) co_return error_of(entered.error(), name_of(spec.key));
    const auto cloud = *entered;
    auto shown = co_await cloud->server(known, within(settings_.deadlines.request));
    if (!shown && shown.error().kind == FaultKind::not_found) co_return servers;
    if (!shown) co_return error_of(shown.error(), name_of(spec.key));
    roster_->learn(*shown);
    if (!roster_->find(known)) co_return servers;
    say(LogLevel::warning, name_of(spec.key) + ": somebody took our tags from server " + known);
    servers.push_back(std::move(*shown));
    co_return servers;
}

const std::string& Core::known_of(const InstanceSpec& spec) const {
    return spec.instance.empty() ? lanes_.at(spec.key).server : spec.instance;
}

/// A create whose answer was lost, and was made again: what is too much is removed before anything
/// of ours is begun in either. All of them have our tags.
Core::AwaitedResult<std::string> Core::keep_one(InstanceSpec spec, std::vector<Server> servers) {
    if (servers.empty()) co_return std::string();
    const std::string kept = best_of(servers, known_of(spec)).id;
    for (const Server& one : servers) {
        if (one.id == kept) continue;
        say(LogLevel::warning, name_of(spec.key) + ": server " + one.id +
                                   " is one too many beside " + kept + ", and is deleted");
        if (auto removed = co_await remove(name_of(spec.key), one.id); !removed)
            co_return removed.error();
    }
    co_return kept;
}

Core::Awaited Core::start(InstanceSpec spec) {
    auto servers = co_await servers_of(spec);
    if (!servers) co_return servers.error();
    auto id = co_await keep_one(spec, std::move(*servers));
    if (!id) co_return id.error();
    co_return co_await bring_up(std::move(spec), std::move(*id), false);
}

Core::Awaited Core::bring_up(InstanceSpec spec, std::string id, bool fresh) {
    const std::string where = name_of(spec.key);
    Progress so_far;
    so_far.respect = settings_.respect_external_stop;
    bool asked_who = false;
    Deadline limit = within(settings_.deadlines.create);
    for (;;) {
        if (closed_) co_return Error{Errc::unavailable, "cped is stopping", where, {}};
        lanes_.at(spec.key).server = id;
        const auto server = id.empty() ? std::nullopt : roster_->find(id);
        if (server && server->status == ServerStatus::shutoff && !std::exchange(asked_who, true) &&
            !lanes_.at(spec.key).stopped_by_us && !spec.down_by_us && !so_far.asked)
            so_far.by_hand = co_await was_stopped_by_somebody(id);
        so_far.overdue = now() >= limit;
        const Step step = next_to_run(server, so_far);
        switch (step) {
            case Step::done: {
                auto report = report_running(*server, fresh || so_far.asked.has_value());
                if (report || so_far.overdue) co_return report;
                break;  // its address comes a little later
            }
            case Step::leave: {
                InstanceReport report = lanes_.at(spec.key).told;
                report.instance = id;
                report.state = state_of(*server);
                report.by_hand = true;
                report.reason = words_of(*server) + ": somebody has put it into this state";
                co_return report;
            }
            case Step::create: {
                auto made = co_await create(spec);
                if (!made) co_return made.error();
                id = std::move(*made);
                so_far.asked = Step::create;
                limit = within(settings_.deadlines.create);
                break;
            }
            case Step::start:
            case Step::reboot:
            case Step::remove: {
                const auto told = co_await request(step, id);
                if (!told && told.error().kind != FaultKind::conflict)
                    co_return error_of(told.error(), where);
                so_far.asked = step;
                limit = within(step == Step::remove ? settings_.deadlines.remove
                                                    : settings_.deadlines.action);
                break;
            }
            case Step::wait: break;
            default:
                co_return Error{Errc::unavailable,
                                server ? "server " + id + " is " + words_of(*server)
                                       : "server " + id + " does not appear",
                                where, server && server->fault ? "" : "look at it in the cloud"};
        }
        if (closed_) co_return Error{Errc::unavailable, "cped is stopping", where, {}};
        const auto looked =
            co_await Roster::look(roster_, Roster::Scope::changes,
                                  std::max(limit, within(settings_.deadlines.settle * 2)));
        if (!looked && now() >= limit) co_return error_of(looked.error(), where);
    }
}

Result<InstanceReport> Core::report_running(const Server& server, bool anew) const {
    const auto address = address_of(server, settings_.address);
    if (!address)
        return Error{Errc::invalid_input,
                     "server " + server.id + " has no " + words_of(settings_.address),
                     settings_.name, "look at address_network, address_version and floating"};
    InstanceReport report;
    report.state = InstanceState::running;
    report.instance = server.id;
    report.address = *address;
    report.hostname = server.name;
    report.anew = anew;
    if (const auto key = server.metadata.find(host_key_field); key != server.metadata.end())
        report.host_key = key->second;
    return report;
}

boost::asio::awaitable<Answer<>> Core::request(Step step, std::string id) {
    auto cloud = this->cloud();
    if (!cloud) co_return cloud.error();
    const auto kept = *cloud;
    const auto limit = within(settings_.deadlines.request);
    switch (step) {
        case Step::start: co_return co_await kept->start_server(std::move(id), limit);
        case Step::stop: co_return co_await kept->stop_server(std::move(id), limit);
        case Step::reboot:
            co_return co_await kept->reboot_server(std::move(id), Reboot::hard, limit);
        default: break;
    }
    auto removed = co_await kept->delete_server(std::move(id), limit);
    if (!removed && removed.error().kind == FaultKind::not_found) co_return Answer<>();
    co_return removed;
}

boost::asio::awaitable<bool> Core::was_stopped_by_somebody(std::string id) {
    auto cloud = this->cloud();
    if (!cloud) co_return false;
    const auto kept = *cloud;
    const auto actions = co_await kept->actions(std::move(id), within(settings_.deadlines.request));
    co_return actions&& is_stop_by_somebody(*actions);
}

}  // namespace cpe::openstack
