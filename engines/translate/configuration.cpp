#include "engines/translate/canonical.hpp"
#include "engines/translate/cib.hpp"
#include "engines/translate/pattern.hpp"
#include "engines/translate/status.hpp"
#include "engines/translate/stylesheet.hpp"

#include <utility>

namespace cpe::translate {

struct Configuration::Impl {
    Pattern pattern;
};

Configuration::Configuration(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Configuration::Configuration(Configuration&&) noexcept = default;
Configuration& Configuration::operator=(Configuration&&) noexcept = default;
Configuration::~Configuration() = default;

Result<Configuration> Configuration::translate(const Deployable& model, const Stylesheet& sheet) {
    const auto document = deployable::xml::Document::read_trusted(canonical_document(model));
    if (!document) return document.error();
    const auto result = sheet.impl_->apply(*document);
    if (!result) return result.error();
    auto pattern = Pattern::cut(*result);
    if (!pattern) return pattern.error();
    return Configuration(std::make_unique<Impl>(Impl{std::move(*pattern)}));
}

Result<std::string> Configuration::cib(const RuntimeValues& values,
                                       std::span<const NodeStatus> nodes,
                                       std::string_view transition_uuid) const {
    return impl_->pattern.fill(values, status_section(nodes, values, transition_uuid));
}

}  // namespace cpe::translate
