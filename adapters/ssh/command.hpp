// From operations to what a guest's shell is given: pure text, in which no value can become code.
//
// Thread: any; pure. What may be a secret (parameters) goes over stdin and the environment, and
// never into the arguments of a process. Sources: OCF Resource Agent API 1.1; LSB 5.0 "Init Script
// Actions"; POSIX.1-2017 shell.
#pragma once

#include <cpe/operation.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::ssh {

/// How a run ended, as cped tells of it.
struct RunEnd {
    int rc = 0;
    std::string exit_reason;
    std::string output;
};

/// `value` as one word of a shell command, whatever is in it (but NUL, which no word can hold).
[[nodiscard]] std::string quoted(std::string_view value);

/// What no shell could be asked, and how that ends: a name that is none, a value with a NUL.
[[nodiscard]] std::optional<RunEnd> refusal_of(const OperationRequest& request);

/// What one exec is for.
struct ExecPlan {
    std::string nonce;  ///< letters and digits
    std::string tag;    ///< marks our execs in a guest, see hello.sh; letters, digits, hyphens
    std::string hostname;
    std::vector<OperationRequest> runs;  ///< run 1, 2, ...: none of which refusal_of() refuses
};

/// The text for the stdin of the shell that shell_line() starts.
[[nodiscard]] std::string script_of(const ExecPlan& plan);
/// What is asked of sshd. `limit`: the guest itself ends it then, though it cannot notice that
/// nobody listens any more (packets are lost, and nobody comes back). Without one it costs less.
[[nodiscard]] std::string shell_line(const std::string& username, const std::string& tag,
                                     std::optional<Millis> limit);
/// The same for the first exec of a session.
[[nodiscard]] std::string hello_script_of(const std::string& nonce, const std::string& tag);

}  // namespace cpe::ssh
