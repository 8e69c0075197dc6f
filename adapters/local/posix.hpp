// The few system calls that both sides need, as values and owners.
//
// Thread: any.
#pragma once

#include "adapters/base/fd.hpp"

#include <cpe/result.hpp>

#include <sys/types.h>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace cpe::local {

using base::Fd;

/// "cannot WHAT: <errno's text>"; errno is read first.
[[nodiscard]] Error os_error(std::string what, std::string where = "", std::string hint = "");

/// A whole small file of kernel or state directory; nothing when it cannot be read or is greater.
[[nodiscard]] std::optional<std::string> read_small(const std::filesystem::path& file,
                                                    std::size_t limit = 64 * 1024);
/// Replaces a file as a whole: a reader sees the old or the new text.
[[nodiscard]] Result<> write_small(const std::filesystem::path& file, const std::string& text);
/// To an open descriptor, all of it.
[[nodiscard]] bool write_all(int fd, const char* data, std::size_t size);

/// Readable once the process, and every process of a pid namespace that it is the init of, is dead.
[[nodiscard]] Fd open_pidfd(pid_t pid);
/// Whether it is readable in that sense; asks at once.
[[nodiscard]] bool has_ended(int pidfd);
bool send_signal(int pidfd, int signal);
/// Why it ended ("was killed by signal 9"), and takes it off the process table. Empty where it is
/// not our child: nobody else is told. Call it only once the pidfd is readable.
[[nodiscard]] std::string reap(const Fd& pidfd);

/// Holds a lock, but is not in the table of processes any more (or not of our pid namespace).
constexpr pid_t unnamed_holder = -1;

/// The process that holds the flock of this file, 0 for none, or unnamed_holder; this is how a
/// living sandbox is known even when nothing else tells of it. Takes and drops the lock for a
/// moment.
[[nodiscard]] Result<pid_t> lock_holder(const std::filesystem::path& file);

}  // namespace cpe::local
