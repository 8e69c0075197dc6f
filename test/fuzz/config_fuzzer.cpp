// The configuration's reader: whatever the file holds, it is read, or refused with what and where;
// no exception, and what was read keeps the rules that other rooms count on.
#include "src/config/configuration.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto read = cpe::config::parse(text, "f.yaml", "/etc/cpe");
    if (!read) {
        const auto& error = read.error();
        if (error.what.empty() || error.where.rfind("f.yaml", 0) != 0) std::abort();
        return 0;
    }
    if (!read->state_dir.is_absolute() || read->listen.size() != 1) std::abort();
    if (read->providers.count(read->default_provider) != 1) std::abort();
    if (read->policy.tick_budget > read->policy.tick_limit) std::abort();
    return 0;
}
