#include "src/config/checks.hpp"

#include "src/config/keys.hpp"

#include <algorithm>
#include <set>
#include <system_error>

namespace cpe::config {
namespace {

std::string element(const char* list, std::size_t index) {
    return std::string{list} + "[" + std::to_string(index) + "]";
}

Result<> check_listeners(const Configuration& configuration, const Reader& reader) {
    if (configuration.listen.empty())
        return reader.at("listen", Errc::invalid_input, "the list is empty",
                         "without a listener nobody can speak to cped");
    if (configuration.listen.size() > 1)
        return reader.at(element("listen", 1), Errc::unsupported,
                         "a second listener is not supported yet");
    return {};
}

Result<> check_tenants(const Configuration& configuration, const Reader& reader) {
    if (configuration.tenants.empty())
        return reader.at("tenants", Errc::invalid_input, "the list is empty",
                         "write '- name: default'");
    std::set<std::string> seen;
    for (std::size_t i = 0; i < configuration.tenants.size(); ++i) {
        const auto& name = configuration.tenants[i].name;
        const auto where = element("tenants", i) + ".name";
        if (name != "default")
            return reader.at(where, Errc::unsupported, "tenant '" + name + "' is not supported yet",
                             "only 'default' is");
        if (!seen.insert(name).second)
            return reader.at(where, Errc::invalid_input, "'" + name + "' stands here twice");
    }
    return {};
}

/// A key that means nothing here would be a wish that is silently not granted.
Result<> check_type(const std::string& name, const Provider& provider, const Reader& reader) {
    constexpr std::string_view any = "providers.*.";
    const std::string_view type =
        find_key("providers.*.type")->choices.at(static_cast<std::size_t>(provider.type));
    for (const Key& key : keys()) {
        if (key.of_type.empty() || key.of_type == type) continue;
        const std::string path =
            "providers." + name + "." + std::string(key.path.substr(any.size()));
        if (reader.stands(path))
            return reader.at(path, Errc::invalid_input,
                             "is only for providers of type " + std::string(key.of_type));
    }
    return {};
}

/// The name of a program of fence-agents, or the path of one that is named like them.
bool is_fence_agent(std::string_view agent) {
    constexpr std::string_view prefix = "fence_";
    const auto slash = agent.rfind('/');
    if (slash != agent.npos && agent.front() != '/') return false;
    const auto name = slash == agent.npos ? agent : agent.substr(slash + 1);
    return name.starts_with(prefix) && name.size() > prefix.size() &&
           name.find_first_of(" \t\n") == name.npos;
}

Result<> check_fencing(const std::string& name, const Provider::Fencing& fencing,
                       const Reader& reader) {
    const auto path = "providers." + name + ".fencing.";
    if (!fencing.agent.empty() && !is_fence_agent(fencing.agent))
        return reader.at(path + "agent", Errc::invalid_input,
                         "'" + fencing.agent + "' is no fence agent",
                         "fence_NAME of /usr/sbin, or an absolute path that ends so");
    if (fencing.agent.empty() == fencing.options_file.empty()) return {};
    return reader.at(path + (fencing.agent.empty() ? "options_file" : "agent"), Errc::invalid_input,
                     "agent and options_file are given both, or neither");
}

Result<> check_cloud(const std::string& name, const Provider& provider, const Reader& reader) {
    if (provider.type != Provider::Type::openstack) return {};
    const auto path = "providers." + name + ".";
    const auto& cloud = provider.openstack;
    if (!cloud.auth_url.empty() && !cloud.cloud.empty())
        return reader.at(path + "auth_url", Errc::invalid_input, "stands beside cloud",
                         "give one of them");
    if (!cloud.auth_url.empty() && cloud.secret_file.empty())
        return reader.at(path + "auth_url", Errc::invalid_input, "stands without secret_file");
    return {};
}

std::string names_of(const std::map<std::string, Provider>& providers) {
    std::string names;
    for (const auto& [name, provider] : providers) names += (names.empty() ? "" : ", ") + name;
    return names;
}

Result<> check_providers(const Configuration& configuration, const Reader& reader) {
    const auto& providers = configuration.providers;
    if (providers.empty())
        return reader.at("providers", Errc::invalid_input, "there is none",
                         "write 'local: {type: local}'");
    for (const auto& [name, provider] : providers) {
        if (auto held = check_type(name, provider, reader); !held) return held;
        if (auto held = check_fencing(name, provider.fencing, reader); !held) return held;
        if (auto held = check_cloud(name, provider, reader); !held) return held;
    }
    if (providers.count(configuration.default_provider) == 0)
        return reader.at("default_provider", Errc::invalid_input,
                         "there is no provider '" + configuration.default_provider + "'",
                         "providers has: " + names_of(providers));
    return {};
}

Result<> check_times(const Configuration& configuration, const Reader& reader) {
    const auto& policy = configuration.policy;
    if (policy.tick_budget > policy.tick_limit)
        return reader.at("policy.tick_budget", Errc::invalid_input, "is over policy.tick_limit",
                         "a tick is given up at its limit");
    if (configuration.instance.poll_interval > configuration.instance.boot_timeout)
        return reader.at("instance.poll_interval", Errc::invalid_input,
                         "is over instance.boot_timeout",
                         "a booting instance would never be looked at");
    return {};
}

Result<> check_ssh(const Configuration& configuration, const Reader& reader) {
    const auto& ssh = configuration.ssh_channel;
    if (ssh.dead_after <= ssh.probe_after)
        return reader.at("channels.ssh.dead_after", Errc::invalid_input,
                         "is not over channels.ssh.probe_after",
                         "a guest would be given up before it is asked");
    if (!ssh.key.empty() && !ssh.agent.empty())
        return reader.at("channels.ssh.agent", Errc::invalid_input,
                         "stands beside channels.ssh.key", "give one of them");
    if (!ssh.passphrase_file.empty() && ssh.key.empty())
        return reader.at("channels.ssh.passphrase_file", Errc::invalid_input,
                         "stands without channels.ssh.key");
    return {};
}

Result<> check_deployables(const Configuration& configuration, const Reader& reader) {
    std::set<std::filesystem::path> seen;
    for (std::size_t i = 0; i < configuration.deployables.size(); ++i)
        if (!seen.insert(configuration.deployables[i].file.lexically_normal()).second)
            return reader.at(element("deployables", i) + ".file", Errc::invalid_input,
                             "stands here twice");
    return {};
}

}  // namespace

Result<> check(const Configuration& configuration, const Reader& reader) {
    for (auto* rule : {check_listeners, check_tenants, check_providers, check_times, check_ssh,
                       check_deployables})
        if (auto held = rule(configuration, reader); !held) return held;
    return {};
}

Result<> resolve_paths(Configuration& configuration, const std::filesystem::path& directory) {
    std::error_code failed;
    const auto base = directory.empty() ? std::filesystem::current_path(failed)
                                        : std::filesystem::absolute(directory, failed);
    if (failed)
        return Error{Errc::unavailable, "the working directory: " + failed.message(), {}, {}};
    auto& state_dir = configuration.state_dir;
    state_dir = (base / state_dir).lexically_normal();
    if (!state_dir.has_filename() && state_dir.has_relative_path())
        state_dir = state_dir.parent_path();  // "cpe/" and "cpe" are one place
    for (auto& [name, provider] : configuration.providers) {
        auto& cloud = provider.openstack;
        for (auto* file : {&provider.fencing.options_file, &cloud.clouds_file, &cloud.secret_file,
                           &cloud.ca_file, &cloud.user_data, &cloud.authorized_key})
            if (!file->empty()) *file = (base / *file).lexically_normal();
    }
    for (auto& listener : configuration.listen)
        listener.unix_path = (state_dir / listener.unix_path).lexically_normal();
    auto& ssh = configuration.ssh_channel;
    for (auto* path : {&ssh.key, &ssh.passphrase_file, &ssh.agent, &ssh.known_hosts})
        if (!path->empty()) *path = (base / *path).lexically_normal();
    for (auto& deployable : configuration.deployables)
        deployable.file = (base / deployable.file).lexically_normal();
    return {};
}

}  // namespace cpe::config
