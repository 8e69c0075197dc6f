// The memory of one deployable: a pool that is metered, limited and freed as a whole.
//
// Thread: the loop thread only. Ownership: outlives all that was allocated from it; destroying it
// frees everything, whatever was not deallocated. Errors: ArenaFull when the limit is reached; it
// ends the deployable's step, not the process (design.md §5).
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>

namespace cpe::host {

/// The deployable's `limits.memory_per_deployable` is reached.
class ArenaFull : public std::bad_alloc {
public:
    [[nodiscard]] const char* what() const noexcept override {
        return "limits.memory_per_deployable is reached";
    }
};

/// Counts what passes through it and refuses what is over the limit.
class MeteredResource final : public std::pmr::memory_resource {
public:
    MeteredResource(std::size_t limit, std::pmr::memory_resource& upstream)
        : limit_(limit), upstream_(upstream) {}

    [[nodiscard]] std::size_t used() const { return used_; }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
    [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::size_t limit_;
    std::size_t used_ = 0;
    std::pmr::memory_resource& upstream_;
};

class Arena {
public:
    explicit Arena(std::size_t limit);

    [[nodiscard]] std::pmr::memory_resource& resource() { return pool_; }
    /// Bytes taken from the system.
    [[nodiscard]] std::size_t used() const { return metered_.used(); }

private:
    MeteredResource metered_;
    std::pmr::unsynchronized_pool_resource pool_;
};

}  // namespace cpe::host
