#include "adapters/openstack/access.hpp"

#include "adapters/http/wipe.hpp"
#include "adapters/openstack/clouds_file.hpp"
#include "adapters/openstack/secret_file.hpp"

#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

namespace cpe::openstack {
namespace {

namespace fs = std::filesystem;

std::string value_of(const Environment& environment, const char* name) {
    return environment(name).value_or("");
}

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Where OpenStack's own clients look; the first that is there counts.
std::vector<fs::path> folders(const Environment& environment) {
    std::vector<fs::path> result{"."};
    const auto config = value_of(environment, "XDG_CONFIG_HOME");
    const auto home = value_of(environment, "HOME");
    if (!config.empty())
        result.push_back(fs::path(config) / "openstack");
    else if (!home.empty())
        result.push_back(fs::path(home) / ".config/openstack");
    result.emplace_back("/etc/openstack");
    return result;
}

fs::path either(const fs::path& folder, const std::string& stem) {
    for (const char* suffix : {".yaml", ".yml"})
        if (auto path = folder / (stem + suffix); is_there(path)) return path;
    return {};
}

/// Empty: there is none.
fs::path clouds_file(const AccessSettings& settings, const Environment& environment) {
    if (!settings.clouds_file.empty()) return settings.clouds_file;
    if (const auto named = value_of(environment, "OS_CLIENT_CONFIG_FILE"); !named.empty())
        return named;
    for (const auto& folder : folders(environment))
        if (auto found = either(folder, "clouds"); !found.empty()) return found;
    return {};
}

fs::path secure_file(const fs::path& clouds, const Environment& environment) {
    if (const auto named = value_of(environment, "OS_CLIENT_SECURE_FILE"); !named.empty())
        return named;
    return either(clouds.parent_path(), "secure");
}

Error in_file(Error error, const fs::path& path) {
    error.where = path.string() + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

Result<Yaml> read_yaml(const fs::path& path) {
    auto file = read_file(path, max_clouds_file);
    if (!file) return file.error();
    auto document = parse_yaml(file->text);
    http::wipe(file->text);
    if (!document) return in_file(document.error(), path);
    if (!file->is_private && holds_secret(*document)) {
        Error open = file->is_private.error();
        open.hint = "chmod 600, or put its secrets into a secure.yaml beside it that is";
        return open;
    }
    return document;
}

Result<Access> from_clouds_file(const fs::path& path, const std::string& cloud,
                                const Environment& environment) {
    auto clouds = read_yaml(path);
    if (!clouds) return clouds.error();
    if (const auto secure = secure_file(path, environment); !secure.empty()) {
        auto secrets = read_yaml(secure);
        if (!secrets) return secrets.error();
        merge(*clouds, std::move(*secrets));
    }
    auto access = access_to(*clouds, cloud);
    if (!access) {
        Error error = access.error();
        if (!cloud.empty()) error.where = "cloud '" + cloud + "'";
        return in_file(std::move(error), path);
    }
    // What is relative there is meant from there.
    if (!access->ca_file.empty() && access->ca_file.is_relative())
        access->ca_file = path.parent_path() / access->ca_file;
    return access;
}

Result<Access> from_settings(const AccessSettings& settings) {
    auto secret = read_secret(settings.secret_file);
    if (!secret) return secret.error();
    const auto or_default = [](NameOrId domain) {
        if (domain.empty()) domain.id = "default";
        return domain;
    };
    Access access;
    access.auth_url = settings.auth_url;
    if (!settings.application_credential.empty()) {
        ApplicationCredential login;
        login.credential = settings.application_credential;
        login.user = settings.user;
        login.user_domain = or_default(settings.user_domain);
        login.secret = Secret(std::move(*secret));
        access.login = std::move(login);
    } else {
        PasswordLogin login;
        login.user = settings.user;
        login.user_domain = or_default(settings.user_domain);
        login.password = Secret(std::move(*secret));
        login.project = settings.project;
        login.project_domain = or_default(settings.project_domain);
        access.login = std::move(login);
    }
    return access;
}

Result<> check(const AccessSettings& settings) {
    const auto missing = [](const char* what) {
        return Error{
            Errc::invalid_input, std::string(what) + " is missing beside auth_url", {}, {}};
    };
    if (settings.secret_file.empty()) return missing("the file of the password or secret");
    if (!settings.application_credential.empty()) {
        if (settings.application_credential.id.empty() && settings.user.empty())
            return missing("the user of an application credential that is named");
        return {};
    }
    if (settings.user.empty()) return missing("the user");
    if (settings.project.empty()) return missing("the project");
    return {};
}

Result<Access> found(const AccessSettings& settings, const Environment& environment) {
    if (!settings.auth_url.empty()) {
        if (const auto complete = check(settings); !complete) return complete.error();
        return from_settings(settings);
    }
    const auto cloud = settings.cloud.empty() ? value_of(environment, "OS_CLOUD") : settings.cloud;
    const bool is_named = !cloud.empty() || !settings.clouds_file.empty();
    if (!is_named && environment("OS_AUTH_URL")) {
        auto access = access_from(environment);
        if (access) return access;
        Error error = access.error();
        error.where = "the variables OS_*";
        return error;
    }
    const auto path = clouds_file(settings, environment);
    if (!path.empty()) return from_clouds_file(path, cloud, environment);
    if (is_named)
        return Error{Errc::not_found,
                     "there is no clouds.yaml for cloud '" + cloud + "'",
                     {},
                     "in ., ~/.config/openstack and /etc/openstack"};
    return Error{
        Errc::not_found, "no cloud is named", {}, "in clouds.yaml, by OS_AUTH_URL or by auth_url"};
}

}  // namespace

Environment process_environment() {
    return [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        if (value == nullptr) return std::nullopt;
        return std::string(value);
    };
}

Result<Access> find_access(const AccessSettings& settings, const Environment& environment) {
    auto access = found(settings, environment);
    if (!access) return access;
    if (!settings.region.empty()) access->region = settings.region;
    if (!settings.interface.empty()) access->interface = settings.interface;
    if (!settings.ca_file.empty()) access->ca_file = settings.ca_file;
    return access;
}

}  // namespace cpe::openstack
