#include "adapters/ssh/handshake_gate.hpp"

#include <algorithm>

namespace cpe::ssh {

void HandshakeGate::ask(Ticket ticket, const std::string& host) {
    leave(ticket);
    waiting_.push_back({ticket, host});
}

void HandshakeGate::leave(Ticket ticket) {
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.ticket == ticket; });
    const auto found = inside_.find(ticket);
    if (found == inside_.end()) return;
    const auto host = at_host_.find(found->second);
    if (--host->second == 0) at_host_.erase(host);
    inside_.erase(found);
}

std::vector<HandshakeGate::Ticket> HandshakeGate::admit() {
    std::vector<Ticket> admitted;
    std::vector<Waiting> rest;
    for (auto& waiting : waiting_) {
        const auto there = at_host_.find(waiting.host);
        const bool host_full = there != at_host_.end() && there->second >= limits_.at_one_host;
        if (inside_.size() >= limits_.in_all || host_full) {
            rest.push_back(std::move(waiting));
            continue;
        }
        ++at_host_[waiting.host];
        admitted.push_back(waiting.ticket);
        inside_.emplace(waiting.ticket, std::move(waiting.host));
    }
    waiting_ = std::move(rest);
    return admitted;
}

Millis retry_pause(unsigned failures, Millis longest, double random) {
    constexpr Millis first{250};
    const auto doublings = std::min(failures > 0 ? failures - 1 : 0U, 20U);
    const Millis full = std::min(Millis{first.count() << doublings}, longest);
    const auto less = static_cast<double>(full.count()) / 2 * std::clamp(random, 0.0, 1.0);
    return full - Millis{static_cast<Millis::rep>(less)};
}

}  // namespace cpe::ssh
