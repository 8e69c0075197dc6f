#include "engines/deployable/parse.hpp"

#include "engines/deployable/check.hpp"
#include "engines/deployable/read.hpp"
#include "engines/deployable/xml.hpp"

#include <string>
#include <utility>

namespace cpe::deployable {

Result<Parsed> parse(std::string_view document, const Limits& limits,
                     std::pmr::memory_resource& resource) {
    if (document.size() > limits.document)
        return Error{Errc::too_large,
                     "a document of " + std::to_string(document.size()) + " bytes, more than " +
                         std::to_string(limits.document) + " (limits.document)",
                     "", "divide it into several deployables"};
    const auto tree = xml::Document::read(document);
    if (!tree) return tree.error();
    Report report;
    Draft draft = read(tree->root(), limits, report, resource);
    if (report.error()) return *report.error();
    if (auto error = check_model(draft)) return *std::move(error);
    if (auto error = check_placement(draft)) return *std::move(error);
    if (auto error = check_constraints(draft)) return *std::move(error);
    if (auto error = check_orders(draft, limits)) return *std::move(error);
    return Parsed{std::move(draft.model), report.take_unsupported(), report.take_notes()};
}

}  // namespace cpe::deployable
