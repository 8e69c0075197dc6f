// The inner half of boot.hpp.
#include "adapters/local/sandbox/agent_process.hpp"
#include "adapters/local/sandbox/boot.hpp"
#include "adapters/local/sandbox/init.hpp"
#include "adapters/local/sandbox/ip_command.hpp"
#include "adapters/local/sandbox/root.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <array>
#include <cerrno>
#include <csignal>

namespace cpe::local {
namespace {

constexpr int lock_tries = 1'000;
constexpr int lock_pause_ms = 10;

/// Held for life: nothing else of this folder can run while we do, and our death frees it. The
/// rest of a dying predecessor may hold it for a moment.
Result<Fd> take_lock(const BootPlan& plan, const Control& control) {
    const auto file = plan.slug_dir / "lock";
    Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return os_error("open", file);
    for (int tries = 0; tries < lock_tries; ++tries) {
        if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
        if (errno != EWOULDBLOCK || control.abandoned()) return os_error("lock", file);
        ::poll(nullptr, 0, lock_pause_ms);
    }
    return Error{Errc::refused, "another sandbox of this assembly runs", file,
                 "find it with: fuser -v " + file.native()};
}

Result<Fd> open_log(const BootPlan& plan) {
    const auto file = plan.slug_dir / "log";
    Fd fd(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return os_error("open", file);
    return fd;
}

/// Waits until the outer process has given us eth0.
bool wait_for_interface(const Fd& outer) {
    std::array<char, 3> word{};
    std::size_t have = 0;
    while (have < word.size()) {
        const auto got = ::read(outer.get(), word.data() + have, word.size() - have);
        if (got <= 0) return false;
        have += static_cast<std::size_t>(got);
    }
    return true;
}

/// No default route: nothing would forward for us, and without one a name lookup that leads out
/// fails at once and not after the resolver's 10 s.
Result<> set_up_network(const BootPlan& plan) {
    const auto address = address_text(plan.address) + "/" + std::to_string(plan.slice.prefix);
    return run_ip("link set dev lo up\naddr add " + address + " broadcast + dev eth0\n" +
                  "link set dev eth0 up\n");
}

Result<std::string> make_boot_id() {
    auto id = read_small("/proc/sys/kernel/random/uuid").value_or("");
    while (!id.empty() && id.back() == '\n') id.pop_back();
    if (!id.empty()) return id;
    return os_error("make a boot id");
}

Result<> become_sandbox(const BootPlan& plan, const Fd& outer, const std::string& boot_id) {
    const auto& name = plan.key.assembly;
    if (::sethostname(name.data(), name.size()) != 0) return os_error("set the hostname", name);
    // The interface comes while nothing of the root is built yet: `ip` is then the host's own.
    if (!wait_for_interface(outer))
        return Error{Errc::unavailable, "its interface did not come", name, ""};
    if (auto connected = set_up_network(plan); !connected) return connected;
    if (auto entered = enter_root(plan, boot_id); !entered) return entered;
    return drop_machine_capabilities();
}

/// A session of its own, no signal but those that Init reads, killed for want of memory like any
/// other process (cped may be protected).
void prepare_process() {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    ::setsid();
    const Fd killer(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    if (killer) static_cast<void>(write_all(killer.get(), "0", 1));
}

[[noreturn]] void give_up(const Control& control, const Error& error) {
    control.say(error_message(error));
    ::_exit(1);
}

}  // namespace

void live(const BootPlan& plan, Control control, Fd outer) {
    prepare_process();
    const auto lock = take_lock(plan, control);
    if (!lock) give_up(control, lock.error());
    auto log = open_log(plan);
    if (!log) give_up(control, log.error());
    const auto boot_id = make_boot_id();
    if (!boot_id) give_up(control, boot_id.error());
    if (const auto done = become_sandbox(plan, outer, *boot_id); !done)
        give_up(control, done.error());
    const auto tell = [&](const std::string& word) {
        const auto line = word + "\n";
        if (!write_all(outer.get(), line.data(), line.size())) ::_exit(1);
    };
    tell(*boot_id);
    if (!control.wait_for_keep()) ::_exit(1);
    tell("kept");
    outer.reset();
    control.close();
    Init init(BoundedLog(std::move(*log), plan.log_bytes), plan.stop_grace);
    ::_exit(init.run());
}

}  // namespace cpe::local
