// Document -> model: the first thing that a document meets (design.md §7).
//
// Thread: any; pure. Ownership: the model lives in the given memory resource. Errors name line,
// element and what would be right; the first one found is returned.
#pragma once

#include <cpe/model.hpp>
#include <cpe/result.hpp>

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::deployable {

/// Limits of a document. The first three are the configuration's (§12: limits.document, ...), the
/// others are fixed and stand here for tests.
struct Limits {
    std::size_t document = 4U << 20U;  ///< bytes
    std::size_t assemblies = 1000;
    std::size_t services = 3000;  ///< with each instance and each configure script
    std::size_t dependencies = 10'000;
    std::size_t constraint_elements = 5000;  ///< rsc_location, ... and all that stands inside
    std::size_t dependency_chain = 500;  ///< services in a row; the scheduler's time grows with it
};

/// What is valid but not supported yet, and what was accepted though it means nothing any more.
struct Parsed {
    Deployable deployable;
    std::vector<Error> unsupported;  ///< `create` refuses by the first; `validate` warns of each
    std::vector<std::string> notes;  ///< "monitor 'pcloud-cape-sshd' means the default channel"
};

/// Grammar, model and semantic checks (ids, references, dependencies, cycles).
Result<Parsed> parse(std::string_view document, const Limits&, std::pmr::memory_resource&);

}  // namespace cpe::deployable
