// <home>/<slug>/instance.json: what a restarted cped must know of a sandbox that runs.
//
// Written once at each boot (by rename, so whole or not at all), after cped has said "keep": what
// has a record was meant to live. A record proves nothing by itself: `is_alive` compares it with
// the living process.
//
// Thread: any. Files: small reads and one small write, of kernel and state directory.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/result.hpp>

#include <sys/types.h>
#include <cstdint>
#include <filesystem>
#include <string>

namespace cpe::local {

struct Record {
    AssemblyKey key;
    pid_t pid = 0;                    ///< of the sandbox's init, as the host sees it
    std::uint64_t start_ticks = 0;    ///< /proc/PID/stat field 22: pids are used again
    std::uint64_t pid_namespace = 0;  ///< inode of /proc/PID/ns/pid
    std::string host_boot;            ///< the machine's boot id: ticks start anew at its boot
    std::string boot_id;              ///< the sandbox's
    std::uint32_t address = 0;
    friend bool operator==(const Record&, const Record&) = default;
};

constexpr std::size_t max_record_bytes = 16 * 1024;

[[nodiscard]] std::string record_text(const Record& record);
[[nodiscard]] Result<Record> parse_record(const std::string& text);

/// Errc::not_found where there is none.
[[nodiscard]] Result<Record> read_record(const std::filesystem::path& slug_dir);
[[nodiscard]] Result<> write_record(const std::filesystem::path& slug_dir, const Record& record);

/// Fills in what the kernel says of `pid`: start time, namespace, the machine's boot id.
[[nodiscard]] Result<> identify(pid_t pid, Record& record);
/// Whether the process of this record lives: the same process, not one that got its pid.
[[nodiscard]] bool is_alive(const Record& record);

}  // namespace cpe::local
