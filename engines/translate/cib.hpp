// Deployable -> Pacemaker configuration (XSLT), and observed state -> <status>: together, a CIB.
//
// Thread: Stylesheet and Configuration are used on one thread at a time; pure. Errors: only for
// what is our bug or a broken stylesheet. Source: Pacemaker 2.1.5's CIB, schema pacemaker-3.9.
#pragma once

#include <cpe/model.hpp>
#include <cpe/result.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cpe::translate {

/// schemas/deployable-to-cib.xsl, compiled.
class Stylesheet {
public:
    static Result<Stylesheet> compile(std::string_view text);
    Stylesheet(const Stylesheet&) = delete;
    Stylesheet& operator=(const Stylesheet&) = delete;
    Stylesheet(Stylesheet&&) noexcept;
    Stylesheet& operator=(Stylesheet&&) noexcept;
    ~Stylesheet();

private:
    friend class Configuration;
    struct Impl;
    explicit Stylesheet(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

/// What is set in the copied tree at run time. Views must live through the call only.
struct RuntimeValues {
    /// (resource, parameter) -> value of a resolved reference. A reference without a value holds
    /// its service (give it in `held` too).
    struct Resolved {
        std::string_view resource, parameter, value;
    };
    std::vector<Resolved> references;
    std::vector<std::string_view> held;  ///< resources with target-role=Stopped (backoff, no value)
    /// Resources with a fail count somewhere: only these are given their migration_threshold, for
    /// with one the scheduler searches every node for fail counts. Others may be named too.
    std::vector<std::string_view> failed = {};
    /// Names of assemblies that are in maintenance: what runs there is left alone.
    std::vector<std::string_view> maintained = {};
    /// Nothing is touched anywhere, all is watched: is-managed=false, so that the plan has probes
    /// and recurring monitors only (with maintenance-mode the scheduler would end all monitors).
    bool looks = false;
    bool stop_all = false;  ///< stop-all-resources: the deployable is being stopped
};

enum class Membership {
    down,     ///< not running, and known so (also: fenced)
    booting,  ///< not heard of yet
    online,   ///< a member
    lost,     ///< out of reach and not proven dead: the scheduler plans a fence
};

/// One lrm_rsc_op.
struct HistoryEntry {
    std::string_view operation;  ///< start, stop, monitor, ...
    Millis interval{0};
    bool failure = false;  ///< the RESOURCE_last_failure_0 entry
    int call_id = 0;       ///< grows with every operation of its node
    int rc = 0;
    int target_rc = 0;
    int op_status = 0;  ///< pcmk_exec_status: 0 done, 2 timed out, 4 error, ... -1 pending
    WallTime changed;   ///< last-rc-change
    std::string_view digest;
    int transition = 0, action = 0;  ///< of its transition key
    /// Of what was started by an agent that can take over new parameters while it runs: names of
    /// those that need a restart all the same (" a b "), and the digest of their values. Without
    /// them any change of a parameter restarts.
    std::string_view force_restart = {};
    std::string_view restart_digest = {};
};

struct ResourceHistory {
    std::string_view resource, agent_class, provider, type;
    std::vector<HistoryEntry> entries;
};

struct NodeStatus {
    std::string_view uuid, name;
    Membership membership = Membership::down;
    std::vector<ResourceHistory> history;
    /// fail-count-*, last-failure-*, shutdown, standby, ...
    std::vector<std::pair<std::string, std::string>> attributes;
};

/// The static configuration of one deployable, kept parsed and only copied.
class Configuration {
public:
    static Result<Configuration> translate(const Deployable&, const Stylesheet&);
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;
    Configuration(Configuration&&) noexcept;
    Configuration& operator=(Configuration&&) noexcept;
    ~Configuration();

    /// The whole CIB document. `transition_uuid` is the uuid part of transition keys.
    [[nodiscard]] Result<std::string> cib(const RuntimeValues&, std::span<const NodeStatus>,
                                          std::string_view transition_uuid) const;

private:
    struct Impl;
    explicit Configuration(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

}  // namespace cpe::translate
