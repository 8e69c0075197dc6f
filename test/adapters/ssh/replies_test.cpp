#include "adapters/ssh/replies.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace cpe::ssh;
using Kind = Reply::Kind;

TEST_CASE("only lines with the nonce are words of ours", "[ssh]") {
    Replies replies("abc");
    CHECK(replies.feed("Welcome to this machine!\nabx E 1 0\nabcE 1 0\n abc E 1 0\n").empty());
    const auto whole = replies.feed("abc B 1 77\nabc E 1 7\nabc O 1  two words \nabc D 1\n");
    REQUIRE(whole.size() == 4);
    CHECK(whole[0].kind == Kind::began);
    CHECK(whole[0].number == 77);
    CHECK(whole[1].kind == Kind::ended);
    CHECK(whole[1].number == 7);
    CHECK(whole[2].kind == Kind::output);
    CHECK(whole[2].text == " two words ");
    CHECK(whole[3].kind == Kind::done);
}

TEST_CASE("lines come in pieces", "[ssh]") {
    const std::string text = "noise\nabc B 2 1\nabc K 2 0\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        Replies replies("abc");
        auto whole = replies.feed(std::string_view(text).substr(0, cut));
        for (auto& reply : replies.feed(std::string_view(text).substr(cut)))
            whole.push_back(std::move(reply));
        REQUIRE(whole.size() == 2);
        CHECK(whole[0].run == 2);
        CHECK(whole[1].kind == Kind::killed);
    }
}

TEST_CASE("what makes no sense is left out", "[ssh]") {
    Replies replies("abc");
    for (const auto* line :
         {"abc E\n", "abc E x 1\n", "abc E 1 -1\n", "abc E 1\n", "abc E 99999999999 1\n",
          "abc Z 1 1\n", "abc B 1 1x\n", "abc \n", "abc E  1 1\n", "abc\n", "\n"}) {
        INFO(line);
        CHECK(replies.feed(line).empty());
    }
}

TEST_CASE("a line has a limit", "[ssh]") {
    Replies replies("abc");
    CHECK(replies.feed("abc O 1 " + std::string(1'000'000, 'x')).empty());
    const auto whole = replies.feed("y\n");
    REQUIRE(whole.size() == 1);
    CHECK(whole[0].text.size() == max_reply_line - 8);
}

TEST_CASE("who a guest is", "[ssh]") {
    const auto facts = facts_of("6044644b-c7fd-4c04 26 0 web 1");
    REQUIRE(facts);
    CHECK(facts->boot_id == "6044644b-c7fd-4c04.26");
    CHECK(facts->user == 0);
    CHECK(facts->hostname == "web 1");
    for (const auto* words : {"", "a", "a b 0 h", "a 1 x h", "a;b 1 0 h", " 1 0 h"})
        CHECK_FALSE(facts_of(words));
}
