// What an operator may wish of a deployable that exists.
//
// Thread: any; values.
#pragma once

#include <array>
#include <string_view>

namespace cpe {

enum class Wish {
    start,
    stop,
    remove,
    confirm_down,      ///< of an assembly: a person has made sure that it does not run
    restart_assembly,  ///< of an assembly: restart its instance
    retry_service,     ///< of a service: its hard failure, counts and pauses are over
    maintenance_on,    ///< of an assembly, or of all: watched, not touched
    maintenance_off,
    trust,  ///< of an assembly: its changed host key is the right one
};

/// What `debug fault` injects (design.md §9).
enum class Fault { dpe_exception, tick_abort, tick_crash, tick_hang };

inline constexpr std::array all_faults{Fault::dpe_exception, Fault::tick_abort, Fault::tick_crash,
                                       Fault::tick_hang};

constexpr std::string_view name_of(Fault fault) {
    constexpr std::string_view names[] = {"dpe-exception", "tick-abort", "tick-crash", "tick-hang"};
    return names[static_cast<int>(fault)];
}

}  // namespace cpe
