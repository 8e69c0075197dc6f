// Writes the rows of the event log: events, actions, transitions.
//
// Thread: the store thread, within its transaction. Errors: see sqlite.hpp; Errc::internal where an
// id is used by another deployable already (ids come from one IdSource).
#pragma once

#include "src/store/sqlite.hpp"

#include <cpe/records.hpp>

#include <span>
#include <string>
#include <vector>

namespace cpe::store {

class LogRows {
public:
    /// `scheduler`: what stands in transitions.library beside an input.
    static Result<LogRows> open(Database&, std::string scheduler);

    Result<EventId> add(const DeployableKey&, const EventRecord&);
    Result<> put(const DeployableKey&, const ActionRecord&);
    /// `input`: the CIB, compressed; empty: kept as it was.
    Result<> put(const DeployableKey&, const TransitionRecord&, Blob input);
    /// Nothing of a deployable is under way any more: what was becomes lost and aborted, so that
    /// one created anew under its name does not inherit it.
    Result<> close_all(const DeployableKey&, std::optional<WallTime> at);

private:
    LogRows() = default;
    Result<> one_row(Result<> done, const char* what, std::uint64_t id);

    Database* db_ = nullptr;
    std::string scheduler_;
    Statement event_, action_, transition_, lose_actions_, abort_transitions_;
};

}  // namespace cpe::store
