// Who was in the scheduler when the process died: a small memory-mapped file (design.md §6.4).
//
// A deployable's key stands in it while its tick runs in this process. The page outlives a crash of
// the process, so the next start finds the key there and counts a crash against it.
// Thread: begin() and end() on the policy thread; the rest on the loop's. Errors: open() only.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace cpe::policy_runner {

/// Deployables that crashes are counted against; a further one takes the place of the one with the
/// fewest.
constexpr std::size_t max_suspects = 32;
/// Bytes of a tenant's or deployable's name that are kept.
constexpr std::size_t max_journal_name = 255;

struct Suspect {
    DeployableKey key;
    std::uint32_t crashes = 0;  ///< of this process, or of its helper while in isolation
};

class TickJournal {
public:
    /// Makes the file where there is none. One that is not ours is refused (Errc::invalid_input).
    static Result<TickJournal> open(const std::filesystem::path& path);
    TickJournal(TickJournal&&) noexcept;
    TickJournal& operator=(TickJournal&&) noexcept;
    ~TickJournal();

    void begin(const DeployableKey& key);
    void end();

    [[nodiscard]] std::vector<Suspect> suspects() const;
    /// Counts one more; returns how many there are.
    std::uint32_t record_crash(const DeployableKey& key);
    /// It is gone, or a person has released it.
    void acquit(const DeployableKey& key);

private:
    struct Page;
    struct Unmap {
        void operator()(Page* page) const;
    };
    explicit TickJournal(std::unique_ptr<Page, Unmap> page);
    std::unique_ptr<Page, Unmap> page_;
};

}  // namespace cpe::policy_runner
