// The static configuration cut at the places that are filled at run time.
//
// Thread: any; immutable once made. Copying text between the places is far cheaper than copying and
// serialising a tree on every tick, and gives the same document. A place is a processing
// instruction `cpe` in the stylesheet's result; in text or attributes "<?" cannot stand unescaped.
#pragma once

#include "engines/translate/cib.hpp"
#include "engines/translate/markup.hpp"

#include <cpe/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cpe::translate {

class Pattern {
public:
    /// Errors: Errc::internal for a place that is not known, or no place for the status.
    static Result<Pattern> cut(std::string_view configuration);

    /// The document with `status` (its text) and the run-time values. A service one of whose
    /// references has no value is held. Errors: Errc::internal for a value that has no place.
    [[nodiscard]] Result<std::string> fill(const RuntimeValues&, std::string_view status) const;

private:
    enum class Kind { stop_all, unmanaged, maintained, reference, target_role, threshold, status };
    struct Place {
        Kind kind;
        std::string before;    ///< the text between the place before and this one
        std::string id;        ///< XML id of the nvpair
        std::string resource;  ///< or the assembly, of maintained
        std::string argument;  ///< the parameter, the threshold, or "always" of a target role
    };
    class Filling;

    static Result<Place> parse(std::string_view instruction);

    std::vector<Place> places_;
    std::string rest_;
    std::size_t size_ = 0;
};

}  // namespace cpe::translate
