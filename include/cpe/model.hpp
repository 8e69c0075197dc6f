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

/// An application inside an assembly that has a resource agent.
struct Service {
    Text name;
    Text resource;  ///< its id in the CIB: rsc_<assembly>_<service>
    AgentClass agent_class = AgentClass::ocf;
    Text provider;  ///< ocf only ("heartbeat" by default), else empty
    Text type;
    std::optional<Millis> monitor_interval;  ///< absent = no recurring monitor; >= 1 ms
    Millis start_timeout{60'000};
    Millis stop_timeout{60'000};
    Millis monitor_timeout{20'000};
    Escalation escalation;
    List<Parameter> parameters;
    unsigned line = 0;  ///< of the element in the document, for messages
};

struct Assembly {
    Text name;
    Text uuid;
    Text image;     ///< may be empty
    Text flavor;    ///< may be empty
    Text provider;  ///< name of an instance provider; empty = the deployable's
    Escalation escalation;
    List<Service> services;
    unsigned line = 0;
};

/// `then` is started only after `first` runs, and stopped before `first` is.
struct Dependency {
    Text id;
    Text first;  ///< resource id
    Text then;   ///< resource id
};

enum class ChannelKind { agent, ssh };

struct Deployable {
    Text name;
    Text uuid;
    ChannelKind channel = ChannelKind::agent;
    Text username;  ///< for ssh; may be empty
    Text provider;  ///< may be empty: the configuration's default
    Escalation escalation;
    List<Assembly> assemblies;
    List<Dependency> dependencies;
};

}  // namespace cpe
