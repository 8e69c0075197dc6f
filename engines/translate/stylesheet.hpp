// libxslt, wrapped once: compile and run the stylesheet with every way out of it closed.
//
// Thread: one thread at a time in the whole process: libxslt tells some errors through a
// process-wide callback, which is ours for the length of a call and put back after it.
#pragma once

#include "engines/deployable/xml.hpp"
#include "engines/translate/cib.hpp"

#include <libxslt/xsltInternals.h>

#include <memory>
#include <string>

namespace cpe::translate {

struct FreeStylesheet {
    void operator()(xsltStylesheet* sheet) const { xsltFreeStylesheet(sheet); }
};

struct Stylesheet::Impl {
    std::unique_ptr<xsltStylesheet, FreeStylesheet> sheet;

    /// The result as text. Reads and writes no file and no network, whatever the sheet says.
    [[nodiscard]] Result<std::string> apply(const deployable::xml::Document&) const;
};

}  // namespace cpe::translate
