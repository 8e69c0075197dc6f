#include "adapters/ssh/common.hpp"

#include <boost/asio/post.hpp>

#include <string_view>
#include <utility>

namespace cpe::ssh {

std::string Common::random_word() {
    constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
    std::string word;
    for (int i = 0; i < 16; ++i)
        word += letters[static_cast<std::size_t>(settings.random() *
                                                 static_cast<double>(letters.size())) %
                        letters.size()];
    return word;
}

void Common::ask(HandshakeGate& gate, HandshakeGate::Ticket ticket, const std::string& host,
                 std::function<void()> admitted) {
    auto& waiting = &gate == &connects ? waiting_connects : waiting_handshakes;
    waiting[ticket] = std::move(admitted);
    gate.ask(ticket, host);
    admit(gate);
}

void Common::leave(HandshakeGate::Ticket ticket) {
    connects.leave(ticket);
    handshakes.leave(ticket);
    waiting_connects.erase(ticket);
    waiting_handshakes.erase(ticket);
    admit(connects);
    admit(handshakes);
}

void Common::admit(HandshakeGate& gate) {
    auto& waiting = &gate == &connects ? waiting_connects : waiting_handshakes;
    for (const auto ticket : gate.admit()) {
        const auto found = waiting.find(ticket);
        auto admitted = std::move(found->second);
        waiting.erase(found);
        boost::asio::post(executor, std::move(admitted));
    }
}

}  // namespace cpe::ssh
