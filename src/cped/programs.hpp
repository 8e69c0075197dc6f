// Our own helper programs, found beside this one (build tree) or where installation puts them.
//
// Thread: main, at the start. Errors: Errc::unavailable names what is missing and where it was
// looked for.
#pragma once

#include <cpe/result.hpp>

#include <filesystem>

namespace cpe::cped {

struct Programs {
    std::filesystem::path agent;          ///< cpe-agent
    std::filesystem::path sandbox;        ///< cpe-sandbox
    std::filesystem::path policy_helper;  ///< cpe-policy-helper
    std::filesystem::path sql_helper;     ///< cpe-sql-helper
};

Result<Programs> find_programs();

}  // namespace cpe::cped
