// The escalations that the failures of one step ask for, on every rung of the ladder (design.md
// §8).
#pragma once

#include "test/sim/rules/book.hpp"
#include "test/sim/rules/rung.hpp"

#include <map>
#include <string>
#include <vector>

namespace cpe::sim::rules {

class Climb {
public:
    Climb(Book& book, const Plan& plan, const PersistBatch& batch, MonoTime now);
    [[nodiscard]] const std::vector<Rung>& due() const { return due_; }
    [[nodiscard]] const std::vector<Rung>& told() const { return told_; }

private:
    void stop_ended(const ActionRecord& row);
    [[nodiscard]] bool is_left_alone(const std::string& assembly) const;
    void read(const EventRecord& event);
    void assembly_changed(const EventRecord& event);
    void service_failed(const EventRecord& event);
    void assembly_failed(const EventRecord& event, const std::string& before);
    bool is_rebuilt(const EventRecord& event);
    bool is_told_to_be_rebuilt(const std::string& assembly);
    void count(const EventRecord& event, bool tells);
    void deployable_failed(const std::string& assembly, std::int64_t at);
    [[nodiscard]] bool is_pause_over() const;
    [[nodiscard]] std::string another_provider(const std::string& from) const;
    [[nodiscard]] bool is_forgotten() const;

    Book& book_;
    const Plan& plan_;
    MonoTime now_;
    std::vector<Rung> told_;
    std::vector<Rung> due_;
    std::map<std::string, Rung> of_services_;  ///< by assembly, until its failure is told
};

}  // namespace cpe::sim::rules
