#include "adapters/local/sandbox/root.hpp"

#include "adapters/local/sandbox/devices.hpp"
#include "adapters/local/sandbox/mounting.hpp"

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace cpe::local {
namespace {

constexpr auto own_agents_beside = "lib/ocf/resource.d/cpe";
constexpr auto disk_hint = "put state_dir on ext4, xfs, btrfs or tmpfs";

/// What must be opened before the host's files are out of sight.
struct Inputs {
    Fd agent_program;
    Fd own_agents;  ///< not open where there are none
    Fd agent_dir;
    std::vector<Device> devices;
};

Result<Inputs> open_inputs(const BootPlan& plan) {
    Inputs inputs;
    auto program = open_path(plan.agent_program);
    if (!program) return program.error();
    // Where cpe-agent looks for agents of provider cpe, seen from its program: on the host as
    // inside.
    auto agents = open_path(plan.agent_program.parent_path() / ".." / own_agents_beside);
    auto folder = open_path(plan.agent_dir);
    if (!folder) return folder.error();
    auto devices = open_devices();
    if (!devices) return devices.error();
    return Inputs{std::move(*program), agents ? std::move(*agents) : Fd(), std::move(*folder),
                  std::move(*devices)};
}

/// The overlay shows one file system: what the host mounts elsewhere would be missing.
Result<> check_host_root() {
    struct stat root {};
    struct stat usr {};
    if (::stat("/", &root) != 0 || ::stat("/usr", &usr) != 0) return os_error("look at", "/usr");
    if (root.st_dev == usr.st_dev) return {};
    return Error{Errc::unsupported, "/usr is a file system of its own; sandboxes need it on /'s",
                 "/usr", "use another machine, or another provider"};
}

/// Relative names keep commas and colons of the state directory's path out of the options.
Result<> mount_overlay(const BootPlan& plan) {
    if (::chdir(plan.slug_dir.c_str()) != 0) return os_error("enter", plan.slug_dir);
    const char* options = "lowerdir=/,upperdir=upper,workdir=work";
    if (::mount("cpe", "root", "overlay", MS_NODEV, options) != 0)
        return os_error("mount an overlay", plan.slug_dir, disk_hint);
    if (::chdir("root") != 0) return os_error("enter", plan.slug_dir);
    return {};
}

/// Afterwards absolute paths are the sandbox's, and the old root can still be bound from.
Result<> pivot() {
    if (::syscall(SYS_pivot_root, ".", ".") != 0)
        return os_error("change the root", "", "is the host's root an initramfs?");
    return {};
}

/// The kernel's own view, and protection of the host's kernel settings.
Result<> mount_kernel() {
    constexpr auto quiet = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    auto done = mount_on_folder("/proc", {"proc", quiet, ""});
    if (done) done = mount_on_folder("/sys", {"sysfs", quiet | MS_RDONLY, ""});
    const auto network = open_path("/proc/sys/net");  // settings of its own network namespace
    for (const char* path : {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus"})
        if (done) done = freeze(path);
    if (done && network) done = bind_at(*network, "/proc/sys/net");
    return done;
}

/// Where /var/run is not a link to /run as in every current distribution.
Result<> unite(const std::string& old_path, const std::string& path) {
    struct stat info {};
    if (::lstat(old_path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return {};
    const auto folder = open_path(path);
    if (!folder) return folder.error();
    return bind_at(*folder, old_path);
}

Result<> mount_fresh() {
    auto done = mount_on_folder("/run", {"tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"});
    if (done) done = mount_on_folder("/tmp", {"tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"});
    return done;
}

Result<> hide_secrets(const BootPlan& plan) {
    auto done = hide(plan.home.state_dir);
    for (const auto& path : plan.masked)
        if (done) done = hide(path);
    return done;
}

/// What resource agents expect in /run (HA_RSCTMP) and what distributions make at boot.
Result<> fill_run() {
    auto done = make_directory("/run/lock", 01777);
    if (done) done = make_directory("/run/resource-agents", 01755);
    if (::chmod("/run/lock", 01777) != 0 || ::chmod("/run/resource-agents", 01755) != 0)
        return os_error("set the mode of", "/run/lock");
    if (done) done = unite("/var/run", "/run");
    if (done) done = unite("/var/lock", "/run/lock");
    return done;
}

Result<> make_name_files(const BootPlan& plan) {
    const auto& name = plan.key.assembly;
    auto done = make_file("/run/cpe/hostname", name + "\n", 0644);
    if (done)
        done = make_file("/run/cpe/hosts",
                         "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n" +
                             address_text(plan.address) + "\t" + name + "\n",
                         0644);
    for (const char* file : {"hostname", "hosts"}) {
        const auto source = open_path(std::string("/run/cpe/") + file);
        if (done && !source) return source.error();
        struct stat info {};
        const auto target = std::string("/etc/") + file;
        if (::lstat(target.c_str(), &info) != 0) done = make_file(target, "", 0644);
        if (done) done = bind_at(*source, target);
    }
    return done;
}

/// Like cpe-agent they come from the host, which may have them where the overlay shows nothing.
Result<> show_own_agents(const Inputs& inputs) {
    if (!inputs.own_agents) return {};
    Result<> done;
    for (const char* folder : {"/run/cpe/lib", "/run/cpe/lib/ocf", "/run/cpe/lib/ocf/resource.d",
                               "/run/cpe/lib/ocf/resource.d/cpe"})
        if (done) done = make_directory(folder, 0755);
    if (done)
        done = bind_at(inputs.own_agents, "/run/cpe/lib/ocf/resource.d/cpe",
                       MS_RDONLY | MS_NOSUID | MS_NODEV);
    return done;
}

Result<> fill_cpe(const BootPlan& plan, const Inputs& inputs, const std::string& boot_id) {
    auto done = make_directory("/run/cpe", 0755);
    for (const char* folder : {"/run/cpe/agent", "/run/cpe/bin"})
        if (done) done = make_directory(folder, 0700);
    if (done)
        done = bind_at(inputs.agent_dir, "/run/cpe/agent",
                       MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC);
    if (done) done = make_file("/run/cpe/bin/cpe-agent", "", 0755);
    if (done) done = bind_at(inputs.agent_program, "/run/cpe/bin/cpe-agent", MS_RDONLY);
    if (done) done = show_own_agents(inputs);
    if (done) done = make_file("/run/cpe/boot_id", boot_id + "\n", 0644);
    if (done) done = make_name_files(plan);
    return done;
}

}  // namespace

Result<> enter_root(const BootPlan& plan, const std::string& boot_id) {
    ::umask(0022);
    if (auto fits = check_host_root(); !fits) return fits;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        return os_error("make mounts private", "/");
    const auto inputs = open_inputs(plan);
    if (!inputs) return inputs.error();
    auto done = mount_overlay(plan);
    if (done) done = pivot();
    if (done) done = mount_kernel();
    if (done) done = make_dev(inputs->devices);
    if (done) done = mount_fresh();
    if (done) done = hide_secrets(plan);
    if (done) done = fill_run();
    if (done) done = fill_cpe(plan, *inputs, boot_id);
    if (!done) return done;
    // The old root lies over "." since the pivot.
    if (::umount2(".", MNT_DETACH) != 0) return os_error("leave the host's files", "/");
    if (::chdir("/") != 0) return os_error("enter", "/");
    return {};
}

}  // namespace cpe::local
