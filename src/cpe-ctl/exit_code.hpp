// How cpe-ctl ends (design.md §9): a contract with scripts.
//
// Thread: any; values.
#pragma once

#include <cpe/result.hpp>

namespace cpe::ctl {

enum class Exit : int {
    done = 0,
    failed = 1,  ///< refused, failed; commands that wait: degraded or timed out
    usage = 2,
    no_connection = 3,
    not_found = 4,
    invalid_input = 5,
    not_allowed = 6,
    interrupted = 130,  ///< Ctrl-C, as shells count it
};

/// The exit code of an error that the daemon or an engine told. `unavailable` is only a lost
/// connection where the caller knows that it is (Exit::no_connection).
constexpr Exit exit_of(Errc code) {
    switch (code) {
        case Errc::invalid_input:
        case Errc::unsupported:
        case Errc::too_large: return Exit::invalid_input;
        case Errc::not_found: return Exit::not_found;
        case Errc::not_allowed: return Exit::not_allowed;
        case Errc::exists:
        case Errc::refused:
        case Errc::unavailable:
        case Errc::timed_out:
        case Errc::internal: return Exit::failed;
    }
    return Exit::failed;
}

}  // namespace cpe::ctl
