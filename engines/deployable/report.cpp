#include "engines/deployable/report.hpp"

#include "engines/deployable/values.hpp"

#include <utility>

namespace cpe::deployable {
namespace {

/// The element as a person would name it, or empty for one that only holds others.
std::string title(const xml::Element& element) {
    const auto name = element.name();
    const bool named = name == "deployable" || name == "assembly" || name == "service" ||
                       name == "parameter" || name == "paramater";
    if (named && element.attribute("name"))
        return std::string(name) + " " + quoted(element.value("name"));
    const bool identified = name == "service_dependancy" || name == "service_dependency" ||
                            name == "rsc_location" || name == "rsc_colocation" ||
                            name == "rsc_order" || name == "rsc_ticket" || name == "resource_set" ||
                            name == "rule";
    if (identified && element.attribute("id"))
        return std::string(name) + " " + quoted(element.value("id"));
    return {};
}

/// "assembly 'web', service 'httpd'"; the deployable itself only where nothing else is named.
std::string path_of(const xml::Element& element) {
    std::string path = title(element);
    if (path.empty()) path = tag(element);
    for (auto parent = element.parent(); parent; parent = parent->parent())
        if (const auto above = title(*parent); !above.empty() && parent->parent())
            path.insert(0, above + ", ");
    return path;
}

std::string line_of(const xml::Element& element) {
    return "line " + std::to_string(element.line());
}

}  // namespace

std::string tag(const xml::Element& element) {
    const auto name = quoted(element.name());
    return "<" + name.substr(1, name.size() - 2) + ">";
}

std::string where(const xml::Element& element) {
    return line_of(element) + ", " + path_of(element);
}

std::string where_child(const xml::Element& child) {
    const auto parent = child.parent();
    return parent ? line_of(child) + ", " + path_of(*parent) : where(child);
}

std::string where(unsigned line, std::string_view assembly, std::string_view service) {
    std::string text = "line " + std::to_string(line);
    if (!assembly.empty()) text += ", assembly " + quoted(assembly);
    if (!service.empty()) text += ", service " + quoted(service);
    return text;
}

void Report::fail(Error error) {
    if (!error_) error_ = std::move(error);
}

void Report::invalid(const xml::Element& at, std::string what, std::string hint) {
    if (!error_) error_ = Error{Errc::invalid_input, std::move(what), where(at), std::move(hint)};
}

void Report::unsupported(std::string place, std::string what) {
    if (unsupported_.size() < most_remarks)
        unsupported_.push_back(Error{Errc::unsupported, std::move(what) + " is not supported yet",
                                     std::move(place), "leave it out"});
}

void Report::note(const xml::Element& at, const std::string& what) {
    if (notes_.size() < most_remarks) notes_.push_back(where(at) + ": " + what);
}

}  // namespace cpe::deployable
