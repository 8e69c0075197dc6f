// Random numbers in [0, 1) for pauses, nonces and ids; seeded by the kernel.
//
// Thread: each source is one thread's.
#pragma once

#include <functional>
#include <memory>
#include <random>

namespace cpe::cped {

inline std::function<double()> random_fractions() {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return [engine = std::make_shared<std::mt19937_64>(seed)] {
        return std::uniform_real_distribution<>(0.0, 1.0)(*engine);
    };
}

}  // namespace cpe::cped
