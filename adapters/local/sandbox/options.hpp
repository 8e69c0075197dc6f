// The words after a verb of cpe-sandbox: --name=value, each given once.
//
// Thread: one; values.
#pragma once

#include <cpe/result.hpp>

#include <map>
#include <string>
#include <vector>

namespace cpe::local {

class Options {
public:
    [[nodiscard]] static Result<Options> parse(const std::vector<std::string>& words);
    /// Empty when it was not given.
    [[nodiscard]] std::string get(const std::string& name) const;
    /// Errc::invalid_input names the first that is missing or empty.
    [[nodiscard]] Result<> require(const std::vector<std::string>& names) const;
    /// Of a list in one option, separated by colons.
    [[nodiscard]] std::vector<std::string> list(const std::string& name) const;

private:
    std::map<std::string, std::string> values_;
};

}  // namespace cpe::local
