#include "test/adapters/openstack/replay.hpp"

#include "adapters/openstack/timestamp.hpp"

#include "test/adapters/openstack/recorded.hpp"

namespace cpe::test {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

std::string key_of(const Asked& asked) {
    return asked.method + " " + asked.target.substr(0, asked.target.find('?'));
}

}  // namespace

Replay::Replay() : server(loop.get_executor(), [this](const Asked& asked) { return tell(asked); }) {
    answer(versions, "nova-version");
    answer(show_web(), "server-active");
}

void Replay::answer(const std::string& to, const std::string& name) {
    answer(to, recorded(name));
}

void Replay::answer(const std::string& to, Told told) {
    always_[to] = std::move(told);
}

void Replay::next(const std::string& to, std::vector<Told> told) {
    for (auto& one : told) once_[to].push_back(std::move(one));
}

openstack::Access Replay::access() const {
    openstack::PasswordLogin who;
    who.user.name = "demo";
    who.user_domain.name = "Default";
    who.password = openstack::Secret(std::string("s3cret-password"));
    who.project.name = "demo";
    who.project_domain.name = "Default";
    openstack::Access access;
    access.auth_url = server.url() + "/identity";
    access.login = std::move(who);
    return access;
}

openstack::CloudOptions Replay::options() {
    openstack::CloudOptions options;
    options.random = [] { return 0.0; };
    options.first_backoff = Millis(2);
    options.log = [this](LogLevel, const std::string& line) { log.push_back(line); };
    return options;
}

std::size_t Replay::count(const std::string& asked) const {
    return static_cast<std::size_t>(std::count_if(
        seen.begin(), seen.end(), [&](const Asked& one) { return key_of(one) == asked; }));
}

Asked Replay::last(const std::string& asked) const {
    for (auto one = seen.rbegin(); one != seen.rend(); ++one)
        if (key_of(*one) == asked) return *one;
    return {};
}

Told Replay::recorded(const std::string& name) const {
    const auto response = test::recorded(name);
    Told told;
    told.status = response.status;
    for (const auto& header : response.headers) told.headers[header.name] = header.value;
    told.body = response.body;
    replace_all(told.body, "{cloud}", server.url());
    return told;
}

Told Replay::give_token() {
    Told told = recorded("auth-password");
    told.headers["x-subject-token"] = "s3cret-token-" + std::to_string(++tokens_);
    auto body = boost::json::parse(told.body);
    auto& token = body.at("token").as_object();
    constexpr std::int64_t issued = 1'795'341'539'000;
    const auto fraction = std::to_string(1'000 + token_life_.count() % 1'000).substr(1);
    token["issued_at"] = "2026-11-22T09:58:59.000000Z";
    auto ends = openstack::format_timestamp(WallTime{issued + token_life_.count()});
    ends.insert(ends.size() - 1, "." + fraction);
    token["expires_at"] = ends;
    told.body = boost::json::serialize(body);
    return told;
}

Told Replay::tell(const Asked& asked) {
    seen.push_back(asked);
    const auto key = key_of(asked);
    if (auto& scripted = once_[key]; !scripted.empty()) {
        Told told = std::move(scripted.front());
        scripted.pop_front();
        if (told.status != 0) return told;
    }
    if (const auto known = always_.find(key); known != always_.end()) return known->second;
    if (key == login) return give_token();
    return recorded("server-none");
}

}  // namespace cpe::test
