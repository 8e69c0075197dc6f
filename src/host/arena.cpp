#include "src/host/arena.hpp"

namespace cpe::host {

namespace {

// Small chunks: most deployables are small, and there are many of them.
constexpr std::size_t max_blocks_per_chunk = 64;
constexpr std::size_t largest_pooled_block = 1024;

}  // namespace

void* MeteredResource::do_allocate(std::size_t bytes, std::size_t alignment) {
    if (bytes > limit_ - used_) throw ArenaFull();
    void* memory = upstream_.allocate(bytes, alignment);
    used_ += bytes;
    return memory;
}

void MeteredResource::do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) {
    upstream_.deallocate(memory, bytes, alignment);
    used_ -= bytes;
}

Arena::Arena(std::size_t limit)
    : metered_(limit, *std::pmr::new_delete_resource()),
      pool_({max_blocks_per_chunk, largest_pooled_block}, &metered_) {}

}  // namespace cpe::host
