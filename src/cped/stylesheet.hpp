// schemas/deployable-to-cib.xsl as it was when this program was built.
#pragma once

#include <string_view>

namespace cpe::cped {

std::string_view stylesheet_text();

}  // namespace cpe::cped
