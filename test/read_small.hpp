// The text of a file that may end while it is read, as those of processes in /proc do: what could
// be read, or nothing. (An istreambuf_iterator throws there.)
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace cpe::test {

inline std::string read_small(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text;
    char buffer[4096];
    while (in.read(buffer, sizeof buffer) || in.gcount() > 0)
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
    return text;
}

}  // namespace cpe::test
