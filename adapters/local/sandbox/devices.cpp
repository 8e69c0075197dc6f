#include "adapters/local/sandbox/devices.hpp"

#include "adapters/local/sandbox/mounting.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

namespace cpe::local {

Result<std::vector<Device>> open_devices() {
    std::vector<Device> devices;
    for (const char* name : {"null", "zero", "full", "random", "urandom", "tty"}) {
        auto node = open_path(std::string("/dev/") + name);
        if (!node) return node.error();
        devices.push_back({name, std::move(*node)});
    }
    return devices;
}

Result<> make_dev(const std::vector<Device>& devices) {
    auto done = mount_on_folder("/dev", {"tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k"});
    for (const auto& device : devices) {
        const auto path = "/dev/" + device.name;
        if (done) done = make_file(path, "", 0666);
        if (done) done = bind_at(device.node, path);
    }
    const FileSystem terminals{"devpts", MS_NOSUID | MS_NOEXEC,
                               "newinstance,ptmxmode=0666,mode=0620,gid=5"};
    if (done) done = mount_on_folder("/dev/pts", terminals);
    if (done) done = mount_on_folder("/dev/shm", {"tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"});
    if (!done) return done;
    constexpr const char* links[][2] = {{"pts/ptmx", "/dev/ptmx"},
                                        {"/proc/self/fd", "/dev/fd"},
                                        {"/proc/self/fd/0", "/dev/stdin"},
                                        {"/proc/self/fd/1", "/dev/stdout"},
                                        {"/proc/self/fd/2", "/dev/stderr"}};
    for (const auto& link : links)
        if (::symlink(link[0], link[1]) != 0) return os_error("link", link[1]);
    return {};
}

}  // namespace cpe::local
