#include "adapters/local/sandbox/options.hpp"

#include <algorithm>

namespace cpe::local {

Result<Options> Options::parse(const std::vector<std::string>& words) {
    Options options;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        if (!word.starts_with("--") || equals == std::string::npos)
            return Error{Errc::invalid_input, "'" + word + "' is not of the form --name=value",
                         "cpe-sandbox", "cped starts this program; it is not for people"};
        if (!options.values_.emplace(word.substr(2, equals - 2), word.substr(equals + 1)).second)
            return Error{Errc::invalid_input, "'" + word + "' is given twice", "cpe-sandbox", ""};
    }
    return options;
}

std::string Options::get(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second;
}

Result<> Options::require(const std::vector<std::string>& names) const {
    for (const auto& name : names)
        if (get(name).empty())
            return Error{Errc::invalid_input, "--" + name + "= is missing", "cpe-sandbox",
                         "cped starts this program; it is not for people"};
    return {};
}

std::vector<std::string> Options::list(const std::string& name) const {
    std::vector<std::string> items;
    const auto text = get(name);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(':', at), text.size());
        if (end > at) items.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return items;
}

}  // namespace cpe::local
