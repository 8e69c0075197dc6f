// What strangers send to the ssh channel: a guest's shell, its host key, an ssh-agent; and files
// that people write: known_hosts, keys.
#include "adapters/ssh/agent_key.hpp"
#include "adapters/ssh/host_key.hpp"
#include "adapters/ssh/openssh_key.hpp"
#include "adapters/ssh/private_key.hpp"
#include "adapters/ssh/replies.hpp"
#include "adapters/ssh/verdict.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace cpe;
using namespace cpe::ssh;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

/// Cut anywhere, the lines are the same.
void try_replies(std::string_view text) {
    Replies whole("abc");
    Replies parts("abc");
    const auto all = whole.feed(text);
    std::vector<Reply> again;
    const std::size_t step = text.empty() ? 1 : 1 + static_cast<unsigned char>(text[0]) % 7;
    for (std::size_t at = 0; at < text.size(); at += step)
        for (auto& reply : parts.feed(text.substr(at, step))) again.push_back(std::move(reply));
    check(all.size() == again.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        check(all[i].kind == again[i].kind && all[i].run == again[i].run &&
              all[i].number == again[i].number && all[i].text == again[i].text);
        check(all[i].text.size() < max_reply_line);
        if (all[i].kind != Reply::Kind::hello) continue;
        if (const auto facts = facts_of(all[i].text))
            check(facts->boot_id.size() < 128 && facts->hostname.size() <= 255);
    }
}

void try_verdict(std::string_view text) {
    if (text.size() < 2) return;
    constexpr const char* operations[] = {"start", "stop", "monitor", "meta-data"};
    OperationRequest request;
    request.agent_class = static_cast<AgentClass>(static_cast<unsigned char>(text[0]) % 3);
    request.operation = operations[static_cast<unsigned char>(text[0]) / 3 % 4];
    const auto end =
        verdict(request, static_cast<unsigned char>(text[1]), std::string(text.substr(2)));
    check(end.rc >= 0 && end.rc <= 255);
    check(end.output.size() <= max_metadata && end.exit_reason.size() <= max_exit_reason);
}

void try_hosts(std::string_view text) {
    const auto key = host_key_of(text.substr(0, 64));
    const KnownHosts known(text);
    if (!key) return;
    static_cast<void>(judge(known, "", "web", 22, *key, true));
    static_cast<void>(judge(known, key->fingerprint, "10.0.0.1", 2222, *key, false));
    check(!preferred_types(known, "", "web", 22).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 5) {
        case 0: try_replies(text); break;
        case 1: try_verdict(text); break;
        case 2: try_hosts(text); break;
        case 3:
            static_cast<void>(keys_in(text));
            static_cast<void>(signature_in(text));
            break;
        default:
            static_cast<void>(open_openssh_key(text, ""));
            if (const auto key = PrivateKey::read(text, "")) check(!key->public_key().empty());
            break;
    }
    return 0;
}
