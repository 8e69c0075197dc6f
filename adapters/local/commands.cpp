#include "adapters/local/commands.hpp"

#include "adapters/local/posix.hpp"

#include <sys/stat.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <charconv>
#include <csignal>

namespace cpe::local {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

/// Beyond the grace that init gives to what is inside.
constexpr Millis term_slack{500};
/// Between two looks at a lock whose holder is about to be dead.
constexpr Millis lock_pause{5};

Error at(const AssemblyKey& key, Error error) {
    error.where = name_of(key) + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

bool has_entries(const fs::path& folder) {
    std::error_code failed;
    const fs::directory_iterator first(folder, failed);
    return !failed && first != fs::directory_iterator();
}

}  // namespace

std::string name_of(const AssemblyKey& key) {
    return "sandbox '" + key.deployable.name + "/" + key.assembly + "'";
}

InstanceReport report_of(const Sandbox& sandbox, std::string reason) {
    InstanceReport report;
    report.state = InstanceState::stopped;
    report.reason = std::move(reason);
    if (!sandbox.life || sandbox.life->ended()) return report;
    const auto& record = sandbox.life->record;
    report.state = InstanceState::running;
    report.instance = std::to_string(record.pid);
    report.address = address_text(record.address);
    report.hostname = sandbox.key.assembly;
    report.boot_id = record.boot_id;
    return report;
}

Commands::Commands(asio::any_io_executor executor, const Settings& settings, const Subnet& subnet)
    : network(executor, settings, subnet),
      executor_(executor),
      settings_(settings),
      boots_(std::move(executor), settings.limits.boots_at_once) {}

fs::path Commands::folder_of(const Sandbox& sandbox) const {
    return settings_.home().folder() / sandbox.slug;
}

BootPlan Commands::plan_for(const Sandbox& sandbox, const Subnet& slice,
                            std::uint32_t address) const {
    return {.key = sandbox.key,
            .home = settings_.home(),
            .slug_dir = folder_of(sandbox),
            .agent_dir = settings_.paths.agent_dir(sandbox.key),
            .agent_program = settings_.agent_program,
            .masked = settings_.masked,
            .bridge = network.bridge(),
            .veth = network.veth(address),
            .address = address,
            .slice = slice,
            .stop_grace = settings_.limits.stop_grace,
            .log_bytes = settings_.limits.log_bytes};
}

Commands::Outcome Commands::start(Sandbox& sandbox, Born born) {
    if (sandbox.life && !sandbox.life->ended()) co_return report_of(sandbox);
    if (sandbox.life) network.leases.release(sandbox.life->record.address);
    sandbox.life.reset();  // it ended after a stop that had given up waiting
    const auto permit = co_await boots_.enter();
    if (closed_) co_return Error{Errc::unavailable, "cped ends", "", ""};
    const auto free = co_await end_unknown(sandbox, born);
    if (!free) co_return free.error();
    const auto slice = co_await network.ensure();
    if (!slice) co_return at(sandbox.key, slice.error());
    co_return co_await boot(sandbox, std::move(born), *slice);
}

Commands::Outcome Commands::boot(Sandbox& sandbox, Born born, Subnet slice) {
    const auto address = network.leases.lease(sandbox.last_address);
    if (!address) co_return at(sandbox.key, address.error());
    auto words = options_of(plan_for(sandbox, slice, *address));
    words.insert(words.begin(), "boot");
    auto helper = Helper::start(executor_, settings_.sandbox_program, words, settings_.limits.boot);
    Result<> done = helper ? Result<>() : Result<>(helper.error());
    std::shared_ptr<Life> life;
    std::string boot_id;
    if (done) {
        done = co_await talk(**helper, life, born, boot_id);
        co_await (*helper)->finish();
    }
    if (done && life->ended())
        done = Error{Errc::unavailable, "its init ended right after the boot", "",
                     "see " + (folder_of(sandbox) / "log").native()};
    if (!done) {
        if (life) static_cast<void>(co_await end_life(life, sandbox.key));
        static_cast<void>(co_await network.drop_veth(*address));
        network.leases.release(*address);
        co_return at(sandbox.key, done.error());
    }
    Record record{.key = sandbox.key, .host_boot = {}, .boot_id = boot_id, .address = *address};
    static_cast<void>(identify(life->record.pid, record));  // if it is dead by now, its watch tells
    life->record = record;
    sandbox.life = life;
    sandbox.last_address = *address;
    InstanceReport report = report_of(sandbox);
    report.anew = true;  // end_unknown() has seen its lock free
    co_return report;
}

Commands::Nothing Commands::talk(Helper& helper, std::shared_ptr<Life>& life, const Born& born,
                                 std::string& boot_id) {
    const auto first = co_await helper.next();
    if (first.front() != "pid" || first.size() < 2) co_return error_of(first);
    pid_t pid = 0;
    std::from_chars(first[1].data(), first[1].data() + first[1].size(), pid);
    auto found = Life::of(executor_, pid);
    if (!found) co_return found.error();
    life = *found;
    life->commanded = true;  // until it is kept, its end is our failure and not its own
    born(life);
    const auto second = co_await helper.next();
    if (second.front() != "ready" || second.size() < 2) co_return error_of(second);
    boot_id = second[1];
    if (closed_) co_return Error{Errc::unavailable, "cped ends", "", ""};
    co_await helper.say("keep\n");
    const auto third = co_await helper.next();
    if (third.front() != "kept") co_return error_of(third);
    life->commanded = false;
    co_return Result<>();
}

Commands::Nothing Commands::end_life(std::shared_ptr<Life> life, const AssemblyKey& key) {
    life->commanded = true;
    life->signal(SIGTERM);
    bool ended = co_await life->wait_end(settings_.limits.stop_grace + term_slack);
    if (ended) co_return Result<>();
    life->signal(SIGKILL);
    ended = co_await life->wait_end(settings_.limits.stop);
    if (ended) co_return Result<>();
    life->commanded = false;  // when it does end, somebody may have taken it for running
    co_return Error{
        Errc::timed_out,
        "it was killed, but process " + std::to_string(life->record.pid) + " does not end",
        name_of(key), "a process in it hangs in the kernel; see: ps -eo pid,stat,wchan,comm"};
}

Commands::Nothing Commands::end_unknown(const Sandbox& sandbox, const Born& born) {
    const auto file = folder_of(sandbox) / "lock";
    const auto until = asio::steady_timer::clock_type::now() + settings_.limits.stop;
    while (!closed_) {
        const auto holder = lock_holder(file);
        if (!holder) co_return at(sandbox.key, holder.error());
        if (*holder == 0) co_return Result<>();
        if (asio::steady_timer::clock_type::now() > until) break;
        const auto life = Life::of(executor_, *holder);
        const auto again = lock_holder(file);  // still his, so the pidfd is of the right process
        if (life && again && *again == *holder) {
            (*life)->commanded = true;
            born(*life);
            const auto ended = co_await end_life(*life, sandbox.key);
            if (!ended) co_return ended.error();
            continue;
        }
        boost::system::error_code ignored;
        asio::steady_timer pause(executor_, lock_pause);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return at(sandbox.key, {Errc::timed_out, "a process that cannot be named holds it", file,
                               "find it with: fuser -v " + file.native()});
}

Commands::Outcome Commands::stop(Sandbox& sandbox, Born born) {
    if (sandbox.life) {
        const auto life = sandbox.life;
        const auto ended = co_await end_life(life, sandbox.key);
        if (!ended) co_return ended.error();
        const auto dropped = co_await network.drop_veth(life->record.address);
        if (!dropped) co_return at(sandbox.key, dropped.error());
        network.leases.release(life->record.address);
        sandbox.life.reset();
    }
    const auto alone = co_await end_unknown(sandbox, born);
    if (!alone) co_return alone.error();
    auto report = report_of(sandbox);
    struct stat info {};
    if (::lstat(folder_of(sandbox).c_str(), &info) != 0) report.state = InstanceState::absent;
    co_return report;
}

Commands::Outcome Commands::destroy(Sandbox& sandbox, Born born) {
    const auto stopped = co_await stop(sandbox, std::move(born));
    if (!stopped) co_return stopped.error();
    auto words = options_of(settings_.home());
    words.insert(words.begin(), "remove");
    words.push_back("--slug=" + sandbox.slug);
    const auto removed = co_await ask_helper(executor_, settings_.sandbox_program, std::move(words),
                                             settings_.limits.remove);
    if (!removed) co_return at(sandbox.key, removed.error());
    if (!has_entries(settings_.home().folder()) && network.leases.in_use() == 0) {
        const auto dropped = co_await network.drop_bridge();
        if (!dropped) co_return at(sandbox.key, dropped.error());
    }
    InstanceReport report;
    report.state = InstanceState::absent;
    co_return report;
}

}  // namespace cpe::local
