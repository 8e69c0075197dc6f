// Who may connect now: few at a time at each sshd (its MaxStartups drops the others), a bounded
// number in all (each costs CPU), and who failed only after a pause that grows, with jitter.
//
// Thread: any; a pure value: time and randomness are handed in.
#pragma once

#include <cpe/time.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace cpe::ssh {

struct GateLimits {
    std::size_t in_all = 16;
    std::size_t at_one_host = 2;
};

class HandshakeGate {
public:
    using Ticket = std::uint64_t;
    explicit HandshakeGate(GateLimits limits) : limits_(limits) {}

    /// Wants in; told by admit(). Order: as they came, but nobody waits for another host's turn.
    void ask(Ticket ticket, const std::string& host);
    /// It is done, however, or wants in no more.
    void leave(Ticket ticket);
    /// Those who may begin now; each is in until leave().
    [[nodiscard]] std::vector<Ticket> admit();

    [[nodiscard]] std::size_t inside() const { return inside_.size(); }

private:
    struct Waiting {
        Ticket ticket;
        std::string host;
    };
    GateLimits limits_;
    std::vector<Waiting> waiting_;
    std::map<Ticket, std::string> inside_;
    std::map<std::string, std::size_t> at_host_;
};

/// The pause before the next try after `failures` in a row (1, 2, ...): 250 ms, doubled up to
/// `longest`, less up to a half of it by `random` in [0, 1).
[[nodiscard]] Millis retry_pause(unsigned failures, Millis longest, double random);

}  // namespace cpe::ssh
