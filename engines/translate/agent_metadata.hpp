// What a resource agent says of itself (OCF Resource Agent API 1.1, operation meta-data), as far as
// a reload needs it: which parameters it takes over while its service runs.
//
// Thread: any; pure. The text is a guest's: it is scanned before libxml2 sees it, and only names
// that a parameter can have are kept. Limits below; what is over them is refused, and an agent
// without readable meta-data is one that reloads nothing.
#pragma once

#include <cpe/model.hpp>
#include <cpe/result.hpp>

#include <memory_resource>
#include <string_view>

namespace cpe::translate {

struct AgentMetadata {
    /// It has the action reload-agent. Agents of before OCF 1.1 (action `reload`, without a word
    /// on which parameters that takes over) count as having none: their services are restarted.
    bool reloads = false;
    List<Text> reloadable;  ///< names, sorted

    [[nodiscard]] bool takes_over(std::string_view parameter) const;
};

inline constexpr std::size_t most_metadata_parameters = 512;

/// Errors: Errc::invalid_input, Errc::too_large.
Result<AgentMetadata> read_agent_metadata(std::string_view text, std::pmr::memory_resource&);

}  // namespace cpe::translate
