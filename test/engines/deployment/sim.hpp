// A small world around one real DPE, the real scheduler and the real translation: fake guests, a
// fake provider and a fake store, in virtual time. Everything that happens is in `log`; everything
// that must never happen is in `broken`.
#pragma once

#include "engines/deployment/deployment.hpp"
#include "test/engines/deployment/fake_guest.hpp"
#include "test/engines/deployment/fake_store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cpe::test {

/// Counts what is allocated from it and not given back.
class MeteredArena : public std::pmr::memory_resource {
public:
    std::size_t used = 0;

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        used += bytes;
        return pool_.allocate(bytes, alignment);
    }
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override {
        used -= bytes;
        pool_.deallocate(memory, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::pmr::unsynchronized_pool_resource pool_;
};

class Sim : private IdSource {
public:
    explicit Sim(std::string document, deployment::Settings settings = default_settings());
    ~Sim() override;
    Sim(const Sim&) = delete;
    Sim& operator=(const Sim&) = delete;

    static deployment::Settings default_settings();

    // The operator, and cped itself.
    void begin();
    void wish(event::Operator::Wish wish, const std::string& target = {});
    void brake(bool on);
    void start() { wish(event::Operator::Wish::start); }
    void stop() { wish(event::Operator::Wish::stop); }
    void remove() { wish(event::Operator::Wish::remove); }
    Result<> reload(const std::string& document);
    void restart_cped(const std::string& document = {});

    // Time.
    void run(Millis time);
    bool run_until(const std::function<bool()>& holds, Millis limit);
    bool run_until(DeployableState state, Millis limit = Millis{120'000});
    /// Nothing but heartbeats and timers is under way any more.
    [[nodiscard]] Now now() const;

    // Faults.
    FakeGuest& guest(const std::string& name) { return guests_.at(name); }
    [[nodiscard]] bool has_guest(const std::string& name) const { return guests_.contains(name); }
    void kill_service(const std::string& resource);
    /// Every monitor of it from now on; 0: what is true.
    void monitor_says(const std::string& resource, int rc);
    void heal_service(const std::string& resource);
    void kill_guest(const std::string& name, bool told = false);
    void reboot_guest(const std::string& name);
    /// Its provider has no instance of it any more.
    void lose_instance(const std::string& name);
    void restart_agent(const std::string& name);
    void freeze(const std::string& name, bool frozen);
    /// It does not let cped in, which tries again and again.
    void refuse(const std::string& name, bool refuses);
    void lose_next_result() { ++lose_results; }

    /// cped does nothing for so long; what comes meanwhile waits.
    void stand_still(Millis time);

    void try_to_log_in(FakeGuest& guest);
    Ready step(Event event);  ///< and carries it out
    [[nodiscard]] Result<std::string> admission_cib() const { return dpe_->admission_cib(); }
    /// What a reload of that document would be tried with.
    [[nodiscard]] Result<std::string> reload_cib(const std::string& document) const;
    /// What the last tick was given.
    [[nodiscard]] const std::string& last_cib() const { return last_cib_; }
    /// Assemblies that run, or did until they failed.
    [[nodiscard]] std::size_t census() const;
    [[nodiscard]] DeployableStatus status() const { return dpe_->status(); }
    [[nodiscard]] ServiceState service(const std::string& resource) const;
    [[nodiscard]] AssemblyState assembly(const std::string& name) const;
    /// An assembly's name, or a resource.
    [[nodiscard]] bool is_there(const std::string& name) const;
    [[nodiscard]] const std::string& document() const { return document_; }
    /// Bytes that the DPE has in its arena.
    [[nodiscard]] std::size_t arena_bytes() const { return arena_->used; }
    [[nodiscard]] std::string home_of(const std::string& resource) const;

    /// "rsc_one_probe monitor_0 rc 7", in order of beginning, since `mark`.
    [[nodiscard]] std::vector<std::string> operations() const;
    [[nodiscard]] std::size_t count(const std::string& text) const;  ///< lines with it
    void forget() { log.clear(); }

    std::vector<std::string> log;
    std::vector<std::string> broken;
    FakeStore store;
    std::map<std::string, int> fail_stops;   ///< assembly -> stop commands that shall fail
    std::map<std::string, int> fail_starts;  ///< assembly -> start commands that shall fail
    std::map<std::string, int> fail_destroys;
    std::set<std::string> unfenceable;  ///< assemblies whose provider cannot stop or destroy
    /// Assemblies whose host cannot be reached: their record goes, and what runs there stays.
    std::set<std::string> unreachable_hosts;
    /// Of a machine that is off it is told that somebody has stopped it, unless cped knows better.
    bool asks_who_stopped_it = false;
    bool keeps_idle = false;  ///< its machines stay on when they are not wanted any more
    int fail_ticks = 0;
    bool braked = false;               ///< recovery must begin nothing, while it is wanted
    std::set<std::string> maintained;  ///< ... nothing there; "" = nowhere
    int lose_results = 0;
    Millis operation_takes{20};
    Millis boot_takes{1500};
    Millis start_takes{500};
    Millis stop_takes{100};
    Millis tick_takes{5};
    std::size_t steps = 0, ticks = 0, effects = 0;
    bool retired = false;
    std::function<void(const std::string& where)> on_start;  ///< hook of invariants

private:
    struct Job {
        std::uint64_t life;  ///< of cped; 0: survives its restarts
        std::function<void()> work;
    };
    TransitionId next_transition() override { return {++last_transition_}; }
    OperationId next_operation() override { return {++last_operation_}; }

    void make_dpe(StoredDeployable stored);
    void at(Millis after, std::function<void()> work, bool survives = false);
    void carry_out(const Ready& ready);
    void check(const Ready& ready);
    void check_restraint(const Effect& effect);
    void check_order(const effect::RunOperation& run);
    void do_effect(const effect::RunOperation& run);
    void do_effect(const effect::CancelMonitor& cancel);
    void do_effect(const effect::OpenChannel& open);
    void do_effect(const effect::CloseChannel& close);
    void do_effect(const effect::InstanceCommand& command);
    void do_effect(const effect::RequestTick& tick);
    void do_effect(const effect::Reply& reply);
    void do_effect(const effect::Retire& retire);
    void go_to(FakeGuest& guest, const effect::InstanceCommand& command);
    void give_back(FakeGuest& guest, const effect::InstanceCommand& command);
    static Result<InstanceReport> record_gone(const FakeGuest& guest);
    Result<InstanceReport> stopped_by_hand(const FakeGuest& guest) const;
    Result<InstanceReport> obey(const effect::InstanceCommand& command);
    InstanceReport report(const FakeGuest& guest) const;
    void boot(FakeGuest& guest);
    void agent_up(FakeGuest& guest);
    void heartbeat(const std::string& name, unsigned life);
    struct Lives {
        unsigned boot;
        unsigned agent;
    };
    void deliver(const std::string& name, const OperationRequest& request, Lives lives,
                 MonoTime until);
    void operation_ended(FakeGuest& guest, const OperationRequest& request, bool hangs);
    void watch(const std::string& name, const std::string& resource);
    void violated(const std::string& rule);
    void learn_names(const Deployable& model);
    void say(const std::string& line);

    std::string document_;
    deployment::Settings settings_;
    std::pmr::monotonic_buffer_resource ground_;
    std::unique_ptr<MeteredArena> arena_;
    std::unique_ptr<deployment::Deployment> dpe_;
    std::map<std::string, FakeGuest> guests_;
    std::multimap<MonoTime, Job> queue_;
    std::optional<MonoTime> wake_;
    MonoTime mono_{Millis{1000}};
    std::uint64_t life_ = 1;
    std::uint64_t last_transition_ = 0, last_operation_ = 0, last_token_ = 0;
    unsigned last_address_ = 10;
    std::set<std::string> unproven_;  ///< assemblies whose stop is not confirmed yet
    std::set<std::string> joined_;    ///< heard of in this life of cped
    std::map<std::string, std::string> homes_;
    std::vector<std::pair<std::string, std::string>> orders_;  ///< (first, then)
    Result<> last_reply_;
    std::string last_cib_;
    bool tampered_ = false;  ///< its document was changed while cped was away
};

/// The shared stylesheet and scheduler: one in a process.
const translate::Stylesheet& stylesheet();

}  // namespace cpe::test
