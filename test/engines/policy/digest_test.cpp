// The digest that our history needs beside the scheduler (engines/translate) is libcrmcommon's,
// over any parameters.
#include "engines/policy/digest.hpp"
#include "engines/translate/parameter_digest.hpp"

#include <catch2/catch.hpp>

#include <libxml/tree.h>

#include <map>
#include <memory>
#include <random>
#include <string>

using namespace cpe;

namespace {

using Parameters = std::map<std::string, std::string>;

std::string pacemaker(const Parameters& parameters) {
    const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(xmlNewDoc(nullptr), &xmlFreeDoc);
    xmlNode* node = xmlNewDocNode(document.get(), nullptr, BAD_CAST "attributes", nullptr);
    xmlDocSetRootElement(document.get(), node);
    for (const auto& [name, value] : parameters)
        xmlSetProp(node, BAD_CAST name.c_str(), BAD_CAST value.c_str());
    return policy::operation_digest(*node);
}

std::string ours(const Parameters& parameters) {
    translate::ParameterList list(parameters.rbegin(), parameters.rend());
    return translate::parameter_digest(std::move(list));
}

/// A character that XML can hold, often a special one, in UTF-8.
std::string character(std::mt19937& random) {
    constexpr std::string_view special = "<>&\"'\t\n\r \\~_";
    const auto below = [&](unsigned limit) {
        return std::uniform_int_distribution<unsigned>(0, limit - 1)(random);
    };
    switch (below(6)) {
        case 0:
        case 1: return std::string(1, special[below(special.size())]);
        case 2: return "\xC3\xA9";
        case 3: return "\xF0\x9F\x9A\x80";
        default: return std::string(1, static_cast<char>('!' + below('~' - '!')));
    }
}

}  // namespace

TEST_CASE("digests that are known") {
    CHECK(ours({}) == pacemaker({}));
    CHECK(ours({}) == "f2317cad3d54cec5d7d7aa7d0bf35cf8");
    CHECK(ours({{"fake", "x"}, {"empty", ""}}) == pacemaker({{"fake", "x"}, {"empty", ""}}));
    CHECK(ours({{"fake", "x"}, {"empty", ""}}) != pacemaker({{"fake", "x"}}));
}

TEST_CASE("digests of any parameters are Pacemaker's") {
    std::mt19937 random(20261125);
    for (int i = 0; i < 2000; ++i) {
        Parameters parameters;
        for (auto n = random() % 6; n-- > 0;) {
            std::string name(1, static_cast<char>("abXZ_"[random() % 5]));
            name += std::to_string(random() % 20) + (random() % 2 ? "-b" : ".a");
            std::string& value = parameters[name];
            for (auto length = random() % 12; length-- > 0;) value += character(random);
        }
        INFO(i);
        REQUIRE(ours(parameters) == pacemaker(parameters));
    }
}
