#include "src/cped/daemon.hpp"

#include "adapters/local/local_provider.hpp"
#include "adapters/openstack/openstack_provider.hpp"
#include "adapters/openstack/owner.hpp"
#include "adapters/ssh/ssh_channel.hpp"
#include "adapters/static/static_provider.hpp"
#include "src/cped/logging.hpp"
#include "src/cped/random_fraction.hpp"
#include "src/cped/random_uuid.hpp"
#include "src/cped/settings.hpp"
#include "src/cped/startup_files.hpp"
#include "src/cped/stylesheet.hpp"
#include "src/cped/system_clock.hpp"
#include "src/host/loop_lag.hpp"
#include "src/management/server.hpp"
#include "src/store/state_lock.hpp"
#include "src/store/store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <grp.h>
#include <systemd/sd-daemon.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <vector>

namespace fs = std::filesystem;

namespace cpe::cped {

namespace {

/// What a request holds beside its document.
constexpr std::size_t message_overhead = 64U << 10U;

Result<gid_t> group_named(const std::string& name) {
    const group* found = getgrnam(name.c_str());  // main thread, before the loop runs
    if (found) return found->gr_gid;
    return Error{Errc::invalid_input, "there is no group '" + name + "'", "listen: group",
                 "create it (groupadd --system " + name + ") or name another"};
}

}  // namespace

/// In the order of their making; taken down in the reverse order.
struct Daemon::Rooms {
    Rooms(config::Configuration given, LogSink sink, Reload again)
        : configuration(std::move(given)),
          log(std::move(sink)),
          reload(std::move(again)),
          loop(1),
          ended(loop, SIGTERM, SIGINT),
          hung_up(loop, SIGHUP),
          lag(host::asio_alarm(loop.get_executor()), clock, log, [this](Millis span) {
              if (registry) registry->stood_still(span);
          }) {}

    Result<> prepare();
    Result<> open_state();
    Result<> make_policy();
    Result<> make_registry();
    Result<> make_guests();
    Result<std::unique_ptr<InstanceProvider>> make_provider(const std::string& name,
                                                            const config::Provider& provider);
    Result<std::unique_ptr<InstanceProvider>> make_openstack(const std::string& name,
                                                             const config::Provider& provider);
    Result<> listen();
    void wait_for_signals();
    void hang_up();
    void run_loop();
    int serve();

    config::Configuration configuration;
    LogSink log;
    Reload reload;
    Programs programs;
    boost::asio::io_context loop;
    boost::asio::signal_set ended, hung_up;
    SystemClock clock;
    host::LoopLag lag;
    bool thread_abandoned = false;

    std::optional<store::StateLock> lock;
    std::unique_ptr<store::SqliteStore> store;
    store::Loaded loaded;
    std::vector<policy_runner::Suspect> crashed;  // told before there is a registry
    std::shared_ptr<policy_runner::TickJournal> journal;
    std::shared_ptr<policy_runner::FaultBox> faults;  // none: no fault can be injected
    std::unique_ptr<policy_runner::Runner> policy;
    std::unique_ptr<host::Ports> ports;
    std::unique_ptr<registry::Registry> registry;
    std::unique_ptr<agent::AgentChannel> channel;
    std::unique_ptr<ssh::SshChannel> ssh_channel;
    std::map<std::string, std::unique_ptr<InstanceProvider>> providers;
    std::vector<std::unique_ptr<management::ManagementServer>> servers;
};

Result<> Daemon::Rooms::prepare() {
    auto found = find_programs();
    if (!found) return found.error();
    programs = std::move(*found);
    if (auto opened = open_state(); !opened) return opened;
    if (auto made = make_policy(); !made) return made;
    if (auto made = make_registry(); !made) return made;
    if (auto made = make_guests(); !made) return made;
    if (auto listening = listen(); !listening) return listening;
    registry->restore({std::move(loaded.deployables), loaded.last_transition, loaded.last_operation,
                       std::move(loaded.loaded_files)});
    load_startup_files(configuration, *registry, log);
    return {};
}

Result<> Daemon::Rooms::open_state() {
    const StatePaths paths{configuration.state_dir};
    std::error_code failed;
    fs::create_directories(paths.state_dir, failed);
    if (!failed) fs::permissions(paths.state_dir, fs::perms(0711), failed);
    if (failed) {
        return Error{Errc::unavailable, failed.message(), paths.state_dir.string(),
                     "give another --state-dir, or run as root"};
    }
    auto taken = store::StateLock::take(paths.lock());
    if (!taken) return taken.error();
    lock.emplace(std::move(*taken));
    auto opened =
        store::SqliteStore::open(store_settings(configuration, programs, log), loop.get_executor());
    if (!opened) return opened.error();
    store = std::move(*opened);
    auto read = store->load_all();
    if (!read) return read.error();
    loaded = std::move(*read);
    return {};
}

Result<> Daemon::Rooms::make_policy() {
    auto opened = policy_runner::TickJournal::open(configuration.state_dir / "ticks.journal");
    if (!opened) return opened.error();
    journal = std::make_shared<policy_runner::TickJournal>(std::move(*opened));
    policy_runner::Hooks hooks;
    hooks.on_isolated = [this](const DeployableKey& key, const std::string& reason) {
        EventRecord event;
        event.kind = "isolation";
        event.state = "helper";
        event.reason = reason;
        if (registry) registry->note(key, event);
    };
    hooks.on_crash = [this](const DeployableKey& key, std::uint32_t crashes,
                            const std::string& reason) {
        log(LogLevel::error, "policy", "a tick of '" + key.name + "' crashed: " + reason);
        if (registry && crashes >= 2) registry->quarantine(key, reason);
    };
    hooks.on_thread_abandoned = [this](const std::string& reason) {
        thread_abandoned = true;
        log(LogLevel::error, "policy", reason);
    };
    auto settings = policy_settings(configuration, programs);
    if (configuration.fault_injection) {
        faults = settings.faults = std::make_shared<policy_runner::FaultBox>();
        log(LogLevel::warning, "cped", "debug.fault_injection is on: cpe-ctl may end this program");
    }
    policy = std::make_unique<policy_runner::Runner>(loop.get_executor(), std::move(settings), log,
                                                     std::move(hooks), journal,
                                                     policy_runner::scheduler_engine(log));
    return {};
}

Result<> Daemon::Rooms::make_registry() {
    auto sheet = translate::Stylesheet::compile(stylesheet_text());
    if (!sheet) return sheet.error();
    ports = std::make_unique<host::Ports>(
        host::Ports{clock, *store, *policy, {}, {}, configuration.default_provider, log});
    ports->check_punctuality = [this] { lag.check(); };
    auto settings = registry_settings(configuration, random_uuid());
    settings.measure = [this](DaemonStatus& status) {
        const auto figures = policy->figures();
        status.ticks = figures.in_process + figures.in_helpers;
        status.loop_lag_max = lag.worst();
    };
    settings.startup_file = [this, limits = settings.blueprint.limits](const std::string& name) {
        return find_startup_file(configuration, limits, name);
    };
    settings.trust = [this](const DeployableKey& key) { policy->release(key); };
    if (faults)
        settings.inject = [this](const DeployableKey& key, Fault fault) {
            faults->put(key, fault);
        };
    registry = std::make_unique<registry::Registry>(loop.get_executor(), std::move(settings),
                                                    *ports, std::move(*sheet));
    return {};
}

Result<> Daemon::Rooms::make_guests() {
    channel = std::make_unique<agent::AgentChannel>(loop.get_executor(),
                                                    agent_settings(configuration, log), *registry);
    ports->channels[ChannelKind::agent] = channel.get();
    auto ssh = ssh_settings(configuration, log);
    ssh.random = random_fractions();
    ssh_channel = std::make_unique<ssh::SshChannel>(loop.get_executor(), std::move(ssh), *registry);
    ports->channels[ChannelKind::ssh] = ssh_channel.get();
    for (const auto& [name, provider] : configuration.providers) {
        auto made = make_provider(name, provider);
        if (!made) return made.error();
        (*made)->set_watch([this, name = name](const AssemblyKey& key, InstanceReport report) {
            registry->instance_changed(key, std::move(report), name);
        });
        ports->providers[name] = made->get();
        providers[name] = std::move(*made);
    }
    return {};
}

Result<std::unique_ptr<InstanceProvider>> Daemon::Rooms::make_openstack(
    const std::string& name, const config::Provider& provider) {
    auto owner = openstack::owner_of(configuration.state_dir / "openstack-owner", random_uuid);
    if (!owner) return owner.error();
    auto settings = openstack_settings(name, configuration, provider, log);
    settings.random = random_fractions();
    return std::make_unique<openstack::OpenStackProvider>(loop.get_executor(), std::move(settings),
                                                          std::move(*owner));
}

Result<std::unique_ptr<InstanceProvider>> Daemon::Rooms::make_provider(
    const std::string& name, const config::Provider& provider) {
    if (provider.type == config::Provider::Type::local)
        return std::make_unique<local::LocalProvider>(
            loop.get_executor(), local_settings(name, configuration, provider, programs, log));
    if (provider.type == config::Provider::Type::openstack) return make_openstack(name, provider);
    auto settings = static_settings(name, provider, log);
    // Guests that run are watched all the same; each fence will say it again.
    if (settings.fencing)
        if (auto works = static_hosts::check_fencing(*settings.fencing); !works)
            log(LogLevel::error, name, "its hosts cannot be fenced: " + works.error().line());
    return std::make_unique<static_hosts::StaticProvider>(loop.get_executor(), std::move(settings));
}

Result<> Daemon::Rooms::listen() {
    for (const auto& listener : configuration.listen) {
        management::ManagementSettings settings;
        settings.socket = listener.unix_path;
        settings.max_connections = static_cast<std::size_t>(configuration.limits.connections);
        settings.limits.max_message = configuration.limits.document.value + message_overhead;
        settings.log = log;
        if (!listener.group.empty()) {
            auto group = group_named(listener.group);
            if (!group) return group.error();
            settings.group = *group;
        }
        auto server = std::make_unique<management::ManagementServer>(loop.get_executor(), *registry,
                                                                     std::move(settings));
        if (auto started = server->start(); !started) return started;
        servers.push_back(std::move(server));
    }
    return {};
}

void Daemon::Rooms::wait_for_signals() {
    ended.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        log(LogLevel::info, "cped",
            std::string(signal == SIGTERM ? "SIGTERM" : "SIGINT") + ": stopping; guests go on");
        loop.stop();
    });
    hang_up();
}

void Daemon::Rooms::hang_up() {
    hung_up.async_wait([this](const boost::system::error_code& error, int) {
        if (error) return;
        const auto again = reload();
        if (!again) {
            log(LogLevel::error, "cped", "SIGHUP: nothing is changed: " + again.error().line());
        } else {
            set_log_level(again->log.level);
            log(LogLevel::info, "cped",
                "SIGHUP: the log level is reloaded; other keys take effect at the next start");
        }
        hang_up();
    });
}

/// An exception ends what threw it, and nothing else: the loop goes on.
void Daemon::Rooms::run_loop() {
    for (;;) {
        try {
            loop.run();
            return;
        } catch (const std::exception& bug) {
            log(LogLevel::error, "cped",
                std::string("a bug, and what it was doing is lost: ") + bug.what());
        }
    }
}

int Daemon::Rooms::serve() {
    wait_for_signals();
    lag.start();
    log(LogLevel::info, "cped", "cped " CPE_VERSION " serves " + configuration.state_dir.string());
    sd_notify(0, "READY=1");
    run_loop();
    sd_notify(0, "STOPPING=1");
    servers.clear();
    registry->shutdown();
    store->shutdown();
    if (thread_abandoned) std::_Exit(0);  // its thread still runs: no destructors beside it
    return 0;
}

Daemon::Daemon(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}

Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::make(config::Configuration configuration, LogSink log,
                                             Reload reload) {
    auto rooms =
        std::make_unique<Rooms>(std::move(configuration), std::move(log), std::move(reload));
    if (auto prepared = rooms->prepare(); !prepared) return prepared.error();
    return std::unique_ptr<Daemon>(new Daemon(std::move(rooms)));
}

int Daemon::run() {
    return rooms_->serve();
}

}  // namespace cpe::cped
