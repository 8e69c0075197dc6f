// What one step wants: rows to persist, then effects to carry out. Collected here, taken at its
// end.
//
// Thread: its deployable's strand.
#pragma once

#include <cpe/deployment.hpp>

#include <string>
#include <utility>

namespace cpe::deployment {

class Journal {
public:
    void begin(WallTime now) { now_ = now; }

    struct About {
        std::string assembly;
        std::string service;
    };
    /// One row of `events`.
    void tell(std::string kind, About about, std::string state, std::string reason,
              std::string detail = {}) {
        ready_.persist.events.push_back({now_, std::move(about.assembly), std::move(about.service),
                                         std::move(kind), std::move(state), std::move(reason),
                                         transition_, std::move(detail)});
    }
    void act(Effect effect) { ready_.effects.push_back(std::move(effect)); }
    void suspect(Suspect suspect) { ready_.suspects.push_back(std::move(suspect)); }
    /// Events are told as belonging to it from here on (0 = to none).
    void within(TransitionId transition) { transition_ = transition; }

    PersistBatch& batch() { return ready_.persist; }
    Ready take() { return std::exchange(ready_, {}); }

private:
    Ready ready_;
    WallTime now_;
    TransitionId transition_;
};

}  // namespace cpe::deployment
