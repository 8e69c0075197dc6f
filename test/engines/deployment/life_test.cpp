// The life of an instance: no way leads from a fence to a start but through its confirmation.
#include "engines/deployment/life.hpp"

#include <catch2/catch.hpp>

#include <random>

using cpe::deployment::Life;
using State = Life::State;
using Input = Life::Input;
using Command = Life::Command;
using Goal = Life::Goal;

TEST_CASE("an assembly boots, joins, fails, is fenced and boots again") {
    Life life;
    CHECK(life.resume(Input::wish) == Command::none);
    life.aim(Goal::up);
    CHECK(life.resume(Input::wish) == Command::start);
    CHECK(life.resume(Input::heard) == Command::none);
    CHECK(life.state() == State::starting);  // the provider has not answered yet
    life.resume(Input::started);
    life.resume(Input::heard);
    CHECK(life.state() == State::member);
    CHECK(life.resume(Input::failed) == Command::stop);
    CHECK(life.resume(Input::failed) == Command::none);
    life.resume(Input::unconfirmed);
    CHECK(life.state() == State::unfenced);
    CHECK(life.resume(Input::timer) == Command::stop);
    CHECK(life.resume(Input::confirmed) == Command::none);
    CHECK(life.state() == State::cooling);
    CHECK(life.resume(Input::timer) == Command::start);
}

TEST_CASE("restrained, nothing is commanded: the lost wait for a fence, the dead for a start") {
    Life life;
    life.aim(Goal::up);
    life.restrain(true);
    CHECK(life.resume(Input::wish) == Command::none);
    CHECK(life.state() == State::off);
    life.restrain(false);
    life.resume(Input::wish);
    life.restrain(true);  // what was commanded is awaited
    life.resume(Input::started);
    life.resume(Input::heard);
    CHECK(life.state() == State::member);
    CHECK(life.resume(Input::failed) == Command::none);
    CHECK(life.state() == State::unfenced);
    CHECK(life.resume(Input::timer) == Command::none);
    Life back = life;
    back.resume(Input::heard);
    CHECK(back.state() == State::member);
    life.restrain(false);
    CHECK(life.resume(Input::timer) == Command::stop);
    life.restrain(true);
    CHECK(life.resume(Input::confirmed) == Command::none);
    CHECK(life.state() == State::cooling);
    CHECK(life.resume(Input::wish) == Command::none);
    life.restrain(false);
    CHECK(life.resume(Input::timer) == Command::start);
}

TEST_CASE("restrained, no destroy follows a confirmed stop until it may") {
    Life life;
    life.aim(Goal::up);
    life.resume(Input::wish);
    life.resume(Input::failed);
    life.aim(Goal::gone);
    life.restrain(true);
    CHECK(life.resume(Input::confirmed) == Command::none);
    life.restrain(false);
    CHECK(life.resume(Input::wish) == Command::destroy);
}

TEST_CASE("a stop waits for a member's release, and for nobody else") {
    Life member;
    member.aim(Goal::up);
    member.resume(Input::wish);
    member.resume(Input::started);
    Life booting = member;
    member.resume(Input::heard);
    for (Life* life : {&member, &booting}) life->aim(Goal::down);
    CHECK(member.resume(Input::wish) == Command::none);
    CHECK(member.resume(Input::release) == Command::stop);
    CHECK(booting.resume(Input::wish) == Command::stop);
    member.aim(Goal::gone);
    CHECK(member.resume(Input::confirmed) == Command::destroy);
    member.resume(Input::unconfirmed);
    CHECK(member.resume(Input::timer) == Command::destroy);
    member.resume(Input::confirmed);
    CHECK(member.state() == State::gone);
}

TEST_CASE("whatever comes, a start follows only the proof that the last life has ended") {
    std::mt19937 random(42);  // any seed will do; it is fixed so that a failure can be replayed
    Life life;
    bool proven = true;
    for (int i = 0; i < 200'000; ++i) {
        if (life.state() == State::gone) life = Life();
        life.aim(static_cast<Goal>(random() % 3));
        if (random() % 16 == 0) life.renew();
        const auto input = static_cast<Input>(random() % 11);
        const State before = life.state();
        const Command command = life.resume(input);
        const bool asked = before == State::fencing || before == State::unfenced;
        if (input == Input::confirmed && asked) proven = true;
        if (command == Command::stop) proven = false;
        if (before == State::unfenced && life.state() == State::member) proven = true;
        if (command == Command::start) {
            INFO("from " << name_of(before) << " at " << i);
            REQUIRE(proven);
        }
    }
}
