// Core: how a server is proven not to run, and how it is removed.
#include "adapters/openstack/core.hpp"
#include "adapters/openstack/naming.hpp"
#include "adapters/openstack/words.hpp"

#include <algorithm>
#include <utility>

namespace cpe::openstack {
namespace {

Error stopping(const std::string& where) {
    return {Errc::unavailable, "cped is stopping", where, {}};
}

/// A delete that found its host busy is forgotten by Nova; that its host is down, it sees late.
constexpr int looks_until_repeated = 5;

/// Nova says no, as for a server that somebody has locked; or says yes, and nothing happens.
Error comes_to_nothing(const Server& server, const std::string& refusal, bool may_destroy,
                       const std::string& where) {
    const std::string what = "server " + server.id + " is " + words_of(server) + ": ";
    if (!refusal.empty()) return {Errc::refused, what + refusal, where, "look at it in the cloud"};
    return {Errc::timed_out, what + "Nova accepts requests, and nothing happens", where,
            may_destroy ? "its host seems to be dead"
                        : "its host seems to be dead; with rebuild=\"true\" it would be deleted "
                          "and created anew"};
}

}  // namespace

Core::Awaited Core::halt(InstanceSpec spec) {
    const std::string where = name_of(spec.key);
    const std::string known = known_of(spec);
    auto servers = co_await servers_of(spec);
    if (!servers) co_return servers.error();
    if (servers->empty()) co_return co_await absent(where, known, false);
    InstanceReport all;
    all.state = InstanceState::stopped;
    for (const Server& one : *servers) {
        auto stopped = co_await halt_one(spec, one.id, spec.rebuild || servers->size() > 1);
        if (!stopped) co_return stopped;
        const bool record_only = all.record_only || stopped->record_only;
        all = std::move(*stopped);
        all.record_only = record_only;
    }
    co_return all;
}

Core::Awaited Core::halt_one(InstanceSpec spec, std::string id, bool may_destroy) {
    const std::string where = name_of(spec.key);
    lanes_.at(spec.key).server = id;
    Progress so_far;
    so_far.may_destroy = may_destroy;
    std::string refusal;  // of the last request, if Nova has refused it
    Deadline limit = within(settings_.deadlines.action);
    for (;;) {
        if (closed_) co_return stopping(where);
        const auto server = roster_->find(id);
        so_far.overdue = so_far.overdue || now() >= limit;
        const Step step = next_to_halt(server, so_far);
        if (step == Step::done && !server) co_return co_await absent(where, id, false);
        if (step == Step::done) {
            InstanceReport report;
            report.state = InstanceState::stopped;
            report.instance = id;
            report.reason = words_of(*server);
            co_return report;
        }
        if (step == Step::give_up) co_return comes_to_nothing(*server, refusal, may_destroy, where);
        if (step == Step::remove) {
            const bool never_ran = was_never_built(*server) && server->host_id.empty();
            if (auto removed = co_await remove(where, id); !removed) co_return removed.error();
            co_return co_await absent(where, id, never_ran);
        }
        if (step != Step::wait) {
            say(LogLevel::info, where + ": " + std::string(name_of(step)) + " of server " + id);
            const auto told = co_await request(step, id);
            if (closed_) co_return stopping(where);
            const bool refused = !told && told.error().kind == FaultKind::conflict;
            if (!told && !refused && told.error().kind != FaultKind::not_found)
                co_return error_of(told.error(), where);
            refusal = refused ? told.error().line() : "";
            const bool another_try = refused && server->task_state && now() < limit;
            if (!another_try) {
                if (step == Step::reboot) so_far.rebooted = true;
                so_far.asked = step;
                so_far.overdue = refused;
                limit = within(settings_.deadlines.action);
            }
            if (refused && !another_try) continue;
        }
        const auto looked = co_await Roster::look(roster_, Roster::Scope::changes,
                                                  within(settings_.deadlines.request));
        if (!looked && now() >= limit) co_return error_of(looked.error(), where);
    }
}

/// That Nova has no record of it (any more), with what supports that nothing of it runs.
Core::Awaited Core::absent(std::string where, std::string id, bool never_ran) {
    InstanceReport report;
    report.state = InstanceState::absent;
    if (id.empty()) {
        report.reason = "there is no server of it";
        co_return report;
    }
    if (auto cleared = co_await clear_ports(where, id); !cleared) co_return cleared.error();
    bool ended = never_ran;
    if (!ended) ended = co_await was_ended_by_its_host(id);
    report.record_only = !ended;
    report.reason = "Nova shows server " + id + " no more (404), its ports are gone, " +
                    (never_ran ? "and it never was on a host"
                     : ended   ? "and its host has ended it"
                               : "but its host is not known to be up");
    co_return report;
}

Core::AwaitedResult<> Core::remove(std::string where, std::string id) {
    const Deadline limit = within(settings_.deadlines.remove);
    std::string refusal;
    for (int look = 0;; ++look) {
        if (closed_) co_return stopping(where);
        if (look % looks_until_repeated == 0) {
            const auto told = co_await request(Step::remove, id);
            if (closed_) co_return stopping(where);
            if (!told && told.error().kind != FaultKind::conflict)
                co_return error_of(told.error(), where);
            refusal = told ? "" : "; " + told.error().line();
        }
        const auto looked = co_await Roster::look(roster_, Roster::Scope::changes,
                                                  within(settings_.deadlines.request));
        const auto server = roster_->find(id);
        if (looked && !server) break;
        if (now() < limit) continue;
        if (!looked) co_return error_of(looked.error(), where);
        co_return Error{Errc::timed_out,
                        "server " + id + " is not deleted: " + words_of(*server) + refusal, where,
                        "look at it in the cloud"};
    }
    co_return co_await clear_ports(std::move(where), std::move(id));
}

/// Nova deletes the ports that it made; what is left of them after it is ours to clear away.
Core::AwaitedResult<> Core::clear_ports(std::string where, std::string id) {
    auto entered = this->cloud();
    if (!entered) co_return error_of(entered.error(), where);
    const auto cloud = *entered;
    const auto ports = co_await cloud->ports(id, within(settings_.deadlines.request));
    if (!ports) co_return error_of(ports.error(), where);
    for (const Port& port : *ports) {
        const auto gone = co_await cloud->delete_port(port.id, within(settings_.deadlines.request));
        if (!gone && gone.error().kind != FaultKind::not_found)
            co_return error_of(gone.error(), where + ", port " + port.id);
    }
    co_return Result<>();
}

/// Only a compute host that is up writes this down.
boost::asio::awaitable<bool> Core::was_ended_by_its_host(std::string id) {
    auto entered = this->cloud();
    if (!entered) co_return false;
    const auto cloud = *entered;
    const auto limit = within(settings_.deadlines.request);
    const auto actions = co_await cloud->actions(id, limit);
    if (!actions) co_return false;
    for (const ServerAction& one : *actions) {
        if (one.action != "delete" && one.action != "forceDelete") continue;
        const auto events = co_await cloud->action_events(id, one.request_id, limit);
        if (events && was_terminated(*events)) co_return true;
    }
    co_return false;
}

Core::Awaited Core::destroy(InstanceSpec spec) {
    const std::string where = name_of(spec.key);
    auto servers = co_await servers_of(spec);
    if (!servers) co_return servers.error();
    for (const Server& one : *servers)
        if (auto removed = co_await remove(where, one.id); !removed) co_return removed.error();
    InstanceReport report;
    report.state = InstanceState::absent;
    report.reason = servers->empty() ? "there is no server of it" : "its server is deleted";
    co_return report;
}

}  // namespace cpe::openstack
