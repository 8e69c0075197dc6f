#include "engines/translate/stylesheet.hpp"

#include <libxml/xmlerror.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/xsltutils.h>

#include <cstdarg>
#include <cstdio>
#include <string>
#include <utility>

namespace cpe::translate {
namespace {

using deployable::xml::Document;
using deployable::xml::DocumentHandle;
using deployable::xml::TextHandle;
using deployable::xml::view;

constexpr std::size_t longest_message = 400;

/// libxslt tells its errors in pieces, printf-like.
extern "C" void collect(void* text, const char* format, ...) {
    auto& message = *static_cast<std::string*>(text);
    char piece[256];
    va_list arguments;
    va_start(arguments, format);
    const int length = std::vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    if (length <= 0 || message.size() > longest_message) return;
    for (const char* c = piece; *c != '\0'; ++c) message += *c == '\n' ? ' ' : *c;
}

/// While it lives, what libxslt and libxml2 have to say is collected and not printed.
class Listening {
public:
    explicit Listening(std::string& text)
        : xslt_(xsltGenericError),
          xslt_context_(xsltGenericErrorContext),
          xml_(xmlGenericError),
          xml_context_(xmlGenericErrorContext) {
        xsltSetGenericErrorFunc(&text, &collect);
        xmlSetGenericErrorFunc(&text, &collect);
    }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    ~Listening() {
        xsltSetGenericErrorFunc(xslt_context_, xslt_);
        xmlSetGenericErrorFunc(xml_context_, xml_);
    }

private:
    xmlGenericErrorFunc xslt_;
    void* xslt_context_;
    xmlGenericErrorFunc xml_;
    void* xml_context_;
};

struct FreePreferences {
    void operator()(xsltSecurityPrefs* prefs) const { xsltFreeSecurityPrefs(prefs); }
};
struct FreeTransformation {
    void operator()(xsltTransformContext* context) const { xsltFreeTransformContext(context); }
};

bool forbid_everything(xsltSecurityPrefs* prefs) {
    bool all = prefs != nullptr;
    for (const auto option :
         {XSLT_SECPREF_READ_FILE, XSLT_SECPREF_WRITE_FILE, XSLT_SECPREF_CREATE_DIRECTORY,
          XSLT_SECPREF_READ_NETWORK, XSLT_SECPREF_WRITE_NETWORK})
        all = all && xsltSetSecurityPrefs(prefs, option, &xsltSecurityForbid) == 0;
    return all;
}

/// xsl:import and xsl:include are loaded while compiling, before there are preferences.
bool loads_others(const Document& document) {
    bool found = false;
    document.root().each_child([&](const deployable::xml::Element& child) {
        found = found ||
                (child.in_namespace() && (child.name() == "import" || child.name() == "include"));
    });
    return found;
}

Error broken(std::string what, std::string hint) {
    return {Errc::internal, std::move(what), "the stylesheet", std::move(hint)};
}

}  // namespace

Stylesheet::Stylesheet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Stylesheet::Stylesheet(Stylesheet&&) noexcept = default;
Stylesheet& Stylesheet::operator=(Stylesheet&&) noexcept = default;
Stylesheet::~Stylesheet() = default;

Result<Stylesheet> Stylesheet::compile(std::string_view text) {
    auto document = Document::read_trusted(text);
    if (!document) return broken("not well-formed", document.error().line());
    if (loads_others(*document)) return broken("it imports or includes another", "write one file");
    std::string message;
    const Listening listening(message);
    auto impl = std::make_unique<Impl>();
    impl->sheet.reset(xsltParseStylesheetDoc(document->get()));
    if (!impl->sheet) return broken("it does not compile", message);
    (void)document->release();  // the compiled sheet owns it now
    if (impl->sheet->errors != 0 || !message.empty()) return broken("it does not compile", message);
    return Stylesheet(std::move(impl));
}

Result<std::string> Stylesheet::Impl::apply(const Document& document) const {
    const std::unique_ptr<xsltSecurityPrefs, FreePreferences> prefs{xsltNewSecurityPrefs()};
    const std::unique_ptr<xsltTransformContext, FreeTransformation> context{
        xsltNewTransformContext(sheet.get(), document.get())};
    std::string message;
    if (!context || !forbid_everything(prefs.get()) ||
        xsltSetCtxtSecurityPrefs(prefs.get(), context.get()) != 0)
        return broken("it cannot be confined", "");
    const Listening listening(message);  // for the few things that do not go to the context
    xsltSetTransformErrorFunc(context.get(), &message, &collect);
    const DocumentHandle result{xsltApplyStylesheetUser(sheet.get(), document.get(), nullptr,
                                                        nullptr, nullptr, context.get())};
    if (!result || context->state != XSLT_STATE_OK || !message.empty())
        return broken("it failed", message);
    xmlChar* text = nullptr;
    int length = 0;
    const int outcome = xsltSaveResultToString(&text, &length, result.get(), sheet.get());
    const TextHandle owned{text};
    if (outcome != 0 || !text) return broken("it gave no document", "");
    return std::string(view(text).substr(0, static_cast<std::size_t>(length)));
}

}  // namespace cpe::translate
