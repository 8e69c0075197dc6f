// A guest whose agent answers as cpe-agent and ocf:heartbeat:Dummy would, in virtual time.
#pragma once

#include <cpe/operation.hpp>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cpe::test {

struct FakeGuest {
    enum class Power { absent, stopped, running };
    struct Monitor {
        std::string digest;
        OperationId id;
        int last_rc = 0;
    };

    std::string name;
    std::string place;           ///< the provider where it is
    std::set<std::string> left;  ///< other providers that have a disk of it
    MonoTime busy_until;         ///< its provider carries out commands so long
    Power power = Power::absent;
    bool given_back = false;          ///< it runs, but not for cped any more
    bool agent = false;               ///< the agent process lives
    bool linked = true;               ///< the network between it and cped works
    bool channel = false;             ///< cped listens for it
    bool frozen = false;              ///< it does not say anything though it lives
    bool refuses = false;             ///< it answers, but does not let cped in
    bool mute_boot = false;           ///< its agent never comes up at the next boots
    std::vector<std::string> barred;  ///< boot ids that the channel is not to let in
    unsigned instance = 0;
    unsigned boot = 0;
    unsigned life = 0;  ///< of the agent
    std::string address;
    std::set<std::string> running;
    std::set<std::string> promoted;  ///< of those that run
    std::map<std::pair<std::string, Millis>, Monitor> monitors;
    std::map<std::uint64_t, OperationRequest> under_way;
    Millis overdue{0};
    Millis reconnects_after{50};  ///< cped listening for it anew

    std::map<std::string, int> fail_start;   ///< resource -> rc of each start
    std::map<std::string, int> fail_stop;    ///< resource -> rc of each stop
    std::map<std::string, int> fail_reload;  ///< resource -> rc of each reload-agent
    std::map<std::string, int> fail_probe;   ///< resource -> rc of each monitor
    bool hang_metadata = false;
    std::string metadata_text;                 ///< instead of what its agents would say
    std::set<std::string> hangs;               ///< resources whose agents do not end
    std::map<std::string, unsigned> starts;    ///< resource -> how often it was started
    std::map<std::string, unsigned> reloads;   ///< resource -> how often it was reloaded
    std::map<std::string, std::string> given;  ///< resource -> agent and parameters it runs with
    std::vector<std::string> complaints;       ///< an agent was asked what it cannot do

    [[nodiscard]] bool speaks() const {
        return power == Power::running && agent && linked && channel && !frozen && !refuses;
    }
    [[nodiscard]] GuestHello hello() const {
        GuestHello hello{name + "-boot-" + std::to_string(boot),
                         name + "-agent-" + std::to_string(life),
                         name + ".local",
                         table(),
                         {}};
        for (const auto& [id, request] : under_way) hello.operations.push_back({id});
        return hello;
    }
    [[nodiscard]] std::vector<MonitorEntry> table() const {
        std::vector<MonitorEntry> rows;
        for (const auto& [key, row] : monitors)
            rows.push_back({key.first, key.second, row.digest, row.last_rc});
        return rows;
    }

    /// The machine ends: nothing in it survives but its disk.
    void die() {
        if (power == Power::running) power = Power::stopped;
        agent = frozen = false;
        running.clear();
        promoted.clear();
        monitors.clear();
        under_way.clear();
    }
    void end_agent() {
        agent = false;
        monitors.clear();
        under_way.clear();
    }
    int check(const std::string& resource) const {
        if (!running.contains(resource)) return ocf::not_running;
        return promoted.contains(resource) ? ocf::running_promoted : ocf::ok;
    }

    /// "heartbeat:Dummy fake=x ", as the agent was asked.
    static std::string asked(const OperationRequest& request) {
        std::string text = request.provider + ":" + request.type + " ";
        for (const auto& [key, value] : request.parameters) text += key + "=" + value + " ";
        return text;
    }

    /// What ocf:pacemaker:Dummy says of itself, as far as cped reads it; others are of before OCF
    /// 1.1.
    std::string metadata(const OperationRequest& request) const {
        if (!metadata_text.empty()) return metadata_text;
        if (request.provider != "pacemaker")
            return "<resource-agent><version>1.0</version></resource-agent>";
        return "<resource-agent><version>1.1</version><parameters><parameter name='state'/>"
               "<parameter name='fake' reloadable='1'/></parameters><actions><action "
               "name='reload-agent'/></actions></resource-agent>";
    }

    /// Carries out one operation, and says its rc.
    int perform(const OperationRequest& request) {
        const auto forced = [&](const auto& table) {
            const auto at = table.find(request.resource);
            return at == table.end() ? ocf::ok : at->second;
        };
        if (request.operation == "start") {
            ++starts[request.resource];
            if (const int rc = forced(fail_start); rc != ocf::ok) return rc;
            running.insert(request.resource);
            given[request.resource] = asked(request);
            return ocf::ok;
        }
        if (request.operation == "reload-agent") {
            if (const int rc = forced(fail_reload); rc != ocf::ok) return rc;
            ++reloads[request.resource];
            given[request.resource] = asked(request);
            return ocf::ok;
        }
        if (request.operation == metadata_operation) return ocf::ok;
        if (request.operation == "stop") {
            if (running.contains(request.resource) && given[request.resource] != asked(request))
                complaints.push_back(request.resource + " runs as " + given[request.resource] +
                                     "and is stopped as " + asked(request));
            std::erase_if(monitors,
                          [&](const auto& row) { return row.first.first == request.resource; });
            if (const int rc = forced(fail_stop); rc != ocf::ok) return rc;
            running.erase(request.resource);
            promoted.erase(request.resource);
            return ocf::ok;
        }
        if (request.operation == "promote" || request.operation == "demote") {
            if (!running.contains(request.resource)) return ocf::not_running;
            request.operation == "promote" ? void(promoted.insert(request.resource))
                                           : void(promoted.erase(request.resource));
            return ocf::ok;
        }
        const int forced_rc = forced(fail_probe);
        const int rc = forced_rc == ocf::ok ? check(request.resource) : forced_rc;
        if (request.interval > Millis{0})
            monitors[{request.resource, request.interval}] = {request.digest, request.id, rc};
        return rc;
    }
};

}  // namespace cpe::test
