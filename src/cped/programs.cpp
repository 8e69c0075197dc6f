#include "src/cped/programs.hpp"

#include "src/policy/helper_program.hpp"

#include <utility>

namespace cpe::cped {

Result<Programs> find_programs() {
    Programs found;
    const std::pair<std::filesystem::path*, const char*> wanted[] = {
        {&found.agent, "cpe-agent"},
        {&found.sandbox, "cpe-sandbox"},
        {&found.policy_helper, "cpe-policy-helper"},
        {&found.sql_helper, "cpe-sql-helper"}};
    for (const auto& [path, name] : wanted) {
        auto program = policy_runner::find_program(name);
        if (!program) return program.error();
        *path = std::move(*program);
    }
    return found;
}

}  // namespace cpe::cped
