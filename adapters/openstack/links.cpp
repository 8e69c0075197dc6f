#include "adapters/openstack/links.hpp"

namespace cpe::openstack {

std::optional<std::string> next_page(Reader& document, std::string_view links) {
    if (!document.has(links)) return std::nullopt;
    for (auto& link : document.objects(links)) {
        if (link.text("rel") != "next") continue;
        const auto href = link.text("href");
        const auto mark = href.find('?');
        if (mark != std::string::npos && mark + 1 < href.size()) return href.substr(mark + 1);
        link.fail("href", "has no query");
    }
    return std::nullopt;
}

}  // namespace cpe::openstack
