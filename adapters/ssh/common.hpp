// What the guests of one channel share: settings, our key, and the gates before logins.
//
// Thread: the loop. Ownership: the channel; it outlives its guests.
#pragma once

#include "adapters/ssh/handshake_gate.hpp"
#include "adapters/ssh/settings.hpp"

#include <cpe/guest_channel.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace cpe::ssh {

class Signer;

struct Common {
    boost::asio::any_io_executor executor;
    Settings settings;
    GuestSink& sink;
    std::shared_ptr<Signer> signer;
    HandshakeGate connects;    ///< few at a time at one host
    HandshakeGate handshakes;  ///< and some in all
    std::map<HandshakeGate::Ticket, std::function<void()>> waiting_connects;
    std::map<HandshakeGate::Ticket, std::function<void()>> waiting_handshakes;
    HandshakeGate::Ticket last_ticket = 0;
    std::string cped_id;  ///< random: one life of this daemon

    [[nodiscard]] std::string random_word();
    void ask(HandshakeGate& gate, HandshakeGate::Ticket ticket, const std::string& host,
             std::function<void()> admitted);
    void leave(HandshakeGate::Ticket ticket);

private:
    void admit(HandshakeGate& gate);
};

}  // namespace cpe::ssh
