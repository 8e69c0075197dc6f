#include "src/cped/startup_files.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace cpe::cped {

namespace {

/// Tells one content from another; not a matter of security.
std::string hash_of(const std::string& text) {
    boost::uuids::detail::sha1 sha;
    sha.process_bytes(text.data(), text.size());
    unsigned int digest[5];
    sha.get_digest(digest);
    std::string hex;
    for (const unsigned int word : digest) {
        char part[9];
        std::snprintf(part, sizeof part, "%08x", word);
        hex += part;
    }
    return hex;
}

}  // namespace

void load_startup_files(const config::Configuration& configuration, registry::Registry& registry,
                        const LogSink& log) {
    for (const auto& named : configuration.deployables) {
        const auto path = named.file.string();
        std::error_code failed;
        const auto size = std::filesystem::file_size(named.file, failed);
        std::ifstream in(named.file, std::ios::binary);
        if (failed || !in) {
            log(LogLevel::error, "cped",
                "deployables: " + path + " cannot be read" +
                    (failed ? ": " + failed.message() : std::string()));
            continue;
        }
        if (size > configuration.limits.document.value) {
            log(LogLevel::error, "cped", "deployables: " + path + " is over limits.document");
            continue;
        }
        std::string text{std::istreambuf_iterator<char>(in), {}};
        const auto hash = hash_of(text);
        registry.load_file(path, hash, std::move(text), named.start);
    }
}

}  // namespace cpe::cped
