#include "src/cped/settings.hpp"

#include <algorithm>
#include <vector>

namespace cpe::cped {

namespace {

StatePaths paths_of(const config::Configuration& configuration) {
    return {configuration.state_dir};
}

std::size_t count_of(int value) {
    return static_cast<std::size_t>(value);
}

/// "a, b" as {"a", "b"}.
std::vector<std::string> names_in(const std::string& list) {
    constexpr auto* separators = ", ";
    std::vector<std::string> names;
    for (std::size_t begin = list.find_first_not_of(separators); begin != std::string::npos;) {
        const auto end = std::min(list.find_first_of(separators, begin), list.size());
        names.push_back(list.substr(begin, end - begin));
        begin = list.find_first_not_of(separators, end);
    }
    return names;
}

openstack::AccessSettings access_of(const config::Provider::OpenStack& from) {
    openstack::AccessSettings to;
    to.cloud = from.cloud;
    to.clouds_file = from.clouds_file;
    to.auth_url = from.auth_url;
    to.user.name = from.username;
    to.user_domain.name = from.user_domain;
    to.project.name = from.project;
    to.project_domain.name = from.project_domain;
    to.application_credential.id = from.application_credential;
    to.secret_file = from.secret_file;
    to.region = from.region;
    to.interface = from.interface;
    to.ca_file = from.ca_file;
    return to;
}

openstack::ServerDefaults servers_of(const config::Provider::OpenStack& from) {
    openstack::ServerDefaults to;
    to.image = from.image;
    to.flavor = from.flavor;
    to.networks = names_in(from.network);
    to.security_groups = names_in(from.security_groups);
    to.availability_zone = from.availability_zone;
    to.key_pair = from.key_pair;
    to.config_drive = from.config_drive;
    to.user_data = from.user_data;
    return to;
}

openstack::AddressChoice address_of(const config::Provider::OpenStack& from) {
    using Version = config::Provider::OpenStack::Version;
    openstack::AddressChoice to;
    to.network = from.address_network;
    to.version = from.address_version == Version::four  ? 4
                 : from.address_version == Version::six ? 6
                                                        : 0;
    to.floating = from.floating_address;
    return to;
}

registry::KnownProvider::Guests guests_of(const config::Provider& provider) {
    using Guests = registry::KnownProvider::Guests;
    switch (provider.type) {
        case config::Provider::Type::local: return Guests::sandboxes;
        case config::Provider::Type::existing_hosts: return Guests::hosts;
        case config::Provider::Type::openstack: return Guests::servers;
    }
    return Guests::any;
}

}  // namespace

store::Settings store_settings(const config::Configuration& from, const Programs& programs,
                               const LogSink& log) {
    store::Settings to;
    to.path = paths_of(from).database();
    to.sql_helper = programs.sql_helper;
    to.scheduler = "pacemaker " CPE_PACEMAKER_VERSION;
    to.log = log;
    to.limits.sql.time = from.limits.sql_time;
    to.limits.sql.rows = count_of(from.limits.sql_rows);
    to.limits.sql.bytes = from.limits.sql_size.value;
    to.retention.days = from.log.retention.days;
    to.retention.bytes = from.log.retention.size.value;
    return to;
}

policy_runner::Settings policy_settings(const config::Configuration& from,
                                        const Programs& programs) {
    policy_runner::Settings to;
    to.isolation = from.policy.isolation == config::Policy::Isolation::helper
                       ? policy_runner::Isolation::helper
                       : policy_runner::Isolation::in_process;
    to.tick_budget = from.policy.tick_budget;
    to.tick_limit = from.policy.tick_limit;
    to.admission_time = from.policy.admission.time;
    to.helper_memory_bytes = from.policy.admission.memory.value;
    to.helper_program = programs.policy_helper;
    return to;
}

registry::Settings registry_settings(const config::Configuration& from,
                                     std::string transition_uuid) {
    registry::Settings to;
    to.max_deployables = count_of(from.limits.deployables);
    to.tenants.clear();
    for (const auto& tenant : from.tenants) to.tenants.insert(tenant.name);
    auto& blueprint = to.blueprint;
    blueprint.limits.document = from.limits.document.value;
    blueprint.limits.assemblies = count_of(from.limits.assemblies);
    blueprint.limits.services = count_of(from.limits.services);
    blueprint.memory_per_deployable = from.limits.memory_per_deployable.value;
    for (const auto& [name, provider] : from.providers)
        blueprint.providers.push_back({name, guests_of(provider)});
    to.brake.fraction = from.brake.fraction;
    to.brake.at_least = count_of(from.brake.at_least);
    to.brake.window = from.brake.window;
    to.brake.hold = from.brake.hold;
    auto& dpe = blueprint.deployment;
    dpe.heartbeat_interval = from.agent_channel.heartbeat_interval;
    dpe.heartbeat_missed = from.agent_channel.heartbeat_missed;
    dpe.boot_timeout = from.instance.boot_timeout;
    dpe.fence_retry = from.fencing.retry;
    dpe.confirm_silence = from.fencing.confirm_silence;
    dpe.recheck_interval = from.policy.recheck_interval;
    dpe.transitions_per_minute = from.policy.transitions_per_minute;
    dpe.default_provider = from.default_provider;
    dpe.transition_uuid = std::move(transition_uuid);
    return to;
}

agent::Settings agent_settings(const config::Configuration& from, const LogSink& log) {
    agent::Settings to;
    to.paths = paths_of(from);
    to.heartbeat_interval = from.agent_channel.heartbeat_interval;
    to.log = log;
    return to;
}

ssh::Settings ssh_settings(const config::Configuration& from, const LogSink& log) {
    const auto& given = from.ssh_channel;
    ssh::Settings to;
    to.username = given.user;
    to.key = given.key;
    to.passphrase_file = given.passphrase_file;
    to.agent_socket = given.agent;
    to.known_hosts = given.known_hosts;
    to.trust_on_first_use = given.trust_on_first_use;
    to.connect_limit = given.connect_timeout;
    to.login_limit = given.login_timeout;
    to.pulse.probe_after = given.probe_after;
    to.pulse.dead_after = given.dead_after;
    to.pulse.heartbeat = from.agent_channel.heartbeat_interval;
    to.pulse.command_after = given.health_interval;
    to.operations_per_session = count_of(given.operations_per_session);
    to.handshakes = count_of(given.handshakes);
    to.log = log;
    return to;
}

local::Settings local_settings(const std::string& name, const config::Configuration& from,
                               const config::Provider& provider, const Programs& programs,
                               const LogSink& log) {
    local::Settings to;
    to.name = name;
    to.agent_program = programs.agent;
    to.sandbox_program = programs.sandbox;
    to.paths = paths_of(from);
    to.subnet = provider.subnet;
    to.log = log;
    return to;
}

static_hosts::Settings static_settings(const std::string& name, const config::Provider& provider,
                                       const LogSink& log) {
    constexpr auto agents = "/usr/sbin";  // where Debian's fence-agents are
    static_hosts::Settings to;
    to.name = name;
    to.log = log;
    const auto& from = provider.fencing;
    if (from.agent.empty()) return to;
    static_hosts::Fencing fencing;
    fencing.program = std::filesystem::path(agents) / from.agent;  // an absolute one stays itself
    fencing.options_file = from.options_file;
    fencing.action_timeout = from.action_timeout;
    fencing.status_interval = from.status_interval;
    to.fencing = std::move(fencing);
    return to;
}

openstack::ProviderSettings openstack_settings(const std::string& name,
                                               const config::Configuration& from,
                                               const config::Provider& provider,
                                               const LogSink& log) {
    const auto& cloud = provider.openstack;
    openstack::ProviderSettings to;
    to.name = name;
    to.access = access_of(cloud);
    to.servers = servers_of(cloud);
    to.address = address_of(cloud);
    to.deadlines.create = cloud.create_timeout;
    to.deadlines.action = cloud.action_timeout;
    to.deadlines.remove = cloud.delete_timeout;
    to.deadlines.request = cloud.request_timeout;
    to.deadlines.poll = from.instance.poll_interval;
    to.user = from.ssh_channel.user;
    to.authorized_key = cloud.authorized_key;
    if (to.authorized_key.empty()) (to.authorized_key = from.ssh_channel.key) += ".pub";
    to.respect_external_stop = cloud.respect_external_stop;
    to.log = log;
    return to;
}

}  // namespace cpe::cped
