#include "adapters/openstack/user_data.hpp"

#include "adapters/http/wipe.hpp"
#include "adapters/openstack/resources.hpp"

#include <array>
#include <optional>
#include <utility>

namespace cpe::openstack {
namespace {

constexpr std::string_view boundary = "=cpe-boot-configuration=";

/// How a text begins, and what it is then (cloud-init, "User-Data Formats").
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kinds{{
    {"#cloud-config", "text/cloud-config"},
    {"#!", "text/x-shellscript"},
    {"#include-once", "text/x-include-once-url"},
    {"#include", "text/x-include-url"},
    {"#cloud-boothook", "text/cloud-boothook"},
    {"## template: jinja", "text/jinja2"},
    {"#part-handler", "text/part-handler"},
}};

bool is_mime(std::string_view text) {
    return text.starts_with("Content-Type:") || text.starts_with("MIME-Version:");
}

std::optional<std::string_view> kind_of(std::string_view text) {
    for (const auto& [beginning, kind] : kinds)
        if (text.starts_with(beginning)) return kind;
    return std::nullopt;
}

Result<> check(std::string_view operators) {
    if (operators.empty()) return {};
    if (!is_mime(operators) && !kind_of(operators))
        return Error{Errc::invalid_input, "its first line is none that cloud-init knows",
                     "user_data", "begin it with #cloud-config, or #!/bin/sh"};
    if (operators.find(boundary) != std::string_view::npos)
        return Error{Errc::invalid_input, "it holds our own boundary", "user_data", {}};
    for (const auto* key : {"\nssh_keys:", "\nssh_deletekeys:"})
        if (operators.find(key) != std::string_view::npos)
            return Error{Errc::invalid_input,
                         "it sets host keys (" + std::string(key + 1) + "), which cped does",
                         "user_data", "leave that out"};
    return {};
}

std::string indented(std::string_view text, std::string_view by) {
    std::string out;
    out.reserve(2 * text.size() + 64);  // not copied while it grows: it is a secret
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        out.append(by).append(text.substr(begin, end - begin)).append("\n");
        begin = end + 1;
    }
    return out;
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

/// Keys are added to what the operator's own part says, which holds where both say something.
void add_ours(std::string& to, const BootConfiguration& from) {
    const std::string key = quoted(from.authorized_key);
    to +=
        "#cloud-config\nmerge_how: "
        "'list(append)+dict(no_replace,recurse_list,recurse_dict)+str()'\n";
    if (from.user == "root")
        to += "disable_root: false\nssh_authorized_keys:\n- " + key + "\n";
    else
        to +=
            "users:\n- default\n- name: " + quoted(from.user) +
            "\n  shell: /bin/bash\n  sudo: 'ALL=(ALL) NOPASSWD:ALL'\n  ssh_authorized_keys:\n  - " +
            key + "\n";
    to += "ssh_deletekeys: true\nssh_genkeytypes: []\nssh_keys:\n  ed25519_private: |\n";
    std::string secret = indented(from.host_key->private_key.reveal(), "    ");
    to += secret;
    http::wipe(secret);
    to += "  ed25519_public: " + quoted(from.host_key->public_key) + "\n";
}

void begin_part(std::string& to, std::string_view kind, std::string_view name) {
    to.append("--").append(boundary).append("\nContent-Type: ").append(kind);
    to.append("; charset=\"utf-8\"\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n");
    to.append("Content-Disposition: attachment; filename=\"").append(name).append("\"\n\n");
}

}  // namespace

Result<Secret> render_user_data(const BootConfiguration& from) {
    if (auto good = check(from.operators); !good) return good.error();
    std::string text;
    text.reserve(from.operators.size() + (16U << 10U));
    text.append("Content-Type: multipart/mixed; boundary=\"").append(boundary);
    text.append("\"\nMIME-Version: 1.0\n\n");
    if (is_mime(from.operators)) {
        text.append("--").append(boundary).append("\n").append(from.operators).append("\n");
    } else if (!from.operators.empty()) {
        begin_part(text, *kind_of(from.operators), "operator");
        text.append(from.operators).append("\n");
    }
    begin_part(text, "text/cloud-config", "cpe");
    add_ours(text, from);
    text.append("--").append(boundary).append("--\n");
    const auto size = text.size();
    Secret all(std::move(text));
    if (size > max_user_data)
        return Error{Errc::too_large,
                     "it has " + std::to_string(size) + " bytes with ours, and Nova takes " +
                         std::to_string(max_user_data),
                     "user_data", "let it fetch what it needs"};
    return all;
}

}  // namespace cpe::openstack
