// libxml2, wrapped once: owning handles, a hardened reader, and a read-only view of elements.
//
// Thread: any thread, one document on one thread at a time. Only per-context options are used:
// libxml2's global settings are shared with libpacemaker (facts/policy-engine.md). Nothing here
// touches network or file system, and nothing is printed: the first error becomes a value.
#pragma once

#include "engines/deployable/scan.hpp"

#include <cpe/result.hpp>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cpe::deployable::xml {

struct FreeDocument {
    void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
using DocumentHandle = std::unique_ptr<xmlDoc, FreeDocument>;

struct FreeText {
    void operator()(xmlChar* text) const { xmlFree(text); }
};
using TextHandle = std::unique_ptr<xmlChar, FreeText>;

/// Keeps the first of libxml2's structured errors: give `FirstError::keep` as the callback and the
/// object as its data.
struct FirstError {
    std::optional<Error> error;
    static void keep(void* self, xmlError* error);
};

inline std::string_view view(const xmlChar* text) {
    return text ? reinterpret_cast<const char*>(text) : std::string_view{};
}

/// An element of a living Document. Cheap to copy.
class Element {
public:
    explicit Element(const xmlNode& node) : node_(&node) {}

    [[nodiscard]] std::string_view name() const { return view(node_->name); }
    /// The line on which it begins (0: of a document that was read as trusted). Not to be asked
    /// after libxml2 validated the document: that uses the same room.
    [[nodiscard]] unsigned line() const;
    /// Whether it or one of its attributes stands in an XML namespace: no word of ours does.
    [[nodiscard]] bool in_namespace() const { return node_->ns != nullptr; }
    [[nodiscard]] std::optional<std::string_view> attribute(std::string_view name) const;
    /// The attribute's value, or empty.
    [[nodiscard]] std::string_view value(std::string_view name) const {
        return attribute(name).value_or(std::string_view{});
    }
    [[nodiscard]] std::optional<Element> parent() const;
    [[nodiscard]] std::optional<Element> child(std::string_view name) const;
    /// All text directly inside.
    [[nodiscard]] std::string text() const;
    /// Whether text other than white space stands directly inside.
    [[nodiscard]] bool has_text() const;

    /// The element as text: itself and the elements in it, without anything between them.
    [[nodiscard]] std::string markup() const;

    template <class Visit>
    void each_child(Visit visit) const {
        for (const xmlNode* node = node_->children; node; node = node->next)
            if (node->type == XML_ELEMENT_NODE) visit(Element(*node));
    }
    /// visit(name, in_namespace)
    template <class Visit>
    void each_attribute(Visit visit) const {
        for (const xmlAttr* attribute = node_->properties; attribute; attribute = attribute->next)
            visit(view(attribute->name), attribute->ns != nullptr);
    }

    friend bool operator==(const Element&, const Element&) = default;

private:
    const xmlNode* node_;
};

class Document {
public:
    /// Of foreign bytes: scanned first (scan.hpp). Errors: as scan, and Errc::invalid_input with
    /// the line for what is not well-formed.
    static Result<Document> read(std::string_view text);
    /// Of text that we made ourselves, of any size: no scan.
    static Result<Document> read_trusted(std::string_view text);

    [[nodiscard]] Element root() const { return Element(*xmlDocGetRootElement(handle_.get())); }
    [[nodiscard]] xmlDoc* get() const { return handle_.get(); }
    [[nodiscard]] xmlDoc* release() { return handle_.release(); }

private:
    Document(DocumentHandle handle, Lines lines)
        : handle_(std::move(handle)), lines_(std::move(lines)) {}

    DocumentHandle handle_;
    Lines lines_;  ///< the elements point into it; moving a Document leaves it where it is
};

}  // namespace cpe::deployable::xml
