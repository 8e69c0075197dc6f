// The sample CIBs and their expected plans (test/golden/cib).
#pragma once

#include <cpe_test_paths.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace cpe::test {

inline std::filesystem::path golden_dir() {
    return std::filesystem::path(CPE_SOURCE_DIR) / "test/golden/cib";
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string sample(const std::string& name) {
    return read_file(golden_dir() / (name + ".xml"));
}

/// A copy of `text` with the first `what` replaced; throws when it is not there.
inline std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error("not in the sample: " + what);
    return text.replace(at, what.size(), by);
}

/// All samples, by name, sorted.
inline std::vector<std::string> samples() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(golden_dir()))
        if (entry.path().extension() == ".xml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace cpe::test
