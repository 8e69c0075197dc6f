#include "test/engines/deployment/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> counted{0};
}

namespace cpe::test {

std::size_t allocations() {
    return counted.load();
}

}  // namespace cpe::test

// A sanitizer brings its own operators, and must keep them: there nothing is counted, and what the
// count proves is proven by the other builds.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

void* operator new(std::size_t size) {
    ++counted;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}

// The sanitizers bring their own of this one, which would not match the delete below.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++counted;
    return std::malloc(size);
}

void operator delete(void* memory) noexcept {
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

#endif
