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

/// A shell of ours in a guest.
struct ShellPlan {
    std::string nonce;  ///< letters and digits
    std::string tag;    ///< marks our shells in a guest, see hello.sh; letters, digits, hyphens
    std::string username;
};

/// What is run, as the body of a function of guest.sh. Of a request that refusal_of() lets pass.
[[nodiscard]] std::string work_of(const OperationRequest& request, const std::string& hostname);
/// The text for the stdin of a shell that has one run, number 1, and of one that is told of its
/// runs later.
[[nodiscard]] std::string script_of_one(const ShellPlan& plan, const OperationRequest& request,
                                        const std::string& hostname);
[[nodiscard]] std::string script_of_many(const ShellPlan& plan);
/// A line of guest.sh's that makes a function, and its body.
[[nodiscard]] std::string definition_of(const std::string& name, const std::string& work);
/// What is asked of sshd. `limit`: the guest itself ends it then, though it cannot notice that
/// nobody listens any more (packets are lost, and nobody comes back). Without one it costs less.
[[nodiscard]] std::string shell_line(const ShellPlan& plan, std::optional<Millis> limit);
/// The same for the first exec of a session.
[[nodiscard]] std::string hello_script_of(const std::string& nonce, const std::string& tag);

}  // namespace cpe::ssh
