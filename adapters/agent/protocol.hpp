// The words between cped and the agent in a guest; docs/agent-protocol.md tells how they are used.
//
// Thread: any; values. They travel as AMQP messages whose subject is the kind and whose body is a
// map: codec.hpp. Limits: what a guest sends is junk until codec.hpp has checked it against these.
#pragma once

#include <cpe/operation.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

namespace cpe::agent {

/// Grows when a peer of the old version would misunderstand. The agent names its own in the hello;
/// cped answers with that of the connection, or refuses.
constexpr std::uint64_t protocol_version = 1;

/// The one node of an agent socket; both links lead to it.
constexpr const char* node_address = "agent";

constexpr std::size_t max_name = 256;             ///< of a resource, type, provider, operation, ...
constexpr std::size_t max_digest = 128;           ///< bytes
constexpr std::size_t max_parameters = 512;       ///< of one operation
constexpr std::size_t max_parameter = 64 * 1024;  ///< bytes of one value
constexpr std::size_t max_rows = 4'096;           ///< monitors, or operations, in one hello
constexpr Millis max_interval{std::int64_t{366} * 24 * 3600 * 1000};
constexpr Millis max_timeout{std::int64_t{7} * 24 * 3600 * 1000};

// From the guest.

struct Hello {
    std::uint64_t protocol = protocol_version;
    GuestHello guest;
};
struct Heartbeat {
    std::uint64_t monitors_hash = 0;
    Millis oldest_overdue{0};
};
/// Sequence numbers are of one life of the agent (agent_id), start at 1, grow, and may have gaps.
struct Finished {
    std::uint64_t sequence = 0;
    OperationResult result;
};
struct Reported {
    std::uint64_t sequence = 0;
    MonitorReport report;
};
using FromGuest = std::variant<Hello, Heartbeat, Finished, Reported>;

// To the guest.

struct Welcome {
    std::uint64_t protocol = protocol_version;
    Millis heartbeat{2'000};
    std::uint64_t acknowledged = 0;  ///< newest sequence number that arrived from this agent_id
};
struct Refused {
    std::string reason;
};
struct Perform {
    OperationRequest request;
};
struct CancelMonitor {
    std::string resource;
    Millis interval{0};
};
/// Everything up to and including this sequence number has arrived.
struct Acknowledge {
    std::uint64_t sequence = 0;
};
using ToGuest = std::variant<Welcome, Refused, Perform, CancelMonitor, Acknowledge>;

}  // namespace cpe::agent
