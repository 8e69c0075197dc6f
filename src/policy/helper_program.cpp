#include "src/policy/helper_program.hpp"

#include <system_error>

namespace fs = std::filesystem;

namespace cpe::policy_runner {

Result<fs::path> find_program(const std::string& name) {
    std::error_code failed;
    const auto own = fs::read_symlink("/proc/self/exe", failed);
    if (failed) return Error{Errc::unavailable, failed.message(), "/proc/self/exe", "mount /proc"};
    const auto folder = own.parent_path();
    const fs::path places[] = {folder / name, folder / "../libexec/cpe" / name,
                               folder / "../bin" / name};
    for (const auto& place : places)
        if (fs::is_regular_file(place, failed)) return fs::weakly_canonical(place);
    return Error{Errc::unavailable, "the program " + name + " is missing",
                 folder.string() + " and " + places[1].lexically_normal().parent_path().string(),
                 "build or install all programs of this version"};
}

}  // namespace cpe::policy_runner
