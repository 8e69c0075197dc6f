#include "src/cped/programs.hpp"

#include <system_error>

namespace fs = std::filesystem;

namespace cpe::cped {

namespace {

Result<fs::path> find(const fs::path& own_folder, const std::string& name) {
    const fs::path places[] = {own_folder / name, own_folder / "../libexec/cpe" / name,
                               own_folder / "../bin" / name};
    std::error_code failed;
    for (const auto& place : places)
        if (fs::is_regular_file(place, failed)) return fs::weakly_canonical(place);
    return Error{
        Errc::unavailable, "the program " + name + " is missing",
        own_folder.string() + " and " + places[1].lexically_normal().parent_path().string(),
        "build or install all programs of this version"};
}

}  // namespace

Result<Programs> find_programs() {
    std::error_code failed;
    const auto own = fs::read_symlink("/proc/self/exe", failed);
    if (failed) return Error{Errc::unavailable, failed.message(), "/proc/self/exe", "mount /proc"};
    Programs found;
    const std::pair<fs::path*, const char*> wanted[] = {{&found.agent, "cpe-agent"},
                                                        {&found.sandbox, "cpe-sandbox"},
                                                        {&found.policy_helper, "cpe-policy-helper"},
                                                        {&found.sql_helper, "cpe-sql-helper"}};
    for (const auto& [path, name] : wanted) {
        auto program = find(own.parent_path(), name);
        if (!program) return program.error();
        *path = std::move(*program);
    }
    return found;
}

}  // namespace cpe::cped
