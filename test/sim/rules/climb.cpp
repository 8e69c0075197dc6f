#include "test/sim/rules/climb.hpp"

#include <algorithm>
#include <utility>

namespace cpe::sim::rules {
namespace {

/// A batch is written some time after its step.
constexpr Millis longest_way{6'000};

/// That its instance does not exist any more is found out by its provider, and counts nothing.
bool is_about_absence(const EventRecord& event) {
    return event.state == "rebuild" && event.reason.starts_with("its instance does not exist");
}

/// What was dealt with already waits for somebody, or somebody works or worked there, or its
/// provider would not start it.
bool is_no_failure(const std::string& reason) {
    const bool refused = reason.starts_with("it does not start: ") &&
                         !reason.starts_with("it does not start: its instance is ");
    return refused || reason.starts_with("its provider cannot fence it") ||
           reason.starts_with("its next start waits") ||
           reason.ends_with("asked for maintenance off") ||
           reason.find("; nothing is done: ") != std::string::npos;
}

/// The guest has begun another life by itself: that is no restart of ours to be told of.
bool is_by_itself(const std::string& reason) {
    return reason.starts_with("its guest booted anew by itself") ||
           reason.starts_with("another instance than before");
}

}  // namespace

Climb::Climb(Book& book, const Plan& plan, const PersistBatch& batch, MonoTime now)
    : book_(book), plan_(plan), now_(now) {
    for (const auto& event : batch.events)
        if (event.kind == "escalation" && !is_about_absence(event))
            told_.push_back(Rung::told(event));
    for (const auto& row : batch.actions) stop_ended(row);
    for (const auto& event : batch.events) read(event);
    for (auto& [assembly, rung] : of_services_) due_.push_back(std::move(rung));
}

// Services ----------------------------------------------------------------------------------------

void Climb::stop_ended(const ActionRecord& row) {
    const bool failed = row.status == ActionStatus::failed || row.status == ActionStatus::timed_out;
    if (row.operation != "stop" || !failed || is_left_alone(row.assembly)) return;
    of_services_[row.assembly] = {"assembly", row.assembly, row.service, 0, 0, 0, {}, {}};
}

bool Climb::is_left_alone(const std::string& assembly) const {
    return book_.wanted && !book_.begun && (book_.whole || book_.maintained.contains(assembly));
}

void Climb::service_failed(const EventRecord& event) {
    const std::string& reason = event.reason;
    if (reason.starts_with("stop ")) return;  // its row says so
    if (!book_.wanted || book_.begun || book_.is_restrained(event.assembly)) return;
    if (reason.ends_with("was called off")) return;  // as it was before
    // That a place is no place for it is not for its assembly to mend.
    if (reason.ends_with("it is not tried here again")) return;
    const auto* service = plan_.named(event.assembly, event.service);
    if (!service) return;
    const auto verdict = book_.services[service->resource].add(service->escalation, event.at.ms);
    if (verdict.escalates)
        of_services_[event.assembly] =
            Rung::counted("assembly", event.assembly, event.service, verdict, event.at.ms);
}

// Assemblies --------------------------------------------------------------------------------------

void Climb::read(const EventRecord& event) {
    book_.read(plan_, event, now_);
    if (event.kind == "service_state_change" && event.state == "failed") service_failed(event);
    if (event.kind == "assembly_state_change") assembly_changed(event);
}

void Climb::assembly_changed(const EventRecord& event) {
    const std::string before = std::exchange(book_.states[event.assembly], event.state);
    if (event.state == "running") {
        book_.boots.erase(event.assembly);
        book_.unsure.erase(event.assembly);
    }
    if (event.state == "failed") assembly_failed(event, before);
    if (event.state == "booting" && event.reason.starts_with("its old instance is gone"))
        count(event, false);
}

void Climb::assembly_failed(const EventRecord& event, const std::string& before) {
    if (const auto of = of_services_.find(event.assembly); of != of_services_.end()) {
        due_.push_back(of->second);
        of_services_.erase(of);
        return count(event, false);
    }
    if (is_no_failure(event.reason)) return;
    if (is_by_itself(event.reason)) return count(event, false);
    count(event, before != "booting" || !is_rebuilt(event));
}

/// The second boot in a row that came to nothing, where the disk may be lost.
bool Climb::is_rebuilt(const EventRecord& event) {
    if (!book_.wanted || book_.begun) return false;
    const auto* a = plan_.assembly(event.assembly);
    // What leaves is not in the document.
    if (!a || book_.unsure.contains(event.assembly)) return is_told_to_be_rebuilt(event.assembly);
    const int boots = ++book_.boots[event.assembly];
    if (!a->rebuild || boots < 2) return false;
    book_.boots.erase(event.assembly);  // what is made anew begins anew
    due_.push_back(
        {"rebuild", event.assembly, "", static_cast<std::size_t>(boots), 0, event.at.ms, {}, {}});
    return true;
}

bool Climb::is_told_to_be_rebuilt(const std::string& assembly) {
    const auto told = std::find_if(told_.begin(), told_.end(), [&](const Rung& rung) {
        return rung.rung == "rebuild" && rung.assembly == assembly;
    });
    if (told == told_.end()) return false;
    due_.push_back(*told);
    book_.boots.erase(assembly);
    book_.unsure.erase(assembly);
    return true;
}

/// `tells`: no other event has told of it.
void Climb::count(const EventRecord& event, bool tells) {
    const std::string& name = event.assembly;
    const auto* a = plan_.assembly(name);
    if (!a || !book_.wanted || book_.planned || book_.begun || book_.is_restrained(name)) return;
    const auto verdict = book_.assemblies[name].add(a->escalation, event.at.ms);
    if (tells) due_.push_back(Rung::counted("assembly", name, "", verdict, event.at.ms));
    if (!verdict.escalates) return;
    due_.push_back(Rung::counted("deployable", name, "", verdict, event.at.ms));
    deployable_failed(name, event.at.ms);
}

// The deployable ----------------------------------------------------------------------------------

void Climb::deployable_failed(const std::string& assembly, std::int64_t at) {
    if (book_.given_up && !is_pause_over())
        return due_.push_back({"give_up", assembly, "", 0, 0, 0, {}, {}});
    const auto verdict = book_.itself.add(plan_.escalation, at);
    if (!verdict.escalates) return void(book_.planned = true);
    const std::string from = book_.provider.empty() ? provider_names().front() : book_.provider;
    const std::string to = another_provider(from);
    book_.given_up = to.empty();
    book_.planned = !to.empty();
    const bool leaves = !to.empty();
    due_.push_back(
        Rung::counted(leaves ? "relocate" : "give_up", leaves ? "" : assembly, "", verdict, at));
    if (!leaves) return;
    due_.back().from = from;
    due_.back().to = to;
}

/// Where nobody can tell to the moment, what was told counts.
bool Climb::is_pause_over() const {
    if (book_.pause && now_ < *book_.pause - longest_way) return false;
    return std::none_of(told_.begin(), told_.end(), [](const Rung& rung) {
        return rung.rung == "give_up" && rung.failures == 0;
    });
}

std::string Climb::another_provider(const std::string& from) const {
    const bool any = std::any_of(plan_.assemblies.begin(), plan_.assemblies.end(),
                                 [](const auto& a) { return a.provider.empty(); });
    if (!plan_.relocates || !any) return {};
    for (const auto& name : provider_names())
        if (name != from && (!book_.tried.contains(name) || is_forgotten())) return name;
    return {};
}

/// All has run well for so long that what was tried may be tried again.
bool Climb::is_forgotten() const {
    const Millis period = plan_.escalation.failures ? plan_.escalation.period : Millis{0};
    if (!book_.well || now_ - *book_.well < period - longest_way) return false;
    if (now_ - *book_.well > period + longest_way) return true;
    return std::any_of(told_.begin(), told_.end(),
                       [](const Rung& rung) { return rung.rung == "relocate"; });
}

}  // namespace cpe::sim::rules
