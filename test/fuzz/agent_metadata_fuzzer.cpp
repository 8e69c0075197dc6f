// An agent's meta-data: whatever a guest tells, reading it refuses it or gives sorted names that a
// parameter can have, all in the given memory.
#include "engines/deployable/values.hpp"
#include "engines/translate/agent_metadata.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cpe;
    std::pmr::monotonic_buffer_resource arena;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto metadata = translate::read_agent_metadata(text, arena);
    if (!metadata) return 0;
    const auto& names = metadata->reloadable;
    if (!metadata->reloads && !names.empty()) std::abort();
    if (names.size() > translate::most_metadata_parameters) std::abort();
    if (!std::is_sorted(names.begin(), names.end())) std::abort();
    for (const auto& name : names)
        if (!deployable::is_parameter_name(name) || !metadata->takes_over(name)) std::abort();
    return 0;
}
