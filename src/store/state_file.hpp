// What is said of a file in the state directory that cannot be used.
//
// Thread: any; call it at once, it reads errno.
#pragma once

#include <cpe/result.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

namespace cpe::store {

inline Error failed(const char* what, const std::filesystem::path& path) {
    return {Errc::unavailable, std::string(what) + ": " + std::strerror(errno), path.string(),
            "check the state directory"};
}

}  // namespace cpe::store
