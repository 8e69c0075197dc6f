#include "adapters/local/sandbox/boot_plan.hpp"

#include "adapters/local/posix.hpp"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <cerrno>
#include <charconv>

namespace cpe::local {
namespace {

namespace fs = std::filesystem;

std::uint64_t number_of(const std::string& text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<> make_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0) return {};
    struct stat info {};
    if (errno == EEXIST && ::lstat(folder.c_str(), &info) == 0) {
        if (S_ISDIR(info.st_mode)) return {};
        errno = ENOTDIR;
    }
    return os_error("make the folder", folder, "is state_dir writable for root?");
}

std::string joined(const std::vector<fs::path>& paths) {
    std::string text;
    for (const auto& path : paths) text += (text.empty() ? "" : ":") + path.native();
    return text;
}

}  // namespace

Home home_of(const Options& options) {
    return {options.get("state-dir"), options.get("provider")};
}

std::vector<std::string> options_of(const Home& home) {
    return {"--state-dir=" + home.state_dir.native(), "--provider=" + home.provider};
}

Result<BootPlan> plan_of(const Options& options) {
    const auto complete = options.require({"tenant", "deployable", "assembly", "state-dir",
                                           "provider", "slug", "agent", "bridge", "veth", "address",
                                           "slice", "stop-grace-ms", "log-bytes"});
    if (!complete) return complete.error();
    const auto address = parse_address(options.get("address"));
    const auto slice = parse_subnet(options.get("slice"));
    if (!address) return address.error();
    if (!slice) return slice.error();
    const Home home = home_of(options);
    const auto hidden = options.list("mask");
    return BootPlan{
        .key = {{options.get("tenant"), options.get("deployable")}, options.get("assembly")},
        .home = home,
        .slug_dir = home.folder() / options.get("slug"),
        .agent_dir = home.state_dir / "agents" / options.get("slug"),
        .agent_program = options.get("agent"),
        .masked = {hidden.begin(), hidden.end()},
        .bridge = options.get("bridge"),
        .veth = options.get("veth"),
        .address = *address,
        .slice = *slice,
        .stop_grace = Millis(number_of(options.get("stop-grace-ms"))),
        .log_bytes = number_of(options.get("log-bytes")),
    };
}

std::vector<std::string> options_of(const BootPlan& plan) {
    return {"--tenant=" + plan.key.deployable.tenant,
            "--deployable=" + plan.key.deployable.name,
            "--assembly=" + plan.key.assembly,
            "--state-dir=" + plan.home.state_dir.native(),
            "--provider=" + plan.home.provider,
            "--slug=" + plan.slug_dir.filename().native(),
            "--agent=" + plan.agent_program.native(),
            "--mask=" + joined(plan.masked),
            "--bridge=" + plan.bridge,
            "--veth=" + plan.veth,
            "--address=" + address_text(plan.address),
            "--slice=" + plan.slice.text(),
            "--stop-grace-ms=" + std::to_string(plan.stop_grace.count()),
            "--log-bytes=" + std::to_string(plan.log_bytes)};
}

Result<> make_folders(const BootPlan& plan) {
    for (const auto& folder : {plan.slug_dir.parent_path(), plan.slug_dir, plan.slug_dir / "upper",
                               plan.slug_dir / "work", plan.slug_dir / "root",
                               plan.agent_dir.parent_path(), plan.agent_dir})
        if (auto made = make_folder(folder); !made) return made;
    // The sandbox's root folder is everybody's to look into, as / is.
    if (::chmod((plan.slug_dir / "upper").c_str(), 0755) != 0)
        return os_error("set the mode of the overlay", plan.slug_dir);
    struct statfs info {};
    if (::statfs(plan.slug_dir.c_str(), &info) != 0) return os_error("look at", plan.slug_dir);
    if (info.f_type != OVERLAYFS_SUPER_MAGIC) return {};
    return Error{Errc::unavailable, "is on an overlay file system, which cannot carry another one",
                 plan.home.state_dir,
                 "put state_dir on ext4, xfs, btrfs or tmpfs (in a container: a volume)"};
}

}  // namespace cpe::local
