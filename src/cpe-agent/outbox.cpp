#include "src/cpe-agent/outbox.hpp"

#include <algorithm>
#include <utility>

namespace cpe::guest {

using agent::Finished;
using agent::FromGuest;
using agent::Reported;

FromGuest Outbox::add(OperationResult result) {
    const auto sequence = next_++;
    ++results_;
    return entries_.emplace_back(Entry{sequence, Finished{sequence, std::move(result)}}).message;
}

FromGuest Outbox::add(MonitorReport report) {
    if (reports() >= max_reports_) collapse(report);
    const auto sequence = next_++;
    return entries_.emplace_back(Entry{sequence, Reported{sequence, std::move(report)}}).message;
}

void Outbox::collapse(const MonitorReport& newest) {
    const auto count = entries_.size();
    std::erase_if(entries_, [&](const Entry& entry) {
        const auto* older = std::get_if<Reported>(&entry.message);
        return older && older->report.resource == newest.resource &&
               older->report.interval == newest.interval;
    });
    if (entries_.size() < count) return;
    // Another monitor holds the places: the oldest report that a later one of its monitor replaces.
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
        const auto* older = std::get_if<Reported>(&at->message);
        if (!older) continue;
        const bool replaced = std::any_of(at + 1, entries_.end(), [&](const Entry& entry) {
            const auto* newer = std::get_if<Reported>(&entry.message);
            return newer && newer->report.resource == older->report.resource &&
                   newer->report.interval == older->report.interval;
        });
        if (!replaced) continue;
        entries_.erase(at);
        return;
    }
}

std::vector<OperationResult> Outbox::acknowledge(std::uint64_t sequence) {
    std::vector<OperationResult> done;
    while (!entries_.empty() && entries_.front().sequence <= sequence) {
        if (auto* finished = std::get_if<Finished>(&entries_.front().message)) {
            done.push_back(std::move(finished->result));
            --results_;
        }
        entries_.pop_front();
    }
    return done;
}

std::vector<FromGuest> Outbox::unacknowledged() const {
    std::vector<FromGuest> messages;
    messages.reserve(entries_.size());
    for (const auto& entry : entries_) messages.push_back(entry.message);
    return messages;
}

std::vector<OperationId> Outbox::operations() const {
    std::vector<OperationId> ids;
    for (const auto& entry : entries_)
        if (const auto* finished = std::get_if<Finished>(&entry.message))
            ids.push_back(finished->result.id);
    return ids;
}

bool Outbox::holds(OperationId id) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        const auto* finished = std::get_if<Finished>(&entry.message);
        return finished && finished->result.id == id;
    });
}

}  // namespace cpe::guest
