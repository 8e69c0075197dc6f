// The document of a deployable, read and checked before anybody else sees it.
//
// Thread: the main thread.
#pragma once

#include "engines/deployable/parse.hpp"
#include "src/cpe-ctl/io.hpp"

#include <cpe/result.hpp>

#include <string>
#include <vector>

namespace cpe::ctl {

/// `file`: a path, or - for standard input. Errors: Errc::unavailable (cannot be read),
/// Errc::too_large.
Result<std::string> read_document(const std::string& file, std::size_t limit, Io&);

/// What a document says, without its model.
struct Checked {
    std::string name;
    std::size_t assemblies = 0;
    std::size_t services = 0;
    std::vector<Error> unsupported;
    std::vector<std::string> notes;
};

/// Errors name the file too.
Result<Checked> check_document(const std::string& file, std::string_view document,
                               const deployable::Limits&);

struct NamedDocument {
    std::string name;
    std::string text;
};

/// Read and valid, with nothing in it that is not supported yet; its notes are told.
Result<NamedDocument> whole_document(const std::string& file, Io&);

/// The most that a cped can be configured to take (src/config): what its own limits are, it says
/// itself.
deployable::Limits widest_limits();

/// "standard input" for -.
std::string shown_name(const std::string& file);

}  // namespace cpe::ctl
