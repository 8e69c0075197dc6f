// The configuration of cped, typed: what stands in cped.yaml (design.md §12,
// docs/configuration.md).
//
// Thread: any; values. Errors: Errc::invalid_input names file:line:column, the key and what would
// be right; Errc::unsupported names a key that is known but waits for a later version;
// Errc::too_large a file over max_file; Errc::unavailable a file that cannot be read. No exception
// leaves this room.
//
// No member has a default here: every default stands once, in the table of keys (keys.cpp).
#pragma once

#include <cpe/log.hpp>
#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::config {

constexpr std::size_t max_file = 1U << 20U;  ///< bytes of cped.yaml
constexpr int max_depth = 16;                ///< nesting of lists and maps in it
constexpr std::size_t max_nodes = 20'000;    ///< values, lists and maps in it

struct Bytes {
    std::uint64_t value = 0;
    friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

struct Log {
    LogLevel level{};
    struct Retention {
        int days{};
        Bytes size;
        friend bool operator==(const Retention&, const Retention&) = default;
    } retention;
    friend bool operator==(const Log&, const Log&) = default;
};

/// A Unix socket that serves management.
struct Listener {
    std::filesystem::path unix_path;  ///< absolute once loaded
    std::string group;  ///< whose members are administrators beside root; empty = root only
    friend bool operator==(const Listener&, const Listener&) = default;
};

struct Provider {
    enum class Type {
        local,           ///< sandboxes on this machine
        existing_hosts,  ///< "static"
        openstack,       ///< servers of a cloud's project
    } type{};
    std::string subnet;  ///< local: IPv4 network in CIDR form that sandboxes lease addresses from
    /// static: how hosts are switched off and on; no agent: nothing can.
    struct Fencing {
        std::string agent;                   ///< fence_NAME of /usr/sbin, or an absolute path
        std::filesystem::path options_file;  ///< absolute once loaded; has secrets
        Millis action_timeout{};
        Millis status_interval{};
        friend bool operator==(const Fencing&, const Fencing&) = default;
    } fencing;
    /// openstack: who we are there, what servers are made of, and how they are watched.
    struct OpenStack {
        std::string cloud;                  ///< of clouds.yaml; empty: $OS_CLOUD or auth_url
        std::filesystem::path clouds_file;  ///< absolute once loaded; empty: the usual places
        std::string auth_url;
        std::string username;
        std::string user_domain;
        std::string project;
        std::string project_domain;
        std::string application_credential;  ///< its id
        std::filesystem::path secret_file;   ///< absolute once loaded
        std::string region;
        std::string interface;
        std::filesystem::path ca_file;  ///< absolute once loaded; empty: the system's
        std::string image;
        std::string flavor;
        std::string network;          ///< names or ids, separated by commas
        std::string security_groups;  ///< names, separated by commas
        std::string availability_zone;
        std::string key_pair;
        bool config_drive{};
        std::filesystem::path user_data;       ///< absolute once loaded; empty: none
        std::filesystem::path authorized_key;  ///< absolute once loaded; empty: beside the ssh key
        std::string address_network;
        enum class Version { any, four, six } address_version{};
        bool floating_address{};
        bool respect_external_stop{};
        Millis create_timeout{};
        Millis action_timeout{};
        Millis delete_timeout{};
        Millis request_timeout{};
        friend bool operator==(const OpenStack&, const OpenStack&) = default;
    } openstack;
    friend bool operator==(const Provider&, const Provider&) = default;
};

struct Tenant {
    std::string name;
    friend bool operator==(const Tenant&, const Tenant&) = default;
};

struct AgentChannel {
    Millis heartbeat_interval{};
    int heartbeat_missed{};  ///< so many missed in a row: the assembly has failed
    friend bool operator==(const AgentChannel&, const AgentChannel&) = default;
};

/// Guests with nothing but sshd (docs/ssh.md).
struct SshChannel {
    std::string user;
    std::filesystem::path key;              ///< absolute once loaded; empty: none
    std::filesystem::path passphrase_file;  ///< absolute once loaded; empty: none is needed
    std::filesystem::path agent;            ///< socket of an ssh-agent, instead of a key; or empty
    std::filesystem::path known_hosts;      ///< absolute once loaded; need not exist
    bool trust_on_first_use{};
    Millis connect_timeout{};
    Millis login_timeout{};
    Millis probe_after{};
    Millis dead_after{};
    Millis health_interval{};
    int operations_per_session{};
    int handshakes{};
    friend bool operator==(const SshChannel&, const SshChannel&) = default;
};

struct Instance {
    Millis boot_timeout{};
    Millis poll_interval{};
    friend bool operator==(const Instance&, const Instance&) = default;
};

struct Fencing {
    Millis retry{};
    Millis confirm_silence{};
    friend bool operator==(const Fencing&, const Fencing&) = default;
};

/// When too much fails at once, recovery pauses: the fault is more likely ours.
struct Brake {
    double fraction{};  ///< over this part of what runs; 1 = never
    int at_least{};     ///< and not fewer than so many assemblies
    Millis window{};    ///< failures within it belong together
    Millis hold{};      ///< lets go so long after the last of them
    friend bool operator==(const Brake&, const Brake&) = default;
};

struct Policy {
    enum class Isolation {
        in_process,  ///< ticks on the policy thread; what failed there once, in a helper
        helper,      ///< every tick in a helper process
    } isolation{};
    Millis recheck_interval{};
    int transitions_per_minute{};  ///< of one deployable
    Millis tick_budget{};          ///< over it, a deployable's ticks move to a helper
    Millis tick_limit{};           ///< over it, the tick is given up
    struct Admission {
        Millis time{};
        Bytes memory;
        friend bool operator==(const Admission&, const Admission&) = default;
    } admission;
    friend bool operator==(const Policy&, const Policy&) = default;
};

struct Limits {
    Bytes document;
    int assemblies{};  ///< of one deployable
    int services{};    ///< of one deployable
    Bytes memory_per_deployable;
    int deployables{};  ///< of this cped
    int connections{};  ///< of one listener at a time
    Millis sql_time{};
    int sql_rows{};
    Bytes sql_size;
    friend bool operator==(const Limits&, const Limits&) = default;
};

/// A document that is loaded at startup when its hash differs from the last one loaded.
struct StartupDeployable {
    std::filesystem::path file;  ///< absolute once loaded
    bool start{};
    friend bool operator==(const StartupDeployable&, const StartupDeployable&) = default;
};

struct Configuration {
    std::filesystem::path state_dir;  ///< absolute once loaded
    bool fault_injection{};
    Log log;
    std::vector<Listener> listen;
    std::map<std::string, Provider> providers;
    std::string default_provider;  ///< a key of `providers`
    std::vector<Tenant> tenants;
    AgentChannel agent_channel;
    SshChannel ssh_channel;
    Instance instance;
    Fencing fencing;
    Brake brake;
    Policy policy;
    Limits limits;
    std::vector<StartupDeployable> deployables;
    friend bool operator==(const Configuration&, const Configuration&) = default;
};

/// From the command line; stronger than the file.
struct Overrides {
    std::optional<std::filesystem::path> state_dir;
};

/// Reads and checks a file. Relative paths: `state_dir` and documents to the file's directory,
/// sockets to `state_dir`.
Result<Configuration> load(const std::filesystem::path& file, const Overrides& = {});

/// The same for a text; `name` is told in errors, `directory` stands for the file's directory.
Result<Configuration> parse(std::string_view text, std::string_view name,
                            const std::filesystem::path& directory, const Overrides& = {});

/// What holds without any file. Fails only where an override is wrong.
Result<Configuration> defaults(const Overrides& = {});

/// Every key with its default and its meaning, as YAML that loads back to defaults().
std::string print_defaults();

/// The table of docs/configuration.md.
std::string reference_table();

}  // namespace cpe::config
