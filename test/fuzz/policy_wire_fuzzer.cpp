// Any bytes as what a policy helper says, or is asked: what decodes encodes to the same.
#include "src/policy/wire.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace cpe::policy_runner;

namespace {

template <class Value>
void check(const cpe::Result<Value>& value, std::string_view body) {
    if (!value) return;
    const auto frame = encode(*value);
    const auto head = decode_head(std::string_view(frame).substr(0, frame_head_bytes));
    if (!head || head->length != frame.size() - frame_head_bytes) std::abort();
    // A map may come with its keys in another order, or twice: never more than there was.
    if (head->length > body.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    check(decode_request(body), body);
    check(decode_simulate(body), body);
    check(decode_log(body), body);
    check(decode_graph(body), body);
    check(decode_simulated(body), body);
    static_cast<void>(decode_error(body));
    if (size >= frame_head_bytes) static_cast<void>(decode_head(body.substr(0, frame_head_bytes)));
    return 0;
}
