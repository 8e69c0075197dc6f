// How cped and its policy helper talk: frames of a length (32 bits, little endian), one byte of
// type, and a body. Both are the same build; there is no version.
//
// Thread: any; pure. Errors: Errc::internal for what does not decode.
#pragma once

#include "engines/policy/simulation.hpp"

#include <cpe/log.hpp>
#include <cpe/policy.hpp>
#include <cpe/result.hpp>
#include <cpe/wish.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cpe::policy_runner {

/// Of one frame's body: a CIB at its own limit fits, as does the graph of any CIB within limits.
constexpr std::size_t max_frame_bytes = 64U << 20U;
constexpr std::size_t frame_head_bytes = 5;

enum class FrameType : std::uint8_t {
    request = 'Q',    ///< to the helper: HelperRequest
    simulate = 'S',   ///< to the helper: policy::SimulationRequest
    log = 'L',        ///< from it: one line
    graph = 'G',      ///< from it: the answer to a request, a TickResult
    simulated = 'P',  ///< from it: the answer to a simulation, a policy::Simulated
    error = 'E',      ///< from it: the answer to either, an Error
};

struct FrameHead {
    std::uint32_t length = 0;
    FrameType type = FrameType::request;
};

struct HelperRequest {
    std::string name;  ///< the deployable's, for messages
    std::string cib;
    WallTime now;
    bool validate = false;
    std::optional<Fault> fault = {};  ///< injected (faults.hpp)
};

struct LogLine {
    LogLevel level = LogLevel::info;
    std::string component;
    std::string message;
};

/// A whole frame.
std::string encode(const HelperRequest&);
std::string encode(const policy::SimulationRequest&);
std::string encode(const LogLine&);
std::string encode(const TickResult&);
std::string encode(const policy::Simulated&);
std::string encode(const Error&);

/// `head` has frame_head_bytes.
Result<FrameHead> decode_head(std::string_view head);
Result<HelperRequest> decode_request(std::string_view body);
Result<policy::SimulationRequest> decode_simulate(std::string_view body);
Result<LogLine> decode_log(std::string_view body);
Result<TickResult> decode_graph(std::string_view body);
Result<policy::Simulated> decode_simulated(std::string_view body);
/// The error that the helper answered (or that this is none).
Error decode_error(std::string_view body);

}  // namespace cpe::policy_runner
