// The one source of chance: splitmix64, so that a seed means the same on every machine.
#pragma once

#include <cpe/time.hpp>

#include <cstdint>
#include <vector>

namespace cpe::sim {

class Random {
public:
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0)
        : state_(mixed(seed) ^ mixed(~stream)) {}

    std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15ULL); }
    /// 0 ... limit - 1
    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }
    /// from ... to, both possible
    int between(int from, int to) {
        return from + static_cast<int>(below(static_cast<std::size_t>(to - from) + 1));
    }
    Millis between(Millis from, Millis to) {
        return from + Millis{static_cast<Millis::rep>(
                          below(static_cast<std::size_t>((to - from).count()) + 1))};
    }
    bool chance(int percent) { return between(1, 100) <= percent; }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }

private:
    static std::uint64_t mixed(std::uint64_t z) {
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31U);
    }

    std::uint64_t state_;
};

}  // namespace cpe::sim
