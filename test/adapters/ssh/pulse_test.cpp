#include "adapters/ssh/pulse.hpp"
#include "adapters/ssh/handshake_gate.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace cpe;
using namespace cpe::ssh;

namespace {

/// Looks as often as it is asked to; counts what is wanted.
struct Patient {
    PulseSettings settings;
    MonoTime now{Millis{1'000'000}};
    Pulse pulse{settings, now};
    int probes = 0;
    int commands = 0;
    int beats = 0;
    bool answers = true;  ///< of its sshd
    bool obeys = true;    ///< commands
    bool dead = false;

    void live(Millis time) {
        const auto end = now + time;
        while (now < end && !dead) {
            now = std::max(now, pulse.next_look());
            look();
        }
    }
    void look() {
        const auto wants = pulse.look(now);
        probes += wants.probe ? 1 : 0;
        commands += wants.command ? 1 : 0;
        beats += wants.heartbeat ? 1 : 0;
        dead = wants.dead;
        if (wants.command && obeys) pulse.command_answered(now + Millis{1});
        if ((wants.probe || wants.command) && answers) {
            now += Millis{1};
            pulse.heard(now);
            beats += pulse.look(now).heartbeat ? 1 : 0;
        }
    }
};

}  // namespace

TEST_CASE("a guest at rest is asked, and its heart beats", "[ssh]") {
    Patient p;
    p.live(Millis{60'000});
    CHECK_FALSE(p.dead);
    CHECK(p.beats >= 22);
    CHECK(p.beats <= 31);
    CHECK(p.commands >= 5);
    CHECK(p.commands <= 6);
}

TEST_CASE("a silent guest is given up in time, and does not beat until then", "[ssh]") {
    Patient p;
    p.live(Millis{10'000});
    p.answers = false;
    const auto beats = p.beats;
    const auto silent = p.now;
    p.live(Millis{60'000});
    CHECK(p.dead);
    CHECK(p.now - silent >= Millis{4'000});
    CHECK(p.now - silent <= Millis{6'600});
    CHECK(p.beats <= beats + 1);
    CHECK(p.probes >= 1);
}

TEST_CASE("a heartbeat is never told of an old sign of life", "[ssh]") {
    // Whatever the moment at which it falls silent, between two beats.
    for (Millis at{0}; at < Millis{4'000}; at += Millis{50}) {
        Patient p;
        p.live(Millis{10'000} + at);
        const auto last_sign = p.now;
        p.pulse.heard(last_sign);  // the answer to a monitor, for one
        p.answers = false;
        auto last_beat = last_sign;
        for (auto beats = p.beats; !p.dead; beats = p.beats) {
            p.live(Millis{1});
            if (p.beats > beats) last_beat = p.now;
        }
        CAPTURE(at.count());
        CHECK(last_beat - last_sign <= Millis{500});
    }
}

TEST_CASE("a guest that answers, but runs nothing, beats no more", "[ssh]") {
    Patient p;
    p.live(Millis{10'000});
    p.obeys = false;
    p.live(Millis{21'000});
    CHECK_FALSE(p.dead);
    CHECK(p.pulse.is_ill(p.now));
    const auto beats = p.beats;
    p.live(Millis{10'000});
    CHECK(p.beats == beats);
    p.pulse.command_answered(p.now);
    p.obeys = true;
    p.live(Millis{10'000});
    CHECK(p.beats > beats);
}

TEST_CASE("that we stood still is no silence of the guest", "[ssh]") {
    Patient p;
    p.live(Millis{10'000});
    p.now += Millis{60'000};
    p.look();
    CHECK_FALSE(p.dead);
    p.live(Millis{10'000});
    CHECK_FALSE(p.dead);
}

TEST_CASE("few shake hands at one host, and some in all", "[ssh]") {
    HandshakeGate gate({3, 2});
    for (HandshakeGate::Ticket ticket = 1; ticket <= 4; ++ticket) gate.ask(ticket, "a");
    gate.ask(5, "b");
    gate.ask(6, "c");
    CHECK(gate.admit() == std::vector<HandshakeGate::Ticket>{1, 2, 5});
    CHECK(gate.admit().empty());
    gate.leave(5);
    CHECK(gate.admit() == std::vector<HandshakeGate::Ticket>{6});
    gate.leave(3);  // it waits no more
    gate.leave(1);
    CHECK(gate.admit() == std::vector<HandshakeGate::Ticket>{4});
    for (const HandshakeGate::Ticket ticket : {2, 4, 6, 6, 77}) gate.leave(ticket);
    CHECK(gate.inside() == 0);
}

TEST_CASE("pauses between tries grow, and differ", "[ssh]") {
    CHECK(retry_pause(1, Millis{2'000}, 0.0) == Millis{250});
    CHECK(retry_pause(2, Millis{2'000}, 0.0) == Millis{500});
    CHECK(retry_pause(4, Millis{2'000}, 0.0) == Millis{2'000});
    CHECK(retry_pause(4'000'000, Millis{2'000}, 0.0) == Millis{2'000});
    CHECK(retry_pause(4, Millis{2'000}, 0.5) == Millis{1'500});
    CHECK(retry_pause(0, Millis{2'000}, 1.0) == Millis{125});
}
