// Any bytes as a document. What is accepted must translate, and its canonical form must be accepted
// again and be the same.
#include "engines/deployable/parse.hpp"
#include "engines/translate/canonical.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <string_view>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

/// Nothing of a message may break a terminal's or a log's line.
void check_line(const std::string& line) {
    require(line.size() < 1000);
    for (const char c : line) require(static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::pmr::monotonic_buffer_resource arena;
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    const auto parsed = cpe::deployable::parse(document, {}, arena);
    if (parsed.has_error()) {
        check_line(parsed.error().line());
        return 0;
    }
    for (const auto& error : parsed->unsupported) check_line(error.line());
    for (const auto& note : parsed->notes) check_line(note);
    cpe::Deployable model = parsed->deployable;
    // In the canonical form ids of dependencies are escaped, and scripts are elements of their own.
    model.dependencies.clear();
    std::size_t scripts = 0;
    for (auto& assembly : model.assemblies)
        scripts += std::erase_if(assembly.services, [](const cpe::Service& service) {
            return !service.configures.empty();
        });
    if (scripts != 0) model.constraints.clear();  // they may name the scripts
    const auto canonical = cpe::translate::canonical_document(model);
    const auto again = cpe::deployable::parse(canonical, {}, arena);
    require(again.has_value());
    require(cpe::translate::canonical_document(again->deployable) == canonical);
    return 0;
}
