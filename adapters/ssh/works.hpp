// What a standing shell in a guest knows by name: the works that it was given before, so that a
// monitor that is run again and again costs a few bytes, not its whole text.
//
// Thread: any; a pure value; one for each shell. Limits: max_remembered bytes of text; beyond it
// the oldest are forgotten, and greater ones at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

namespace cpe::ssh {

constexpr std::size_t max_remembered = 1U << 20U;

class Works {
public:
    struct Named {
        std::string name;
        std::string before;  ///< lines for the shell before it is run; may be empty
        std::string after;   ///< ... and afterwards: a run goes on with what it began with
    };
    [[nodiscard]] Named name(const std::string& work);

private:
    std::map<std::string, std::string> names_;  ///< by text
    std::deque<const std::string*> order_;      ///< of the texts, the oldest first
    std::size_t bytes_ = 0;
    std::uint64_t last_ = 0;
};

}  // namespace cpe::ssh
