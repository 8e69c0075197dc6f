#include "adapters/openstack/clouds_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

namespace cpe::openstack {
namespace {

Error wrong(std::string what, std::string hint = {}) {
    return {Errc::invalid_input, std::move(what), {}, std::move(hint)};
}

std::string first_of(const Lookup& values, std::initializer_list<std::string_view> keys) {
    for (const auto key : keys)
        if (auto value = values(key); value && !value->empty()) return *value;
    return {};
}

NameOrId who(const Lookup& auth, const std::string& prefix, std::string_view name_key) {
    NameOrId result;
    result.name = first_of(auth, {name_key});
    result.id = first_of(auth, {prefix + "_id"});
    return result;
}

/// A user's or a project's; where none is given, the one that every Keystone has.
NameOrId domain(const Lookup& auth, const std::string& of) {
    NameOrId result = who(auth, of + "_domain", of + "_domain_name");
    if (result.empty()) result = who(auth, "domain", "domain_name");
    if (result.empty()) result.id = first_of(auth, {"default_domain"});
    if (result.empty()) result.id = "default";
    return result;
}

Result<std::variant<PasswordLogin, ApplicationCredential>> password_login(const Lookup& auth) {
    PasswordLogin login;
    login.user = who(auth, "user", "username");
    login.user_domain = domain(auth, "user");
    login.project = who(auth, "project", "project_name");
    if (login.project.empty()) login.project = who(auth, "tenant", "tenant_name");
    login.project_domain = domain(auth, "project");
    login.password = Secret(first_of(auth, {"password"}));
    if (login.user.empty()) return wrong("username (or user_id) is missing");
    if (login.password.empty()) return wrong("password is missing");
    if (login.project.empty())
        return wrong("project_name (or project_id) is missing",
                     "without a project Keystone tells of no services");
    return login;
}

Result<std::variant<PasswordLogin, ApplicationCredential>> application_credential(
    const Lookup& auth) {
    ApplicationCredential login;
    login.credential = who(auth, "application_credential", "application_credential_name");
    login.user = who(auth, "user", "username");
    login.user_domain = domain(auth, "user");
    login.secret = Secret(first_of(auth, {"application_credential_secret"}));
    if (login.credential.empty()) return wrong("application_credential_id is missing");
    if (login.credential.id.empty() && login.user.empty())
        return wrong("an application credential that is named needs username or user_id",
                     "or give application_credential_id");
    if (login.secret.empty()) return wrong("application_credential_secret is missing");
    return login;
}

Result<std::variant<PasswordLogin, ApplicationCredential>> login(const Lookup& auth,
                                                                 const std::string& type) {
    if (type == "password" || type == "v3password") return password_login(auth);
    if (type == "v3applicationcredential") return application_credential(auth);
    if (!type.empty())
        return wrong("auth_type '" + type + "' is not supported",
                     "password and v3applicationcredential are");
    const bool is_credential =
        !who(auth, "application_credential", "application_credential_name").empty();
    return is_credential ? application_credential(auth) : password_login(auth);
}

/// "publicURL" is how it was once written.
Result<std::string> interface_of(std::string text) {
    if (text.ends_with("URL")) text.resize(text.size() - 3);
    if (text.empty()) return std::string("public");
    if (text == "public" || text == "internal" || text == "admin") return text;
    return wrong("interface '" + text + "' is not known", "public, internal or admin");
}

Result<bool> verify(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text.empty() || text == "true" || text == "yes" || text == "on" || text == "1") return true;
    if (text == "false" || text == "no" || text == "off" || text == "0") return false;
    return wrong("verify is neither true nor false");
}

Lookup lookup_in(const Yaml* map) {
    return [map](std::string_view key) -> std::optional<std::string> {
        const auto* value = map == nullptr ? nullptr : map->find(key);
        if (value == nullptr || value->kind != Yaml::Kind::scalar) return std::nullopt;
        return value->text;
    };
}

constexpr std::array<std::string_view, 5> secret_keys{"password", "application_credential_secret",
                                                      "token", "passcode", "client_secret"};

std::string names_in(const Yaml& clouds) {
    std::string text;
    for (const auto& entry : clouds.entries) text += (text.empty() ? "" : ", ") + entry.first;
    return text;
}

Result<const Yaml*> choose(const Yaml& clouds, const std::string& name) {
    if (!name.empty()) {
        if (const auto* cloud = clouds.find(name)) return cloud;
        return wrong("there is no cloud '" + name + "'", "there are: " + names_in(clouds));
    }
    if (clouds.entries.size() == 1) return &clouds.entries.front().second;
    return wrong("there are several clouds, so one must be named", names_in(clouds));
}

}  // namespace

bool holds_secret(const Yaml& document) {
    for (const auto& [key, value] : document.entries) {
        const bool named =
            std::find(secret_keys.begin(), secret_keys.end(), key) != secret_keys.end();
        if ((named && value.kind == Yaml::Kind::scalar) || holds_secret(value)) return true;
    }
    return std::any_of(document.items.begin(), document.items.end(), holds_secret);
}

Result<Access> access_to(const Yaml& document, const std::string& cloud) {
    const auto* clouds = document.find("clouds");
    if (clouds == nullptr || clouds->kind != Yaml::Kind::map || clouds->entries.empty())
        return wrong("has no clouds");
    const auto chosen = choose(*clouds, cloud);
    if (!chosen) return chosen.error();
    if ((*chosen)->find("profile") != nullptr && (*chosen)->find("auth") != nullptr &&
        (*chosen)->find("auth")->find("auth_url") == nullptr)
        return wrong("profile is not supported", "give auth_url");
    return build_access(lookup_in((*chosen)->find("auth")), lookup_in(*chosen));
}

Result<Access> access_from(const Environment& environment) {
    const Lookup lookup = [&](std::string_view key) {
        std::string name = "OS_";
        for (const char c : key)
            name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        return environment(name.c_str());
    };
    return build_access(lookup, lookup);
}

Result<Access> build_access(const Lookup& auth, const Lookup& cloud) {
    Access access;
    access.auth_url = first_of(auth, {"auth_url"});
    if (access.auth_url.empty()) return wrong("auth_url is missing");
    auto entered = login(auth, first_of(cloud, {"auth_type"}));
    if (!entered) return entered.error();
    access.login = std::move(*entered);
    auto interface = interface_of(first_of(cloud, {"interface", "endpoint_type"}));
    if (!interface) return interface.error();
    access.interface = std::move(*interface);
    const auto verified = verify(first_of(cloud, {"verify"}));
    if (!verified) return verified.error();
    access.verify_tls = *verified;
    access.region = first_of(cloud, {"region_name", "region"});
    access.ca_file = first_of(cloud, {"cacert"});
    return access;
}

}  // namespace cpe::openstack
