// The DPE: the state machine of one deployable, step(event, now) -> Ready (design.md §4-§8).
//
// Thread: its deployable's strand. Ownership: model, history and all state live in the given arena;
// the graph of the running transition and what belongs to it in a scratch arena of its own. Pure:
// no clock, socket, file, thread or random source; time and ids are passed in. Errors: step never
// fails for what a guest, provider or document does; an exception is a broken invariant, and the
// host restarts this DPE alone.
#pragma once

#include "engines/deployable/parse.hpp"

#include <cpe/deployment.hpp>
#include <cpe/log.hpp>

#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

namespace cpe::translate {
class Stylesheet;
}

namespace cpe::deployment {

/// From the configuration (design.md §12).
struct Settings {
    Millis heartbeat_interval{2'000};
    int heartbeat_missed = 3;
    Millis boot_timeout{120'000};
    Millis fence_retry{10'000};
    Millis confirm_silence{30'000};
    Millis recheck_interval{15 * 60'000};
    int transitions_per_minute = 30;
    std::string default_provider = "local";
    deployable::Limits limits;    ///< of a document, and of two versions together
    std::string transition_uuid;  ///< a random UUID, one for each run of cped
};

/// Assemblies at one provider that run, or did until they failed: what the brake counts against.
struct Population {
    std::string provider;
    std::size_t assemblies = 0;
};

class Deployment {
public:
    /// `stored.document` was parsed before: a failure to do so now is reported as an exception.
    /// The stylesheet must outlive it: a reload needs it again.
    /// Give event::Begin first.
    Deployment(Deployable model, StoredDeployable stored, const translate::Stylesheet&, Settings,
               IdSource&, LogSink, std::pmr::memory_resource& arena);
    Deployment(const Deployment&) = delete;
    Deployment& operator=(const Deployment&) = delete;
    ~Deployment();

    [[nodiscard]] Ready step(Event, const Now&);
    /// Grows when the running transition is aborted: effects of an older one are dropped.
    [[nodiscard]] Generation generation() const;
    /// What is now, with heartbeats and last checks as of now; costs no write. `memory` is the
    /// host's.
    [[nodiscard]] DeployableStatus status() const;
    [[nodiscard]] std::vector<Population> census() const;
    /// The CIB that a first tick would see: for admission.
    [[nodiscard]] Result<std::string> admission_cib() const;
    /// The CIB that the first tick after a reload would see, with what leaves and what runs in it:
    /// for admission. `fresh` lives in `memory`, which is needed during the call only. Errors: why
    /// the reload would be refused.
    [[nodiscard]] Result<std::string> reload_cib(Deployable fresh,
                                                 std::pmr::memory_resource& memory) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace cpe::deployment
