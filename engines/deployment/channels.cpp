#include "engines/deployment/channels.hpp"

#include <utility>

namespace cpe::deployment {
namespace {

void act(World& w, const AssemblyUnit& a) {
    GuestPeer peer;
    peer.address = a.instance.address;
    peer.port = a.model->port;
    peer.username = w.model.username;
    peer.host_key = a.host_key;
    peer.dead_boots = a.dead_boots;
    w.journal.act(effect::OpenChannel{std::string(a.model->name), std::move(peer)});
}

}  // namespace

void open_channel(World& w, AssemblyUnit& a) {
    const bool outdated = std::exchange(a.peer_outdated, false);
    if (a.channel_open && !outdated) return;
    if (!std::exchange(a.channel_open, true)) a.silent_since = w.now.mono;
    act(w, a);
}

void close_channel(World& w, AssemblyUnit& a) {
    if (!std::exchange(a.channel_open, false)) return;
    w.journal.act(effect::CloseChannel{std::string(a.model->name)});
}

void move_channel(World& w, const AssemblyUnit& a) {
    // An agent finds us, wherever it is.
    if (a.channel_open && w.model.channel == ChannelKind::ssh) act(w, a);
}

}  // namespace cpe::deployment
