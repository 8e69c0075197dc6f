// Points in time as Pacemaker keeps them (with their time zone, which date rules look at).
//
// Thread: the scheduler's; after a Library was made. Errors: Errc::invalid_input.
#pragma once

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <libxml/tree.h>

#include <cstddef>
#include <memory>
#include <string>

struct crm_time_s;

namespace cpe::policy {

struct FreeTime {
    void operator()(crm_time_s* time) const;
};
using Time = std::unique_ptr<crm_time_s, FreeTime>;

/// Characters of a time that a person writes.
constexpr std::size_t max_time_chars = 64;
/// Pacemaker counts through years one by one, and the C library has none beyond some point.
constexpr std::int64_t max_epoch_seconds = 253'402'300'799;  // 9999-12-31T23:59:59Z

/// In the time zone of this process.
Time time_at(WallTime);
WallTime wall_time(const crm_time_s&);

/// Nothing but digits are seconds since the epoch; all else is read by Pacemaker's own parser.
Result<Time> read_time(const std::string& text);
/// The attribute `execution-date` of a CIB; no time when there is none.
Result<Time> execution_date(const xmlNode& cib);

}  // namespace cpe::policy
