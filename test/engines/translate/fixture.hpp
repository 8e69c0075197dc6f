// What the tests of translation share: our stylesheet, and documents made into configurations.
#pragma once

#include "engines/deployable/parse.hpp"
#include "engines/translate/cib.hpp"
#include "test/golden/golden.hpp"

#include <memory_resource>
#include <string>

namespace cpe::test {

inline constexpr std::string_view transition_uuid = "00000000-0000-4000-8000-000000000001";

inline const translate::Stylesheet& stylesheet() {
    static const auto sheet =
        translate::Stylesheet::compile(read_file(source_path("schemas/deployable-to-cib.xsl")));
    return sheet.value();
}

inline deployable::Parsed parse(const std::string& document) {
    auto parsed = deployable::parse(document, {}, *std::pmr::get_default_resource());
    INFO(document);
    if (parsed.has_error()) FAIL(parsed.error().line());
    return std::move(*parsed);
}

inline translate::Configuration configure(const std::string& document) {
    auto result = translate::Configuration::translate(parse(document).deployable, stylesheet());
    if (result.has_error()) FAIL(result.error().line());
    return std::move(*result);
}

}  // namespace cpe::test
