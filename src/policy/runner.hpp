// PolicyRunner over the policy thread and helper processes (design.md §5).
//
// A deployable's ticks run on the policy thread until one fails inside the scheduler, crashes or
// overruns its budget; from then on they run in helpers. Should a tick not return at all, its
// thread is abandoned and all ticks run in helpers.
//
// Thread: construction and calls on the loop thread, to which `loop` belongs; callbacks there too,
// never from within a call. The destructor waits for a running tick for up to tick_limit.
#pragma once

#include "src/policy/faults.hpp"
#include "src/policy/helper_process.hpp"
#include "src/policy/policy_thread.hpp"
#include "src/policy/tick_journal.hpp"

#include <cpe/log.hpp>
#include <cpe/policy.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace cpe::policy_runner {

enum class Isolation {
    in_process,  ///< on the policy thread, while a deployable behaves
    helper,      ///< all ticks in helpers
};

struct Settings {
    Isolation isolation = Isolation::in_process;
    Millis tick_budget{500};    ///< over it: in helpers from then on
    Millis tick_limit{10'000};  ///< over it: abandoned, or its helper killed
    Millis admission_time{5'000};
    std::uint64_t helper_memory_bytes = 512U << 20U;
    std::size_t helpers = 2;     ///< at once
    Millis helper_idle{30'000};  ///< a helper without work is ended after that
    std::filesystem::path helper_program;
    std::vector<std::string> helper_arguments;  ///< further ones, for tests
    std::shared_ptr<FaultBox> faults;  ///< null but where the configuration allows to inject faults
};

/// What the registry wants to tell and remember.
struct Hooks {
    /// Its ticks run in helpers from now on, and why.
    std::function<void(const DeployableKey&, const std::string& reason)> on_isolated;
    /// A tick of it killed its helper, or (told after construction) this program's last life.
    /// `crashes` are counted in the journal; admission does not count. From 2 on: quarantine.
    std::function<void(const DeployableKey&, std::uint32_t crashes, const std::string& reason)>
        on_crash;
    /// All ticks run in helpers until the next start of this program, and why. The lost thread
    /// still runs: leave main by std::quick_exit or _Exit, since static destructors are not safe
    /// beside it.
    std::function<void(const std::string& reason)> on_thread_abandoned;
};

struct Figures {
    std::size_t waiting = 0;
    std::uint64_t in_process = 0;  ///< ticks answered, ever
    std::uint64_t in_helpers = 0;
    std::uint64_t refused = 0;  ///< a queue was full
    std::size_t isolated = 0;   ///< deployables
    std::size_t helpers = 0;    ///< processes that live now
};

class Runner final : public PolicyRunner {
public:
    /// `journal` may be null (tests). `factory` is scheduler_engine(sink) but in tests; it is not
    /// called with Isolation::helper.
    Runner(boost::asio::any_io_executor loop, Settings settings, LogSink sink, Hooks hooks,
           std::shared_ptr<TickJournal> journal, const EngineFactory& factory);
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;
    ~Runner() override;

    void tick(TickRequest request, Done done) override;
    void admit(TickRequest request, Done done) override;
    void forget(const DeployableKey& key) override;
    /// A person trusts it again: its crashes are forgotten. Its ticks stay in helpers until the
    /// next start of this program: should they crash again, they do so alone.
    void release(const DeployableKey& key);
    [[nodiscard]] Figures figures() const;
    [[nodiscard]] bool isolated(const DeployableKey& key) const;

private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace cpe::policy_runner
