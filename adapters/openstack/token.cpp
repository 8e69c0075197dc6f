#include "adapters/openstack/token.hpp"

#include "adapters/http/wipe.hpp"
#include "adapters/openstack/timestamp.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace cpe::openstack {
namespace {

constexpr std::size_t body_room = 8'192;

/// By hand: a library would leave copies of the secret in memory that nobody wipes. The room is
/// taken at once for the same reason.
class Body {
public:
    Body() { text_.reserve(body_room); }
    Body& raw(std::string_view text) {
        text_.append(text);
        return *this;
    }
    Body& quoted(std::string_view text) {
        text_ += '"';
        for (const char c : text) put(c);
        text_ += '"';
        return *this;
    }
    /// {"id":"..."} or {"name":"..."}, without the closing brace
    Body& open(const NameOrId& who) {
        return raw(who.id.empty() ? R"({"name":)" : R"({"id":)")
            .quoted(who.id.empty() ? who.name : who.id);
    }
    /// A name means something in its domain only; an id is known by itself.
    Body& named(const NameOrId& who, const NameOrId& domain) {
        open(who);
        if (who.id.empty() && !domain.empty()) raw(R"(,"domain":)").open(domain).raw("}");
        return *this;
    }
    std::string take() { return std::move(text_); }

private:
    void put(char c) {
        if (c == '"' || c == '\\') {
            text_ += '\\';
            text_ += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
            text_ += escape.data();
        } else {
            text_ += c;
        }
    }

    std::string text_;
};

void put(Body& body, const PasswordLogin& login) {
    body.raw(R"({"auth":{"identity":{"methods":["password"],"password":{"user":)")
        .named(login.user, login.user_domain)
        .raw(R"(,"password":)")
        .quoted(login.password.reveal())
        .raw(R"(}}},"scope":{"project":)")
        .named(login.project, login.project_domain)
        .raw("}}}}");
}

void put(Body& body, const ApplicationCredential& login) {
    body.raw(R"({"auth":{"identity":{"methods":["application_credential"],)"
             R"("application_credential":)")
        .open(login.credential);
    if (login.credential.id.empty())
        body.raw(R"(,"user":)").named(login.user, login.user_domain).raw("}");
    body.raw(R"(,"secret":)").quoted(login.secret.reveal()).raw("}}}}");
}

std::string take_header(http::Response& response, std::string_view name) {
    for (auto& header : response.headers)
        if (header.name == name) return std::move(header.value);
    return {};
}

Millis lifetime(Reader& token, Reading& reading) {
    const auto issued = parse_timestamp(token.text("issued_at"));
    const auto expires = parse_timestamp(token.text("expires_at"));
    if (!issued || !expires || expires->ms <= issued->ms) {
        reading.fail("the token's times are wrong");
        return {};
    }
    return Millis(expires->ms - issued->ms);
}

}  // namespace

std::string login_body(const Access& access) {
    Body body;
    std::visit([&](const auto& login) { put(body, login); }, access.login);
    return body.take();
}

Answer<Token> read_token(http::Response& response) {
    Token token;
    token.id = Secret(take_header(response, "x-subject-token"));
    const auto document = parse_json(response.body);
    if (!document) return document.error();
    Reading reading;
    Reader top(&*document, "", reading);
    Reader read = top.object("token");
    token.lifetime = lifetime(read, reading);
    token.catalog = read_catalog(read);
    if (read.has("project")) token.project_id = read.object("project").text("id");
    if (token.id.empty()) reading.fail("there is no X-Subject-Token");
    if (reading.fault) return *reading.fault;
    return token;
}

Millis renewal_margin(Millis lifetime) {
    constexpr Millis most{300'000};
    return std::min(lifetime / 4, most);
}

}  // namespace cpe::openstack
