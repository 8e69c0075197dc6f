// The agent protocol, both ways: whatever an AMQP message holds, decoding refuses it or what it
// says can be said again and means the same; and cped's line and the agent's core survive it.
#include "adapters/agent/codec.hpp"
#include "adapters/agent/guest_line.hpp"
#include "src/cpe-agent/core.hpp"

#include <cstdlib>
#include <vector>

namespace {

using namespace cpe;

void try_from_guest(const amqp::Message& message) {
    auto words = agent::decode_from_guest(message);
    if (!words) return;
    if (!agent::decode_from_guest(agent::encode(*words))) std::abort();
    agent::GuestLine line(Millis{1'000}, {});
    line.connected(MonoTime{});
    agent::Hello hello;
    hello.guest = {"boot", "agent", "host", {}, {}};
    if (!line.receive(hello, MonoTime{})) std::abort();
    static_cast<void>(line.receive(std::move(*words), MonoTime{}));
    line.disconnected("over", MonoTime{});
    static_cast<void>(line.take());
}

void try_to_guest(const amqp::Message& message) {
    auto words = agent::decode_to_guest(message);
    if (!words) return;
    if (!agent::decode_to_guest(agent::encode(*words))) std::abort();
    guest::Core core({"boot", "agent", "host"}, {});
    core.connected(MonoTime{});
    core.receive(agent::Welcome{}, MonoTime{});
    core.receive(std::move(*words), MonoTime{});
    core.advance(MonoTime{Millis{1'000}});
    for (const auto& spawn : core.take().spawns) core.exited(spawn.run, {}, MonoTime{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto message = amqp::decode({data, data + size});
    if (!message) return 0;
    try_from_guest(*message);
    try_to_guest(*message);
    return 0;
}
