#include "engines/deployment/host_keys.hpp"

#include "engines/deployment/channels.hpp"
#include "engines/deployment/hand.hpp"
#include "engines/deployment/refusals.hpp"

#include <utility>

namespace cpe::deployment {

void pin_first(World& w, AssemblyUnit& a, const GuestHello& hello) {
    if (hello.host_key.empty() || hello.host_key == a.host_key) return;
    a.host_key = hello.host_key;
    a.refused_key.clear();
    a.remember = true;
    w.journal.tell("host_key", {std::string(a.model->name), {}}, "pinned",
                   "first contact: " + a.host_key);
    move_channel(w, a);
}

void pin_delivered(World& w, AssemblyUnit& a, const std::string& host_key) {
    if (host_key.empty() || host_key == a.host_key) return;
    a.host_key = host_key;
    a.refused_key.clear();
    a.remember = true;
    w.journal.tell("host_key", {std::string(a.model->name), {}}, "pinned",
                   "given to it at its creation: " + a.host_key);
    move_channel(w, a);
}

Result<> trust(World& w, AssemblyUnit& a, const event::Operator& event) {
    if (a.refused_key.empty())
        return Error{Errc::refused, "no host key of it was refused",
                     "assembly '" + event.target + "'",
                     w.model.channel == ChannelKind::ssh ? "there is nothing to accept"
                                                         : "its channel is not ssh"};
    tell_wish(w, event, {event.target, {}});
    a.host_key = std::exchange(a.refused_key, {});
    a.remember = true;
    w.journal.tell("host_key", {event.target, {}}, "pinned", event.who + " trusts " + a.host_key);
    move_channel(w, a);
    doubt_refusal(w, a);
    return {};
}

void forget_host_key(World& w, AssemblyUnit& a) {
    a.refused_key.clear();
    if (std::exchange(a.host_key, {}).empty()) return;
    a.remember = true;
    move_channel(w, a);
}

}  // namespace cpe::deployment
