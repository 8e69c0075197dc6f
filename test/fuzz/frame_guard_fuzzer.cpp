// The frame guard alone: whatever comes, in whatever pieces, the verdict is the same, bytes pass in
// order and never more than there are, and memory stays bounded.
//
// Input: one byte of choices (SASL layer, outcome), one of piece sizes, then the peer's bytes.
#include "adapters/amqp/frame_guard.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace cpe::amqp;

struct Outcome {
    std::size_t passed = 0;
    bool refused = false;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome run(SaslLayer sasl, bool success, Bytes bytes, std::size_t piece) {
    FrameGuard guard(sasl, 2048, 16);
    Outcome outcome;
    std::string held;
    while (!bytes.empty()) {
        const std::size_t size = std::min(piece, bytes.size());
        held.append(bytes.data(), size);
        bytes = bytes.subspan(size);
        while (!held.empty()) {
            const auto verdict = guard.inspect(held);
            if (verdict.pass > held.size() || (verdict.error && verdict.pass != 0)) std::abort();
            if (verdict.error) return {outcome.passed, true};
            outcome.passed += verdict.pass;
            held.erase(0, verdict.pass);
            if (success) guard.sasl_succeeded();
            if (verdict.pass == 0 && !(success && guard.sasl_seen())) break;
        }
    }
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto sasl = static_cast<SaslLayer>(data[0] % 3);
    const bool success = (data[0] & 0x80U) != 0;
    const std::size_t piece = std::size_t{data[1]} + 1;
    const Bytes bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Outcome whole = run(sasl, success, bytes, std::max<std::size_t>(bytes.size(), 1));
    const Outcome pieces = run(sasl, success, bytes, piece);
    // A refused peer's last frame may have passed in part: engines act on whole frames only.
    if (whole.refused != pieces.refused) std::abort();
    if (!whole.refused && whole.passed != pieces.passed) std::abort();
    return 0;
}
