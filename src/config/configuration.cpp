#include "src/config/configuration.hpp"

#include "src/config/checks.hpp"
#include "src/config/reader.hpp"
#include "src/config/tree.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace cpe::config {
namespace {

/// At most one byte over the limit is read: enough to see that it is over.
Result<std::string> read_file(const std::filesystem::path& file) {
    std::error_code failed;
    if (std::filesystem::is_directory(file, failed))
        return Error{Errc::unavailable, "is a directory", file.native(), "give a file"};
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return Error{Errc::unavailable,
                     std::string{"cannot be read: "} + std::strerror(errno),
                     file.native(),
                     {}};
    std::string text(max_file + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad()) return Error{Errc::unavailable, "cannot be read", file.native(), {}};
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace

Result<Configuration> parse(std::string_view text, std::string_view name,
                            const std::filesystem::path& directory, const Overrides& overrides) {
    const auto root = read_tree(text, name);
    if (!root) return root.error();
    Reader reader(name);
    Configuration configuration;
    if (const auto set = reader.set_defaults(configuration); !set) return set.error();
    if (const auto read = reader.read(*root, configuration); !read) return read.error();
    if (const auto held = check(configuration, reader); !held) return held.error();
    if (overrides.state_dir) {
        // It was typed in a shell, so it is relative to where the shell is.
        std::error_code failed;
        configuration.state_dir = std::filesystem::absolute(*overrides.state_dir, failed);
        if (failed)
            return Error{Errc::invalid_input,
                         "'" + overrides.state_dir->native() + "': " + failed.message(),
                         "state directory", "give a path"};
    }
    if (const auto resolved = resolve_paths(configuration, directory); !resolved)
        return resolved.error();
    return configuration;
}

Result<Configuration> load(const std::filesystem::path& file, const Overrides& overrides) {
    const auto text = read_file(file);
    if (!text) return text.error();
    return parse(*text, file.native(), file.parent_path(), overrides);
}

Result<Configuration> defaults(const Overrides& overrides) {
    return parse("", "default configuration", {}, overrides);
}

}  // namespace cpe::config
