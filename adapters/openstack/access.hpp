// How a cloud is entered: as whom, for which project, by which endpoints.
//
// Thread: any; values. Secrets do not print (secret.hpp).
#pragma once

#include "adapters/openstack/secret.hpp"

#include <cpe/result.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace cpe::openstack {

/// A user, project or domain is named or known by its id; the id wins.
struct NameOrId {
    std::string name;
    std::string id;
    [[nodiscard]] bool empty() const { return name.empty() && id.empty(); }
    friend bool operator==(const NameOrId&, const NameOrId&) = default;
};

struct PasswordLogin {
    NameOrId user;
    NameOrId user_domain;
    Secret password;
    NameOrId project;
    NameOrId project_domain;
    friend bool operator==(const PasswordLogin&, const PasswordLogin&) = default;
};

struct ApplicationCredential {
    NameOrId credential;
    NameOrId user;  ///< only where the credential is named
    NameOrId user_domain;
    Secret secret;
    friend bool operator==(const ApplicationCredential&, const ApplicationCredential&) = default;
};

struct Access {
    std::string auth_url;  ///< with or without "/v3"
    std::variant<PasswordLogin, ApplicationCredential> login;
    std::string region;  ///< empty: the cloud has one only
    std::string interface = "public";
    std::filesystem::path ca_file;  ///< empty: the system's
    bool verify_tls = true;         ///< false only where clouds.yaml says `verify: false`
    friend bool operator==(const Access&, const Access&) = default;
};

/// What is given by cped.yaml. Secrets are named by their files, which nobody but their owner may
/// read.
struct AccessSettings {
    std::string cloud;                  ///< a name in clouds.yaml; empty: $OS_CLOUD
    std::filesystem::path clouds_file;  ///< empty: where OpenStack's own clients look
    std::string auth_url;               ///< given: neither clouds.yaml nor OS_* are looked at
    NameOrId user;
    NameOrId user_domain;
    NameOrId project;
    NameOrId project_domain;
    NameOrId application_credential;
    std::filesystem::path secret_file;  ///< the password, or the application credential's secret
    std::string region;                 ///< these three win over clouds.yaml and OS_*
    std::string interface;
    std::filesystem::path ca_file;
};

/// The environment: the value of a variable, or none.
using Environment = std::function<std::optional<std::string>(const char* name)>;
[[nodiscard]] Environment process_environment();

/// Explicit settings, else clouds.yaml and secure.yaml, else OS_*. Reads files. Errors name the
/// file and the key, never a value.
[[nodiscard]] Result<Access> find_access(const AccessSettings& settings,
                                         const Environment& environment);

}  // namespace cpe::openstack
