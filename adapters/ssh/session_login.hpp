// What a login asked of the signer, and what that said.
//
// Thread: the loop. Ownership: shared with the signer's answers, which may come late.
#pragma once

#include "adapters/ssh/session.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cpe::ssh {

struct Session::Login {
    bool asked = false;
    std::optional<Result<std::vector<std::string>>> keys;
    std::size_t at = 0;  ///< the key that is tried
    bool signing = false;
    std::optional<Result<std::string>> signature;
};

}  // namespace cpe::ssh
