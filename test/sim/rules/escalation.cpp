// Recounts from the event log what must have escalated, on every rung, and compares.
#include "test/sim/rules/climb.hpp"
#include "test/sim/rules/rules.hpp"
#include "test/sim/world.hpp"

#include <algorithm>
#include <map>

namespace cpe::sim::rules {
namespace {

class Escalations final : public Watcher {
public:
    explicit Escalations(World& world) : world_(world) {}

    void created(const DeployableKey& key) override { books_[key] = {}; }
    void cped_began() override {
        for (auto& [key, book] : books_) book.restart(world_.time.mono());
    }
    void durable(const PersistBatch& batch, const std::vector<EventId>&) override {
        const Plan* plan = world_.plan_of(batch.key);
        if (!plan) return;
        Book& book = books_[batch.key];
        if (batch.document) book.fit(*plan);
        const Climb climb(book, *plan, batch, world_.time.mono());
        compare(batch.key, climb.due(), climb.told());
        for (const auto& event : batch.events)
            if (event.kind == "escalation" && event.state == "give_up") check_pause(batch, event);
        for (const auto& record : batch.memory) book.read(record);
    }

private:
    void compare(const DeployableKey& key, const std::vector<Rung>& due,
                 const std::vector<Rung>& told) {
        for (std::size_t i = 0; i < std::max(due.size(), told.size()); ++i) {
            if (i < due.size() && i < told.size() && due[i] == told[i]) continue;
            const std::string wanted = i < due.size() ? due[i].text() : "nothing";
            const std::string given = i < told.size() ? told[i].text() : "nothing";
            world_.violated("escalation",
                            text_of(key) + ": due was " + wanted + ", told was " + given);
            return;
        }
    }

    /// 1, 2, 4 ... 60 min, each shortened by up to half; those that share one wait less.
    void check_pause(const PersistBatch& batch, const EventRecord& event) {
        constexpr std::int64_t shortest = 60'000, longest = 3'600'000, doublings = 6;
        const auto count = number_in(event, "given_up");
        const auto left = number_in(event, "retry_in_ms");
        const auto whole =
            std::min(shortest << std::clamp<std::int64_t>(count - 1, 0, doublings), longest);
        const bool shared = number_in(event, "failures") == 0;
        books_[batch.key].pause = world_.time.mono() + Millis{left};
        if (count >= 1 && left <= whole && (shared || left >= whole / 2)) return;
        world_.violated("escalation", text_of(batch.key) + ": given up for the " +
                                          std::to_string(count) + "th time, it waits " +
                                          std::to_string(left) + " ms");
    }

    World& world_;
    std::map<DeployableKey, Book> books_;
};

}  // namespace

std::unique_ptr<Watcher> escalations(World& world) {
    return std::make_unique<Escalations>(world);
}

}  // namespace cpe::sim::rules
