#include "engines/translate/agent_metadata.hpp"

#include "engines/deployable/values.hpp"
#include "engines/deployable/xml.hpp"

#include <cpe/operation.hpp>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace cpe::translate {
namespace {

using deployable::xml::Document;
using deployable::xml::Element;

/// Most agents name a DTD that nobody has; one with declarations of its own is refused by the scan.
std::string without_doctype(std::string_view text) {
    constexpr std::string_view begin = "<!DOCTYPE";
    const auto at = text.find(begin);
    const auto end = at == text.npos ? at : text.find_first_of("[>", at);
    if (end == text.npos || text[end] == '[') return std::string(text);
    return std::string(text.substr(0, at)) + std::string(text.substr(end + 1));
}

/// As Pacemaker reads a boolean.
bool is_true(std::string_view text) {
    std::string word(text);
    for (char& c : word)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return word == "true" || word == "on" || word == "yes" || word == "y" || word == "1";
}

/// <version>1.1</version>, or later.
bool is_ocf_1_1(const Element& root) {
    const auto element = root.child("version");
    if (!element) return false;
    const std::string text = element->text();
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos) return false;
    int major = 0, minor = 0;
    const char* const end = text.data() + text.size();
    const auto dot = std::from_chars(text.data() + first, end, major).ptr;
    if (dot != end && *dot == '.') std::from_chars(dot + 1, end, minor);
    return major > 1 || (major == 1 && minor >= 1);
}

bool has_reload_agent(const Element& root) {
    const auto actions = root.child("actions");
    bool found = false;
    if (actions)
        actions->each_child([&](const Element& action) {
            found = found || (action.name() == "action" && action.value("name") == "reload-agent");
        });
    return found;
}

}  // namespace

bool AgentMetadata::takes_over(std::string_view parameter) const {
    return std::binary_search(reloadable.begin(), reloadable.end(), parameter);
}

Result<AgentMetadata> read_agent_metadata(std::string_view text,
                                          std::pmr::memory_resource& resource) {
    if (text.size() > max_metadata)
        return Error{Errc::too_large,
                     "over " + std::to_string(max_metadata) + " bytes",
                     "the agent's meta-data",
                     {}};
    const auto document = Document::read(without_doctype(text));
    if (!document) return document.error();
    const Element root = document->root();
    AgentMetadata metadata{.reloads = is_ocf_1_1(root) && has_reload_agent(root),
                           .reloadable = List<Text>(&resource)};
    const auto parameters = root.child("parameters");
    if (!metadata.reloads || !parameters) return metadata;
    std::size_t count = 0;
    parameters->each_child([&](const Element& parameter) {
        if (parameter.name() != "parameter" || ++count > most_metadata_parameters) return;
        const auto name = parameter.value("name");
        if (deployable::is_parameter_name(name) && is_true(parameter.value("reloadable")))
            metadata.reloadable.emplace_back(name);
    });
    if (count > most_metadata_parameters)
        return Error{Errc::too_large,
                     "more than " + std::to_string(most_metadata_parameters) + " parameters",
                     "the agent's meta-data",
                     {}};
    std::sort(metadata.reloadable.begin(), metadata.reloadable.end());
    return metadata;
}

}  // namespace cpe::translate
