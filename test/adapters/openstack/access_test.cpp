#include "adapters/openstack/access.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

using namespace cpe;
using namespace cpe::openstack;
namespace fs = std::filesystem;

namespace {

/// A home with its files, gone at the end.
class Home {
public:
    Home() {
        std::string name = (fs::temp_directory_path() / "cpe-access-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
        set("HOME", path_.string());
    }
    ~Home() { fs::remove_all(path_); }
    Home(const Home&) = delete;
    Home& operator=(const Home&) = delete;

    fs::path write(const std::string& name, const std::string& text,
                   fs::perms perms = fs::perms::owner_read | fs::perms::owner_write) const {
        const auto file = path_ / name;
        fs::create_directories(file.parent_path());
        std::ofstream(file) << text;
        fs::permissions(file, perms);
        return file;
    }
    void set(const std::string& name, const std::string& value) { variables_[name] = value; }

    Result<Access> find(const AccessSettings& settings = {}) const {
        return find_access(settings, [this](const char* name) -> std::optional<std::string> {
            const auto found = variables_.find(name);
            if (found == variables_.end()) return std::nullopt;
            return found->second;
        });
    }
    std::string error(const AccessSettings& settings = {}) const {
        const auto access = find(settings);
        REQUIRE_FALSE(access.has_value());
        std::string line = access.error().line();
        CHECK(line.find("s3cret") == std::string::npos);
        for (auto at = line.find(path_.string()); at != std::string::npos;
             at = line.find(path_.string()))
            line.replace(at, path_.string().size(), "HOME");
        return line;
    }

private:
    fs::path path_;
    std::map<std::string, std::string> variables_;
};

const char* const clouds = R"(
clouds:
  shop:
    region_name: north
    interface: internal
    cacert: ca.pem
    auth:
      auth_url: https://keystone:5000/v3
      username: demo
      project_name: shop
      user_domain_name: Default
      project_domain_name: Default
  app:
    auth_type: v3applicationcredential
    auth: {auth_url: "https://keystone:5000", application_credential_id: b0de}
)";
const char* const secrets = R"(
clouds:
  shop: {auth: {password: s3cret}}
  app: {auth: {application_credential_secret: s3cret2}}
)";

constexpr auto everybody = fs::perms::owner_read | fs::perms::others_read;

const PasswordLogin& password(const Result<Access>& access) {
    REQUIRE(access.has_value());
    return std::get<PasswordLogin>(access->login);
}

}  // namespace

TEST_CASE("a cloud of clouds.yaml with its secret of secure.yaml") {
    Home home;
    home.write(".config/openstack/clouds.yaml", clouds, everybody);
    home.write(".config/openstack/secure.yaml", secrets);
    home.set("OS_CLOUD", "shop");
    const auto access = home.find();
    CHECK(password(access).password.reveal() == "s3cret");
    CHECK(password(access).user.name == "demo");
    CHECK(password(access).project.name == "shop");
    CHECK(password(access).project_domain.name == "Default");
    CHECK(access->auth_url == "https://keystone:5000/v3");
    CHECK(access->region == "north");
    CHECK(access->interface == "internal");
    CHECK(access->ca_file.filename() == "ca.pem");
    CHECK(access->ca_file.is_absolute());
    CHECK(access->verify_tls);

    AccessSettings settings;
    settings.cloud = "app";
    settings.region = "south";
    const auto app = home.find(settings);
    REQUIRE(app.has_value());
    const auto& credential = std::get<ApplicationCredential>(app->login);
    CHECK(credential.credential.id == "b0de");
    CHECK(credential.secret.reveal() == "s3cret2");
    CHECK(app->region == "south");
    CHECK(app->interface == "public");
}

TEST_CASE("the first clouds.yaml counts, and one that is named before all others") {
    Home home;
    const std::string one =
        "clouds: {%: {auth: {auth_url: 'http://%', username: u, "
        "project_id: p, password: s3cret}}}";
    const auto named = [&](const std::string& name) {
        std::string text = one;
        for (auto at = text.find('%'); at != std::string::npos; at = text.find('%'))
            text.replace(at, 1, name);
        return text;
    };
    home.write(".config/openstack/clouds.yml", named("config"));
    CHECK(home.find()->auth_url == "http://config");
    const auto xdg = home.write("xdg/openstack/clouds.yaml", named("xdg"));
    home.set("XDG_CONFIG_HOME", xdg.parent_path().parent_path());
    CHECK(home.find()->auth_url == "http://xdg");
    home.set("OS_CLIENT_CONFIG_FILE", home.write("named.yaml", named("named")));
    CHECK(home.find()->auth_url == "http://named");
    AccessSettings settings;
    settings.clouds_file = home.write("given.yaml", named("given"));
    CHECK(home.find(settings)->auth_url == "http://given");
    CHECK(password(home.find(settings)).user_domain.id == "default");
}

TEST_CASE("the variables of OS_ are a cloud where none is named") {
    Home home;
    home.write(".config/openstack/clouds.yaml", clouds, everybody);
    home.set("OS_AUTH_URL", "http://keystone/v3");
    home.set("OS_USERNAME", "demo");
    home.set("OS_PASSWORD", "s3cret");
    home.set("OS_PROJECT_NAME", "demo");
    home.set("OS_USER_DOMAIN_NAME", "Users");
    home.set("OS_PROJECT_DOMAIN_ID", "d1");
    home.set("OS_REGION_NAME", "north");
    home.set("OS_INTERFACE", "publicURL");
    home.set("OS_CACERT", "/ca.pem");
    const auto access = home.find();
    CHECK(password(access).user_domain.name == "Users");
    CHECK(password(access).project_domain.id == "d1");
    CHECK(access->region == "north");
    CHECK(access->interface == "public");
    CHECK(access->ca_file == "/ca.pem");
    home.set("OS_AUTH_TYPE", "v3applicationcredential");
    CHECK(home.error() == "the variables OS_*: application_credential_id is missing");
    home.set("OS_APPLICATION_CREDENTIAL_ID", "b0de");
    home.set("OS_APPLICATION_CREDENTIAL_SECRET", "s3cret");
    CHECK(std::get<ApplicationCredential>(home.find()->login).secret.reveal() == "s3cret");
    home.set("OS_CLOUD", "shop");
    CHECK(home.error() == "HOME/.config/openstack/clouds.yaml, cloud 'shop': password is missing");
}

TEST_CASE("what cped.yaml says, with the secret in a file of its own") {
    Home home;
    home.set("OS_CLOUD", "other");
    AccessSettings settings;
    settings.auth_url = "http://keystone";
    CHECK(home.error(settings) == "the file of the password or secret is missing beside auth_url");
    settings.secret_file = home.write("password", "s3cret\n");
    CHECK(home.error(settings) == "the user is missing beside auth_url");
    settings.user.name = "demo";
    CHECK(home.error(settings) == "the project is missing beside auth_url");
    settings.project.name = "demo";
    const auto access = home.find(settings);
    CHECK(password(access).password.reveal() == "s3cret");
    CHECK(password(access).user_domain.id == "default");
    settings.application_credential.name = "cpe";
    CHECK(std::get<ApplicationCredential>(home.find(settings)->login).user.name == "demo");
}

TEST_CASE("a secret that others can read is refused, wherever it stands") {
    Home home;
    const auto open = home.write("clouds.yaml",
                                 "clouds: {a: {auth: {auth_url: 'http://k', username: u, "
                                 "project_id: p, password: s3cret}}}",
                                 everybody);
    AccessSettings settings;
    settings.clouds_file = open;
    CHECK(home.error(settings) ==
          "HOME/clouds.yaml: others than its owner may use it (chmod 600, or put its secrets into "
          "a secure.yaml beside it that is)");
    settings.clouds_file = home.write("2/clouds.yaml", clouds, everybody);
    home.write("2/secure.yaml", secrets, everybody);
    settings.cloud = "shop";
    CHECK(home.error(settings).find("2/secure.yaml: others than its owner") != std::string::npos);
    AccessSettings given;
    given.auth_url = "http://k";
    given.user.id = "u";
    given.project.id = "p";
    given.secret_file = home.write("password", "s3cret", everybody);
    CHECK(home.error(given) ==
          "HOME/password: others than its owner may use it (chmod 600: it has secrets)");
    given.secret_file = home.write("empty", "\n");
    CHECK(home.error(given) == "HOME/empty: is empty (it holds the secret)");
    given.secret_file = home.write("large", std::string(5'000, 'x'));
    CHECK(home.error(given) == "HOME/large: is over 4096 bytes");
}

TEST_CASE("what is wrong is said with its place") {
    Home home;
    CHECK(home.error() == "no cloud is named (in clouds.yaml, by OS_AUTH_URL or by auth_url)");
    home.set("OS_CLOUD", "shop");
    CHECK(home.error() ==
          "there is no clouds.yaml for cloud 'shop' (in ., ~/.config/openstack and "
          "/etc/openstack)");
    AccessSettings settings;
    const auto told = [&](const std::string& text) {
        settings.clouds_file = home.write("clouds.yaml", text);
        return home.error(settings);
    };
    CHECK(told("a: [") == "HOME/clouds.yaml, line 1: is no YAML: end of sequence flow not found");
    CHECK(told("a: b") == "HOME/clouds.yaml, cloud 'shop': has no clouds");
    CHECK(told("clouds: {a: {}, b: {}}") ==
          "HOME/clouds.yaml, cloud 'shop': there is no cloud 'shop' (there are: a, b)");
    CHECK(told("clouds: {shop: {}}") == "HOME/clouds.yaml, cloud 'shop': auth_url is missing");
    CHECK(told("clouds: {shop: {auth_type: token, auth: {auth_url: x}}}") ==
          "HOME/clouds.yaml, cloud 'shop': auth_type 'token' is not supported (password and "
          "v3applicationcredential are)");
    const std::string rest =
        "auth: {auth_url: 'http://k', username: u, password: s3cret, "
        "project_id: p}}}";
    CHECK(told("clouds: {shop: {interface: indoor, " + rest) ==
          "HOME/clouds.yaml, cloud 'shop': interface 'indoor' is not known (public, internal "
          "or admin)");
    CHECK(told("clouds: {shop: {verify: maybe, " + rest) ==
          "HOME/clouds.yaml, cloud 'shop': verify is neither true nor false");
}
