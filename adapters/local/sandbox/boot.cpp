#include "adapters/local/sandbox/boot.hpp"

#include "adapters/local/record.hpp"
#include "adapters/local/sandbox/ip_command.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace cpe::local {
namespace {

constexpr unsigned long new_namespaces =
    CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;

/// fork into new namespaces, as a child of our parent.
pid_t clone_init() {
    return static_cast<pid_t>(::syscall(SYS_clone, new_namespaces | CLONE_PARENT | SIGCHLD, nullptr,
                                        nullptr, nullptr, 0));
}

/// 02:01 and the address: who gets an address again also gets its hardware address, so that no
/// neighbour's table is ever wrong.
std::string hardware_address(std::uint32_t address) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "02:01:%02x:%02x:%02x:%02x", address >> 24U,
                  (address >> 16U) & 255U, (address >> 8U) & 255U, address & 255U);
    return text.data();
}

/// For people who look at `ip link`; only where ip's batch parser takes it as one word.
std::string alias_of(const AssemblyKey& key) {
    const auto text = key.deployable.tenant + "/" + key.deployable.name + "/" + key.assembly;
    const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '/' || c == '.' || c == '_' || c == '-';
    });
    return plain && text.size() < 250 ? " alias " + text : "";
}

Result<> attach(const BootPlan& plan, pid_t init) {
    if (auto free = drop_interface(plan.veth); !free) return free;
    return run_ip("link add name " + plan.veth + " type veth peer name eth0 address " +
                  hardware_address(plan.address) + " netns " + std::to_string(init) +
                  "\nlink set dev " + plan.veth + " addrgenmode none\nlink set dev " + plan.veth +
                  " master " + plan.bridge + alias_of(plan.key) + "\nlink set dev " + plan.veth +
                  " up\n");
}

/// What init says next; empty when it has ended.
std::string line_of(const Fd& inner) {
    std::string line;
    for (char c = 0; line.size() < max_message; line += c) {
        const auto got = ::read(inner.get(), &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return "";
        if (c == '\n') return line;
    }
    return "";
}

/// One boot of this sandbox at a time, held by each `ip` that it runs, too: that of a cped that was
/// killed may still be at work, and its interface has the name of ours. Bounded by cped's deadline.
Fd take_turn(const BootPlan& plan) {
    Fd folder(::open(plan.slug_dir.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    while (folder && ::flock(folder.get(), LOCK_EX) != 0 && errno == EINTR) {
    }
    return folder;
}

Error ended_early(const BootPlan& plan) {
    return {Errc::unavailable, "its init ended during set-up", "",
            "see " + (plan.slug_dir / "log").native()};
}

/// After the clone, on the host.
Result<> finish(const BootPlan& plan, const Control& control, pid_t init, const Fd& inner) {
    Record record{.key = plan.key, .host_boot = {}, .boot_id = {}, .address = plan.address};
    if (auto known = identify(init, record); !known) return known;
    if (auto attached = attach(plan, init); !attached) return attached;
    const std::string go = "go\n";
    if (!write_all(inner.get(), go.data(), go.size())) return ended_early(plan);
    record.boot_id = line_of(inner);
    if (record.boot_id.empty()) return ended_early(plan);
    control.say({"ready", record.boot_id});
    if (line_of(inner) != "kept") return ended_early(plan);
    if (auto kept = write_record(plan.slug_dir, record); !kept) return kept;
    control.say({"kept"});
    return {};
}

}  // namespace

int boot(const BootPlan& plan, Control control) {
    const auto fail = [&](const Error& error) {
        control.say(error_message(error));
        return 1;
    };
    if (control.abandoned()) return 1;
    if (const auto made = make_folders(plan); !made) return fail(made.error());
    Fd turn = take_turn(plan);
    if (!turn) return fail(os_error("lock", plan.slug_dir));
    if (control.abandoned()) return 1;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return fail(os_error("make a pair of sockets"));
    Fd inner(ends[0]);
    Fd outer(ends[1]);
    const pid_t init = clone_init();
    if (init == 0) {
        inner.reset();
        turn.reset();
        live(plan, std::move(control), std::move(outer));
    }
    if (init < 0)
        return fail(os_error("make namespaces", "", "cped needs root with CAP_SYS_ADMIN"));
    outer.reset();
    control.say({"pid", std::to_string(init)});
    const auto done = finish(plan, control, init, inner);
    return done ? 0 : fail(done.error());
}

}  // namespace cpe::local
