#include "src/config/keys.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace cpe::config {
namespace {

template <class T>
struct ClassOf;
template <class C, class M>
struct ClassOf<M C::*> {
    using type = C;
};

template <class Field>
void assign(Field& field, const Value& value) {
    if constexpr (std::is_same_v<Field, bool>)
        field = std::get<bool>(value);
    else if constexpr (std::is_same_v<Field, int>)
        field = static_cast<int>(std::get<std::int64_t>(value));
    else if constexpr (std::is_enum_v<Field>)
        field = static_cast<Field>(std::get<std::int64_t>(value));
    else if constexpr (std::is_same_v<Field, std::filesystem::path>)
        field = std::get<std::string>(value);
    else
        field = std::get<Field>(value);
}

/// Stores into the member that a chain of member pointers leads to.
template <auto First, auto... Rest>
constexpr Store<typename ClassOf<decltype(First)>::type> into =
    [](typename ClassOf<decltype(First)>::type& target, const Value& value) {
        assign(((target.*First).*....*Rest), value);
    };

Key scalar(std::string_view path, Kind kind, std::string_view fallback, Destination destination,
           std::string_view meaning, std::int64_t least = 0, std::int64_t most = 0) {
    Key key;
    key.path = path;
    key.kind = kind;
    key.fallback = fallback;
    key.meaning = meaning;
    key.destination = destination;
    key.least = least;
    key.most = most;
    return key;
}

Key choice(std::string_view path, std::vector<std::string_view> choices, std::string_view fallback,
           Destination destination, std::string_view meaning) {
    Key key = scalar(path, Kind::choice, fallback, destination, meaning);
    key.choices = std::move(choices);
    return key;
}

/// Of providers of this type alone.
Key only_for(std::string_view type, Key key) {
    key.of_type = type;
    return key;
}

Key not_yet(std::string_view path, std::string_view meaning) {
    Key key = scalar(path, Kind::text, "", {}, meaning);
    key.supported = false;
    return key;
}

constexpr std::int64_t ms = 1, s = 1000, min = 60 * s, h = 60 * min, d = 24 * h;
constexpr std::int64_t KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB, TiB = 1024 * GiB;
constexpr std::int64_t max_path = 4096, max_group = 32, max_agent = 255, max_name = 1024;

using C = Configuration;

void add_basics(std::vector<Key>& to) {
    to.push_back(scalar("state_dir", Kind::path, "/var/lib/cpe", into<&C::state_dir>,
                        "where cped keeps its database, sockets and sandboxes", 1, max_path));
    to.push_back(scalar("debug.fault_injection", Kind::boolean, "false", into<&C::fault_injection>,
                        "allow `cpe-ctl debug fault`, which may end cped itself"));
    to.push_back(choice("log.level", {"trace", "debug", "info", "warning", "error"}, "info",
                        into<&C::log, &Log::level>, "least level of the lines on stderr"));
    to.push_back(scalar("log.retention.days", Kind::integer, "90",
                        into<&C::log, &Log::retention, &Log::Retention::days>,
                        "days after which rows of the event log are dropped", 1, 36'500));
    to.push_back(scalar("log.retention.size", Kind::size, "4GiB",
                        into<&C::log, &Log::retention, &Log::Retention::size>,
                        "size of the database over which the oldest rows are dropped", MiB,
                        1024 * TiB));
}

void add_listeners(std::vector<Key>& to) {
    to.push_back(scalar("listen", Kind::list, "[{unix: cped.sock}]", &C::listen,
                        "where management is served"));
    to.push_back(scalar("listen[].unix", Kind::path, "", into<&Listener::unix_path>,
                        "a Unix socket; a relative path stands in state_dir", 1, max_path));
    to.push_back(scalar("listen[].group", Kind::text, "\"\"", into<&Listener::group>,
                        "group whose members are administrators beside root; empty: root only", 0,
                        max_group));
    to.push_back(not_yet("listen[].tcp", "address and port"));
    to.push_back(not_yet("listen[].sasl", "SASL mechanisms of a TCP listener"));
    to.push_back(not_yet("listen[].tls", "certificate, key and client CA of a TCP listener"));
    to.push_back(not_yet("users", "file of users who may connect over TCP"));
    to.push_back(not_yet("broker", "AMQP broker to connect to instead of listening"));
}

/// Of hosts that exist already.
void add_fencing(std::vector<Key>& to) {
    using P = Provider;
    using F = Provider::Fencing;
    for (Key key :
         {scalar("providers.*.fencing.agent", Kind::text, "\"\"", into<&P::fencing, &F::agent>,
                 "fence agent that switches hosts, as in fence_ipmilan; empty: nothing can", 0,
                 max_agent),
          scalar("providers.*.fencing.options_file", Kind::path, "\"\"",
                 into<&P::fencing, &F::options_file>,
                 "file of its options, key=value, for its owner's eyes only", 0, max_path),
          scalar("providers.*.fencing.action_timeout", Kind::duration, "60s",
                 into<&P::fencing, &F::action_timeout>,
                 "time of one run of the fence agent; then it is killed", 100 * ms, h),
          scalar("providers.*.fencing.status_interval", Kind::duration, "5min",
                 into<&P::fencing, &F::status_interval>,
                 "time between two looks whether a host is on", s, d)})
        to.push_back(only_for("static", std::move(key)));
}

/// Servers of a cloud: who we are there.
void add_cloud(std::vector<Key>& to) {
    using P = Provider;
    using O = Provider::OpenStack;
    const auto text = [&](std::string_view path, Destination where, std::string_view meaning) {
        to.push_back(
            only_for("openstack", scalar(path, Kind::text, "\"\"", where, meaning, 0, max_name)));
    };
    const auto file = [&](std::string_view path, Destination where, std::string_view meaning) {
        to.push_back(
            only_for("openstack", scalar(path, Kind::path, "\"\"", where, meaning, 0, max_path)));
    };
    text("providers.*.cloud", into<&P::openstack, &O::cloud>,
         "name in clouds.yaml; empty: $OS_CLOUD, or auth_url");
    file("providers.*.clouds_file", into<&P::openstack, &O::clouds_file>,
         "clouds.yaml; empty: where OpenStack's own clients look");
    text("providers.*.auth_url", into<&P::openstack, &O::auth_url>,
         "of Keystone, instead of clouds.yaml");
    text("providers.*.username", into<&P::openstack, &O::username>, "with auth_url");
    text("providers.*.user_domain", into<&P::openstack, &O::user_domain>, "with auth_url");
    text("providers.*.project", into<&P::openstack, &O::project>, "with auth_url");
    text("providers.*.project_domain", into<&P::openstack, &O::project_domain>, "with auth_url");
    text("providers.*.application_credential", into<&P::openstack, &O::application_credential>,
         "its id, with auth_url, instead of username and project");
    file("providers.*.secret_file", into<&P::openstack, &O::secret_file>,
         "file of the password or of the credential's secret, for its owner's eyes only");
    text("providers.*.region", into<&P::openstack, &O::region>,
         "of the catalog; empty: that of clouds.yaml, or the only one");
    text("providers.*.interface", into<&P::openstack, &O::interface>,
         "of the catalog; empty: that of clouds.yaml, or public");
    file("providers.*.ca_file", into<&P::openstack, &O::ca_file>,
         "certificates that its TLS is verified with; empty: the system's");
}

/// ... and what servers are made of.
void add_servers(std::vector<Key>& to) {
    using P = Provider;
    using O = Provider::OpenStack;
    const auto add = [&](Key key) { to.push_back(only_for("openstack", std::move(key))); };
    const auto text = [&](std::string_view path, Destination where, std::string_view meaning) {
        add(scalar(path, Kind::text, "\"\"", where, meaning, 0, max_name));
    };
    text("providers.*.image", into<&P::openstack, &O::image>, "of assemblies that name none");
    text("providers.*.flavor", into<&P::openstack, &O::flavor>, "of assemblies that name none");
    text("providers.*.network", into<&P::openstack, &O::network>,
         "names or ids of the networks that servers are in, separated by commas; none: the "
         "project's only one");
    text("providers.*.security_groups", into<&P::openstack, &O::security_groups>,
         "names, separated by commas; empty: the project's default");
    text("providers.*.availability_zone", into<&P::openstack, &O::availability_zone>,
         "where servers are placed; empty: anywhere");
    text("providers.*.key_pair", into<&P::openstack, &O::key_pair>,
         "one that exists, and that guests let in beside ours");
    add(scalar("providers.*.config_drive", Kind::boolean, "false",
               into<&P::openstack, &O::config_drive>,
               "servers find their user data on a drive, for clouds without a metadata service"));
    add(scalar("providers.*.user_data", Kind::path, "\"\"", into<&P::openstack, &O::user_data>,
               "the operator's own cloud-init, merged with ours", 0, max_path));
    add(scalar("providers.*.authorized_key", Kind::path, "\"\"",
               into<&P::openstack, &O::authorized_key>,
               "public key that guests let in; empty: channels.ssh.key with .pub", 0, max_path));
    text("providers.*.address_network", into<&P::openstack, &O::address_network>,
         "name of the network whose address guests are reached at; empty: any");
    add(choice("providers.*.address_version", {"any", "4", "6"}, "any",
               into<&P::openstack, &O::address_version>, "IP version of that address"));
    add(scalar("providers.*.floating_address", Kind::boolean, "false",
               into<&P::openstack, &O::floating_address>, "it is a floating one"));
    add(scalar("providers.*.respect_external_stop", Kind::boolean, "true",
               into<&P::openstack, &O::respect_external_stop>,
               "a server that somebody else stopped, paused or rescued is left alone"));
    add(scalar("providers.*.create_timeout", Kind::duration, "5min",
               into<&P::openstack, &O::create_timeout>, "time from a create to ACTIVE", s, h));
    add(scalar("providers.*.action_timeout", Kind::duration, "60s",
               into<&P::openstack, &O::action_timeout>,
               "time of a stop, start or reboot, to its proof; then comes the next rung", s, h));
    add(scalar("providers.*.delete_timeout", Kind::duration, "60s",
               into<&P::openstack, &O::delete_timeout>, "time of a delete, to its proof", s, h));
    add(scalar("providers.*.request_timeout", Kind::duration, "30s",
               into<&P::openstack, &O::request_timeout>,
               "time of one call of an API, with its retries", s, 10 * min));
}

void add_tenants_and_providers(std::vector<Key>& to) {
    to.push_back(scalar("tenants", Kind::list, "[{name: default}]", &C::tenants,
                        "who owns deployables; only `default` as yet"));
    to.push_back(scalar("tenants[].name", Kind::name, "", into<&Tenant::name>,
                        "1 to 64 letters, digits, dots, underscores and hyphens"));
    to.push_back(not_yet("tenants[].quota", "limits of one tenant"));
    to.push_back(scalar("providers", Kind::map, "{local: {type: local}, static: {type: static}}",
                        &C::providers, "who creates and fences guests, by name"));
    to.push_back(
        choice("providers.*.type", {"local", "static", "openstack"}, "", into<&Provider::type>,
               "local: sandboxes on this machine; static: hosts that exist already; openstack: "
               "servers of a cloud"));
    to.push_back(only_for(
        "local", scalar("providers.*.subnet", Kind::subnet, "10.88.0.0/16", into<&Provider::subnet>,
                        "IPv4 network that sandboxes lease their addresses from")));
    add_fencing(to);
    add_cloud(to);
    add_servers(to);
    to.push_back(scalar("default_provider", Kind::name, "local", into<&C::default_provider>,
                        "provider of deployables that name none"));
}

void add_ssh(std::vector<Key>& to) {
    using S = SshChannel;
    to.push_back(scalar("channels.ssh.user", Kind::text, "root", into<&C::ssh_channel, &S::user>,
                        "who is logged in as where a deployable names nobody; not root: by sudo -n",
                        1, max_group));
    to.push_back(scalar("channels.ssh.key", Kind::path, "\"\"", into<&C::ssh_channel, &S::key>,
                        "private key, ed25519 or ecdsa; a relative path stands beside this file", 0,
                        max_path));
    to.push_back(scalar("channels.ssh.passphrase_file", Kind::path, "\"\"",
                        into<&C::ssh_channel, &S::passphrase_file>, "file of the key's passphrase",
                        0, max_path));
    to.push_back(scalar("channels.ssh.agent", Kind::path, "\"\"", into<&C::ssh_channel, &S::agent>,
                        "socket of an ssh-agent that holds the keys, instead of `key`", 0,
                        max_path));
    to.push_back(scalar("channels.ssh.known_hosts", Kind::path, "/etc/cpe/known_hosts",
                        into<&C::ssh_channel, &S::known_hosts>,
                        "host keys, as of OpenSSH; read anew for each connection; need not exist",
                        0, max_path));
    to.push_back(scalar("channels.ssh.trust_on_first_use", Kind::boolean, "false",
                        into<&C::ssh_channel, &S::trust_on_first_use>,
                        "accept and pin the host key of a guest of which nothing is known"));
    to.push_back(scalar("channels.ssh.connect_timeout", Kind::duration, "5s",
                        into<&C::ssh_channel, &S::connect_timeout>,
                        "time to look up and connect to a guest", 100 * ms, 5 * min));
    to.push_back(scalar("channels.ssh.login_timeout", Kind::duration, "10s",
                        into<&C::ssh_channel, &S::login_timeout>,
                        "time of the handshake and the login together", 100 * ms, 5 * min));
    to.push_back(scalar("channels.ssh.probe_after", Kind::duration, "2s",
                        into<&C::ssh_channel, &S::probe_after>,
                        "silence after which a guest is asked for a sign of life", 100 * ms, min));
    to.push_back(scalar("channels.ssh.dead_after", Kind::duration, "6s",
                        into<&C::ssh_channel, &S::dead_after>,
                        "silence after which a session is given up", 200 * ms, 10 * min));
    to.push_back(scalar("channels.ssh.health_interval", Kind::duration, "10s",
                        into<&C::ssh_channel, &S::health_interval>,
                        "time without an answered command after which a trivial one is run", s, h));
    to.push_back(scalar("channels.ssh.operations_per_session", Kind::integer, "8",
                        into<&C::ssh_channel, &S::operations_per_session>,
                        "commands at a time in one guest; sshd's MaxSessions must be 2 more", 1,
                        64));
    to.push_back(scalar("channels.ssh.handshakes", Kind::integer, "16",
                        into<&C::ssh_channel, &S::handshakes>, "logins under way at a time, in all",
                        1, 256));
}

void add_recovery(std::vector<Key>& to) {
    using A = AgentChannel;
    to.push_back(scalar("channels.agent.heartbeat_interval", Kind::duration, "2s",
                        into<&C::agent_channel, &A::heartbeat_interval>,
                        "time between two heartbeats of a guest's agent", 100 * ms, 5 * min));
    to.push_back(scalar("channels.agent.heartbeat_missed", Kind::integer, "3",
                        into<&C::agent_channel, &A::heartbeat_missed>,
                        "heartbeats missed in a row after which an assembly has failed", 1, 100));
    add_ssh(to);
    to.push_back(scalar("instance.boot_timeout", Kind::duration, "120s",
                        into<&C::instance, &Instance::boot_timeout>,
                        "time that an instance has to boot and speak", s, h));
    to.push_back(scalar("instance.poll_interval", Kind::duration, "5s",
                        into<&C::instance, &Instance::poll_interval>,
                        "time between two questions to a provider that does not tell by itself",
                        100 * ms, 10 * min));
    to.push_back(scalar("fencing.retry", Kind::duration, "10s", into<&C::fencing, &Fencing::retry>,
                        "first pause before a fence that was not confirmed is tried again", s, h));
    to.push_back(scalar("fencing.confirm_silence", Kind::duration, "30s",
                        into<&C::fencing, &Fencing::confirm_silence>,
                        "silence of a guest's channel that must support a provider's word", s, h));
}

/// design.md §6.3
void add_brake(std::vector<Key>& to) {
    using B = Brake;
    to.push_back(scalar("brake.fraction", Kind::fraction, "0.5", into<&C::brake, &B::fraction>,
                        "recovery pauses when more than this part of a tenant's running "
                        "assemblies seems to fail at once; 1: never",
                        0, 1));
    to.push_back(scalar("brake.at_least", Kind::integer, "3", into<&C::brake, &B::at_least>,
                        "and when it is at least so many assemblies", 1, 10'000));
    to.push_back(scalar("brake.window", Kind::duration, "60s", into<&C::brake, &B::window>,
                        "failures within it are at once", s, h));
    to.push_back(scalar("brake.hold", Kind::duration, "5min", into<&C::brake, &B::hold>,
                        "recovery goes on so long after the last such failure", s, d));
}

void add_policy(std::vector<Key>& to) {
    using P = Policy;
    to.push_back(choice("policy.isolation", {"in-process", "helper"}, "in-process",
                        into<&C::policy, &P::isolation>,
                        "where the scheduler runs; helper: always in a child process"));
    to.push_back(scalar("policy.recheck_interval", Kind::duration, "15min",
                        into<&C::policy, &P::recheck_interval>,
                        "time after which a deployable at rest is looked at again", s, d));
    to.push_back(scalar("policy.transitions_per_minute", Kind::integer, "30",
                        into<&C::policy, &P::transitions_per_minute>,
                        "transitions of one deployable in a minute", 1, 600));
    to.push_back(scalar("policy.tick_budget", Kind::duration, "500ms",
                        into<&C::policy, &P::tick_budget>,
                        "a deployable whose tick takes longer gets a child process", 10 * ms, min));
    to.push_back(scalar("policy.tick_limit", Kind::duration, "10s",
                        into<&C::policy, &P::tick_limit>, "a tick that takes longer is given up",
                        100 * ms, 10 * min));
    to.push_back(scalar("policy.admission.time", Kind::duration, "5s",
                        into<&C::policy, &P::admission, &P::Admission::time>,
                        "time of the trial tick of a new document", 100 * ms, 10 * min));
    to.push_back(scalar("policy.admission.memory", Kind::size, "512MiB",
                        into<&C::policy, &P::admission, &P::Admission::memory>,
                        "memory of the trial tick of a new document", 64 * MiB, 64 * GiB));
}

void add_limits(std::vector<Key>& to) {
    using L = Limits;
    to.push_back(scalar("limits.document", Kind::size, "4MiB", into<&C::limits, &L::document>,
                        "size of a deployable's document", KiB, 64 * MiB));
    to.push_back(scalar("limits.assemblies", Kind::integer, "1000",
                        into<&C::limits, &L::assemblies>, "assemblies of one deployable", 1,
                        10'000));
    to.push_back(scalar("limits.services", Kind::integer, "3000", into<&C::limits, &L::services>,
                        "services of one deployable", 1, 100'000));
    to.push_back(scalar("limits.memory_per_deployable", Kind::size, "64MiB",
                        into<&C::limits, &L::memory_per_deployable>,
                        "memory of one deployable's model and history", MiB, 4 * GiB));
    to.push_back(scalar("limits.deployables", Kind::integer, "1000",
                        into<&C::limits, &L::deployables>, "deployables in all", 1, 100'000));
    to.push_back(scalar("limits.connections", Kind::integer, "256",
                        into<&C::limits, &L::connections>, "connections to one listener", 1,
                        10'000));
    to.push_back(scalar("limits.sql_time", Kind::duration, "5s", into<&C::limits, &L::sql_time>,
                        "time of one SQL query", 100 * ms, 10 * min));
    to.push_back(scalar("limits.sql_rows", Kind::integer, "10000", into<&C::limits, &L::sql_rows>,
                        "rows of one SQL query's answer", 1, 1'000'000));
    to.push_back(scalar("limits.sql_size", Kind::size, "16MiB", into<&C::limits, &L::sql_size>,
                        "size of one SQL query's answer", 64 * KiB, GiB));
}

void add_startup(std::vector<Key>& to) {
    to.push_back(scalar("deployables", Kind::list, "[]", &C::deployables,
                        "documents loaded at startup when they changed since the last load"));
    to.push_back(scalar("deployables[].file", Kind::path, "", into<&StartupDeployable::file>,
                        "the document; a relative path stands beside this file", 1, max_path));
    to.push_back(scalar("deployables[].start", Kind::boolean, "false",
                        into<&StartupDeployable::start>, "start it too"));
}

std::vector<Key> make_table() {
    std::vector<Key> table;
    for (auto* add : {add_basics, add_listeners, add_tenants_and_providers, add_recovery, add_brake,
                      add_policy, add_limits, add_startup})
        add(table);
    return table;
}

}  // namespace

std::span<const Key> keys() {
    static const std::vector<Key> table = make_table();
    return table;
}

const Key* find_key(std::string_view path) {
    const auto table = keys();
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const Key& key) { return key.path == path; });
    return found == table.end() ? nullptr : &*found;
}

bool is_section(std::string_view path) {
    const auto table = keys();
    return std::any_of(table.begin(), table.end(), [&](const Key& key) {
        return key.path.size() > path.size() && key.path.substr(0, path.size()) == path &&
               key.path[path.size()] == '.';
    });
}

}  // namespace cpe::config
