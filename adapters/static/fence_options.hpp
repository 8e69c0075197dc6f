// The options of a fence agent, as they stand in its options file, and what is made of them for one
// action.
//
// Thread: any; pure. Errors: Errc::invalid_input with the line's number and never its value: values
// are secrets. Limits: max_options_file bytes, max_options lines that count.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/result.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cpe::static_hosts {

constexpr std::size_t max_options_file = 16U << 10U;
constexpr std::size_t max_options = 128;
constexpr std::size_t max_actions_at_once = 64;

struct FenceOptions {
    std::vector<std::pair<std::string, std::string>> given;  ///< for the agent, as they are
    /// pcmk_host_map: assembly, or deployable/assembly, to plug.
    std::map<std::string, std::string, std::less<>> plugs;
    /// pcmk_host_argument: the option that takes the plug.
    std::string plug_option = "plug";
    /// pcmk_action_limit: how many runs of the agent the device bears at once.
    std::size_t actions_at_once = 1;
};

/// Lines "key=value"; blank ones and those that begin with '#' do not count.
Result<FenceOptions> parse_options(std::string_view text);

/// What the device calls this assembly's machine: by the map, else its name.
std::string plug_of(const FenceOptions& options, const AssemblyKey& key);

/// What the agent reads on its stdin.
std::string input_for(const FenceOptions& options, std::string_view action, std::string_view plug);

/// One line of an agent's output that may be shown: printable, bounded, with every value of the
/// options struck out.
std::string fit_to_show(const FenceOptions& options, std::string_view output);

}  // namespace cpe::static_hosts
