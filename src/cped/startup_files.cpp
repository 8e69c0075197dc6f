#include "src/cped/startup_files.hpp"

#include <boost/uuid/detail/sha1.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

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

namespace {

/// A file that the configuration names, as it is now.
Result<registry::StartupFile> read_file(const std::filesystem::path& path, std::size_t limit) {
    const std::string shown = path.string();
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed))
        return Error{Errc::unavailable, failed ? failed.message() : "is no regular file", shown,
                     ""};
    const auto size = std::filesystem::file_size(path, failed);
    if (!failed && size > limit)
        return Error{Errc::too_large, "is over limits.document", shown, ""};
    std::ifstream in(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (failed || in.bad() || !in.is_open())
        return Error{Errc::unavailable, failed ? failed.message() : "cannot be read", shown, ""};
    auto hash = hash_of(text);
    return registry::StartupFile{{shown, std::move(hash)}, std::move(text)};
}

}  // namespace

void load_startup_files(const config::Configuration& configuration, registry::Registry& registry,
                        const LogSink& log) {
    for (const auto& named : configuration.deployables) {
        auto read = read_file(named.file, configuration.limits.document.value);
        if (!read) {
            log(LogLevel::error, "cped", "deployables: " + read.error().line());
            continue;
        }
        const auto file = read->file;
        registry.load_file(file.path, file.hash, std::move(read->document), named.start);
    }
}

Result<registry::StartupFile> find_startup_file(const config::Configuration& configuration,
                                                const deployable::Limits& limits,
                                                const std::string& name) {
    std::optional<Error> unreadable;
    for (const auto& named : configuration.deployables) {
        auto read = read_file(named.file, configuration.limits.document.value);
        if (!read) {
            unreadable = read.error();
            continue;
        }
        if (registry::name_in(read->document, limits) == name) return read;
    }
    // Perhaps it was that one.
    if (unreadable) return *unreadable;
    return Error{Errc::invalid_input, "the configuration names no document for it", name,
                 "name it under deployables: in cped.yaml, or reload it with one"};
}

}  // namespace cpe::cped
