// All that one boot needs to know, and the folders that it works in.
//
// Thread: any; values.
#pragma once

#include "adapters/local/home.hpp"
#include "adapters/local/sandbox/options.hpp"
#include "adapters/local/subnet.hpp"

#include <cpe/ids.hpp>
#include <cpe/paths.hpp>
#include <cpe/time.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cpe::local {

struct BootPlan {
    AssemblyKey key;
    Home home;
    std::filesystem::path slug_dir;   ///< <home>/<slug>
    std::filesystem::path agent_dir;  ///< <state-dir>/agents/<slug>
    std::filesystem::path agent_program;
    std::vector<std::filesystem::path> masked;  ///< hidden inside, besides the state directory
    std::string bridge;
    std::string veth;  ///< the host's end
    std::uint32_t address = 0;
    Subnet slice;
    Millis stop_grace{0};
    std::uint64_t log_bytes = 0;
};

[[nodiscard]] Home home_of(const Options& options);
/// The words that home_of reads.
[[nodiscard]] std::vector<std::string> options_of(const Home& home);
[[nodiscard]] Result<BootPlan> plan_of(const Options& options);
/// The words that plan_of reads.
[[nodiscard]] std::vector<std::string> options_of(const BootPlan& plan);

/// Makes slug_dir with upper, work and root in it, and agent_dir, all for root only; says what to
/// do where the file system cannot carry an overlay.
[[nodiscard]] Result<> make_folders(const BootPlan& plan);

}  // namespace cpe::local
