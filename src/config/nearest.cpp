// "Did you mean": the known key that is nearest to an unknown one.
#include "src/config/keys.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace cpe::config {
namespace {

constexpr std::size_t longest_compared = 64;

/// Levenshtein's distance; inputs are cut at longest_compared.
std::size_t distance(std::string_view a, std::string_view b) {
    a = a.substr(0, longest_compared);
    b = b.substr(0, longest_compared);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

std::string_view parent_of(std::string_view path) {
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view last_of(std::string_view path) {
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

/// Every path that may be written: the keys and the sections above them.
std::vector<std::string_view> all_paths() {
    std::vector<std::string_view> paths;
    for (const Key& key : keys())
        for (auto path = key.path; !path.empty(); path = parent_of(path))
            if (last_of(path) != "*" && path.substr(path.size() - 1) != "]" &&
                std::find(paths.begin(), paths.end(), path) == paths.end())
                paths.push_back(path);
    return paths;
}

}  // namespace

std::string nearest_key(std::string_view path) {
    const auto word = last_of(path);
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto candidate : all_paths()) {
        // A slip of the pen in the right place, or the right word in another place.
        const bool sibling = parent_of(candidate) == parent_of(path);
        const auto apart = sibling ? distance(last_of(candidate), word)
                                   : (last_of(candidate) == word ? 1 : best_distance);
        if (apart >= best_distance) continue;
        best = candidate;
        best_distance = apart;
    }
    return std::string{best};
}

}  // namespace cpe::config
