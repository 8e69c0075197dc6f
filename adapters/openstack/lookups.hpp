// What was looked up by name, kept for a while; many that need the same ask once.
//
// Thread: the loop. Limits: max_lookups, over which all is forgotten.
#pragma once

#include "adapters/openstack/cloud.hpp"
#include "adapters/openstack/waiters.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace cpe::openstack {

constexpr std::size_t max_lookups = 256;

template <class T>
class Lookups {
public:
    using Fetch = std::function<boost::asio::awaitable<Answer<T>>(std::string, Deadline)>;

    void forget() { entries_->clear(); }

    /// `fetch` is called where nothing is known, and by one of those who want it.
    [[nodiscard]] boost::asio::awaitable<Answer<T>> find(std::string name, Deadline deadline,
                                                         Fetch fetch) {
        return find(entries_, std::move(name), deadline, std::move(fetch));
    }

private:
    struct Entry {
        std::optional<T> value;
        TimePoint until{};
        bool asked_for = false;
        unsigned rounds = 0;         ///< how often it was asked for
        std::optional<Fault> fault;  ///< of the last round
        Waiters waiters;
    };
    using Held = std::shared_ptr<Entry>;
    using Entries = std::map<std::string, Held>;

    /// One who asks; whoever waits is woken, however that ends.
    class Asking {
    public:
        explicit Asking(Held entry) : entry_(std::move(entry)) { entry_->asked_for = true; }
        // NOLINTNEXTLINE(bugprone-exception-escape): cancel() of a waiting steady_timer cannot fail
        ~Asking() {
            entry_->asked_for = false;
            entry_->waiters.wake_all();
        }
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;

    private:
        Held entry_;
    };

    static Held entry_for(Entries& entries, const std::string& name) {
        if (entries.size() >= max_lookups && !entries.contains(name)) entries.clear();
        auto& entry = entries[name];
        if (!entry) entry = std::make_shared<Entry>();
        return entry;
    }

    static boost::asio::awaitable<Answer<T>> find(std::shared_ptr<Entries> entries,
                                                  std::string name, Deadline deadline,
                                                  Fetch fetch) {
        const Held entry = entry_for(*entries, name);
        const unsigned before = entry->rounds;
        for (;;) {
            const auto now = std::chrono::steady_clock::now();
            if (entry->value && now < entry->until) co_return *entry->value;
            if (entry->rounds != before && is_for_all(entry->fault)) co_return *entry->fault;
            if (!entry->asked_for) {
                const Asking asking(entry);
                Answer<T> found = co_await fetch(name, deadline);
                keep(*entry, found);
                co_return found;
            }
            if (now >= deadline) co_return late();
            if (!co_await entry->waiters.wait_until(deadline)) co_return cancelled();
        }
    }

    static void keep(Entry& entry, const Answer<T>& found) {
        ++entry.rounds;
        entry.fault.reset();
        if (found) {
            entry.value = *found;
            entry.until = std::chrono::steady_clock::now() + lookups_kept;
        } else {
            entry.fault = found.error();
        }
    }

    /// Who waited need not ask again; but a deadline and a cancellation are one caller's own.
    static bool is_for_all(const std::optional<Fault>& fault) {
        return fault && fault->kind != FaultKind::timeout && fault->kind != FaultKind::cancelled;
    }

    static Fault late() {
        Fault fault;
        fault.kind = FaultKind::timeout;
        fault.message = "no answer within the deadline";
        return fault;
    }
    static Fault cancelled() {
        Fault fault;
        fault.kind = FaultKind::cancelled;
        fault.message = "it was cancelled";
        return fault;
    }

    std::shared_ptr<Entries> entries_ = std::make_shared<Entries>();
};

}  // namespace cpe::openstack
