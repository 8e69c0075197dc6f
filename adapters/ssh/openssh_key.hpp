// The container that ssh-keygen writes ("BEGIN OPENSSH PRIVATE KEY"), opened.
//
// Thread: any; pure. With a passphrase it takes as long as its writer wanted it to (bcrypt).
#pragma once

#include <cpe/result.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace cpe::ssh {

/// How a key file is refused; which file it is, its reader adds.
inline Error wrong_key(std::string what, std::string hint = {}) {
    return {Errc::invalid_input, std::move(what), {}, std::move(hint)};
}

[[nodiscard]] bool is_openssh_key(std::string_view text);
/// The private part: the name of the type, then what belongs to it. A secret: wipe it after use.
[[nodiscard]] Result<std::string> open_openssh_key(std::string_view text,
                                                   const std::string& passphrase);

}  // namespace cpe::ssh
