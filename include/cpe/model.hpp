// The deployable: what an operator asked for, parsed and validated (design.md §7).
//
// Thread: the strand of its deployable. Ownership: every string and list lives in the memory
// resource that the parser was given (the deployable's arena); build with `Text(value, resource)`
// and move: moving keeps the arena, copying leaves it for the default resource. Immutable once
// parsed.
#pragma once

#include <cpe/time.hpp>

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cpe {

using Text = std::pmr::string;
template <class T>
using List = std::pmr::vector<T>;

/// The Nth failure within `period` escalates to the next rung (§8). Never, when either is absent.
struct Escalation {
    std::optional<std::uint32_t> failures;  ///< >= 1
    std::optional<Millis> period;           ///< > 0

    [[nodiscard]] bool enabled() const { return failures && period; }
};

/// A value that is known only while another assembly runs.
struct Reference {
    enum class Attribute { ipaddress, hostname };
    Text assembly;
    Attribute attribute = Attribute::ipaddress;
};

struct Parameter {
    Text name;
    std::variant<Text, Reference> value;
};

enum class AgentClass { ocf, systemd, lsb };

/// What a service needs of an assembly, or an assembly has: utilization="cpu=2 memory=512".
struct Capacity {
    Text name;
    std::int64_t amount = 0;
};

/// Where a service that belongs to no assembly may run (§7).
struct Floating {
    List<Text> prefer;            ///< names of assemblies, the most wanted first
    std::uint32_t instances = 1;  ///< how many run at once; over 1: a clone, each in another place
    bool promotable = false;      ///< one of its instances is promoted
    std::optional<std::int32_t> stickiness;            ///< absent: above any preference, it stays
    std::optional<std::uint32_t> migration_threshold;  ///< failures in a place until it moves
    std::optional<Millis> failure_timeout;             ///< failures older than it are forgotten

    [[nodiscard]] bool is_clone() const { return instances > 1 || promotable; }
};

/// An application inside an assembly that has a resource agent.
struct Service {
    Text name;
    /// Its id in the CIB: rsc_<assembly>_<service>, floating rsc_<service>; of a configure script
    /// cfg_<assembly>_<service>. The clone that holds a service with instances is named
    /// clone_<service>.
    Text resource;
    AgentClass agent_class = AgentClass::ocf;
    Text provider;  ///< ocf only ("heartbeat" by default), else empty
    Text type;
    std::optional<Millis> monitor_interval;  ///< absent = no recurring monitor; >= 1 ms
    Millis start_timeout{60'000};
    Millis stop_timeout{60'000};
    Millis monitor_timeout{20'000};
    Escalation escalation;
    List<Parameter> parameters;
    List<Capacity> utilization;
    std::optional<Floating> floating;  ///< directly under the deployable
    /// Of a configure script (ocf:cpe:script_runner, made by the parser from configure_executable
    /// and standing before its service): the resource that it configures. Else empty.
    Text configures;
    /// Kept only to be stopped: a reload took it out of the document.
    bool retired = false;
    unsigned line = 0;  ///< of the element in the document, for messages
};

struct Assembly {
    Text name;
    Text uuid;
    Text image;    ///< may be empty
    Text flavor;   ///< may be empty
    Text address;  ///< of a host that exists (provider type static): IP address or host name
    std::uint16_t port = 22;  ///< where its sshd listens
    Text provider;            ///< name of an instance provider; empty = the deployable's
    bool rebuild = false;     ///< may be destroyed and created anew: its disk is lost
    Escalation escalation;
    List<Service> services;
    List<Capacity> utilization;
    /// Kept only to be drained and destroyed: a reload took it out of the document.
    bool leaving = false;
    unsigned line = 0;
};

/// `then` is started only after `first` runs, and stopped before `first` is.
struct Dependency {
    Text id;
    Text first;  ///< resource id
    Text then;   ///< resource id
};

/// One of Pacemaker's own constraints (rsc_location, rsc_colocation, rsc_order), word for word.
struct VerbatimConstraint {
    Text id;
    Text xml;  ///< the element as it stands in the document
    unsigned line = 0;
};

enum class ChannelKind { agent, ssh };

struct Deployable {
    Text name;
    Text uuid;
    ChannelKind channel = ChannelKind::agent;
    Text username;  ///< for ssh; may be empty
    Text provider;  ///< may be empty: the configuration's default
    /// Where its assemblies are tried one after the other (relocation, §8); may be empty.
    List<Text> providers;
    Escalation escalation;
    List<Assembly> assemblies;
    List<Service> services;  ///< floating ones
    List<Dependency> dependencies;
    List<VerbatimConstraint> constraints;
};

}  // namespace cpe
