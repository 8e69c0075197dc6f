// Documents made to hurt: refused quickly, cheaply, and without a word on stderr. Time is bounded
// by processor time, which does not depend on who else uses the machine.
#include "engines/deployable/parse.hpp"
#include "engines/deployable/scan.hpp"
#include "engines/deployable/xml.hpp"
#include "test/golden/golden.hpp"

#include <unistd.h>

#include <ctime>
#include <functional>
#include <memory_resource>

using namespace cpe;

namespace {

constexpr std::size_t megabyte = 1U << 20U;

std::string repeat(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

/// Refused within a second of processor time (sanitizers take ten times as long).
Error refused(const std::string& document, const deployable::Limits& limits = {}) {
    const auto begun = std::clock();
    const auto parsed = deployable::parse(document, limits, *std::pmr::get_default_resource());
    CHECK(static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC < 5.0);
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().line().size() < 600);
    CHECK(parsed.error().line().find('\n') == std::string::npos);
    return parsed.error();
}

std::string numbered(const std::function<std::string(std::size_t)>& part, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += part(i);
    return all;
}

std::string assembly(const std::string& services, std::size_t number = 0) {
    const auto n = std::to_string(number);
    return "<assembly name='a" + n + "' uuid='" + n + "'><services>" + services +
           "</services></assembly>";
}

std::string service(std::size_t number) {
    return "<service name='s" + std::to_string(number) + "' class='lsb' type='x'/>";
}

std::string document(const std::string& assemblies, const std::string& constraints = "") {
    return "<deployable name='d' uuid='1'><assemblies>" + assemblies +
           "</assemblies><constraints>" + constraints + "</constraints></deployable>";
}

std::string chain(std::size_t length) {
    const auto link = [](std::size_t i) {
        return "<service_dependency id='" + std::to_string(i) + "' first='rsc_a0_s" +
               std::to_string(i) + "' then='rsc_a0_s" + std::to_string(i + 1) + "'/>";
    };
    return document(assembly(numbered(service, length)), numbered(link, length - 1));
}

/// What is written to stderr while it lives, by whomever.
class Stderr {
public:
    Stderr() : file_(std::tmpfile()), before_(dup(2)) {
        std::fflush(stderr);
        dup2(fileno(file_), 2);
    }
    Stderr(const Stderr&) = delete;
    Stderr& operator=(const Stderr&) = delete;
    ~Stderr() {
        restore();
        std::fclose(file_);
    }
    long length() {
        restore();
        return std::fseek(file_, 0, SEEK_END) == 0 ? std::ftell(file_) : -1;
    }

private:
    void restore() {
        if (before_ < 0) return;
        std::fflush(stderr);
        dup2(before_, 2);
        close(before_);
        before_ = -1;
    }
    std::FILE* file_;
    int before_;
};

}  // namespace

TEST_CASE("five megabytes of anything are refused by their size") {
    for (const char* junk : {"x", "<a>", "<!DOCTYPE ", "\xFF", "&a;"}) {
        const auto error = refused(repeat(junk, 5 * megabyte / std::string_view(junk).size()));
        CHECK(error.code == Errc::too_large);
        CHECK(error.what.find("limits.document") != std::string::npos);
    }
}

TEST_CASE("what fits into the size is refused by what it is") {
    const auto fill = [](std::string_view text) {
        return repeat(text, (4 * megabyte - 200) / text.size());
    };
    CHECK(refused(fill("x")).code == Errc::invalid_input);
    CHECK(refused(fill("<a>")).what == "more than 64 elements inside each other");
    CHECK(refused("<a>" + fill("<b/>")).what == "more than 200000 elements in the document");
    CHECK(refused("<a" + fill(" a=''") + "/>").what == "more than 64 attributes of one element");
    CHECK(refused("<a " + fill("=")).code == Errc::invalid_input);
    CHECK(refused("<a b='" + fill("x") + "'/>").code == Errc::invalid_input);
    CHECK(refused("<" + fill("x") + "/>").code == Errc::invalid_input);
    CHECK(refused("<!--" + fill("-") + "-->").what == "\"--\" inside a comment");
    CHECK(refused("<!--" + fill("x- ") + "--><a/>").what == "the document is <a>, no deployable");
    CHECK(refused("<a>" + fill("&#x41;") + "</a>").code == Errc::invalid_input);
    CHECK(
        refused("<deployable name='d' uuid='1'>" + fill("<![CDATA[x]]>") + "</deployable>").code ==
        Errc::invalid_input);
    CHECK(refused(repeat("\xFF\xFE", 100)).code == Errc::invalid_input);
    CHECK(refused(std::string("<a>\0</a>", 8)).what == "the document holds a zero byte");
    CHECK(refused("<a>\xC3\x28</a>").code == Errc::invalid_input);
}

TEST_CASE("no declaration of an encoding leads around the scan") {
    const std::string head = "<?xml version='1.0' encoding='";
    CHECK(refused(head + "UTF-7'?>+ADw-deployable/+AD4-").code == Errc::invalid_input);
    CHECK(refused(head + "UTF-16'?>" + document("")).what == "there is no assembly");
    CHECK(refused(head + "EBCDIC-CP-US'?>" + document("")).what == "there is no assembly");
}

TEST_CASE("document types and entities never get to the XML library") {
    const auto laughs = numbered(
        [](std::size_t i) {
            const auto name = [](std::size_t n) { return "e" + std::to_string(n); };
            return "<!ENTITY " + name(i + 1) + " \"" + repeat("&" + name(i) + ";", 10) + "\">";
        },
        20);
    for (const auto& text :
         {"<!DOCTYPE d [<!ENTITY e0 'ha'>" + laughs + "]><d>&e20;</d>",
          std::string("<!DOCTYPE d SYSTEM 'http://192.0.2.1/x.dtd'><d/>"),
          std::string("<?xml version='1.0'?><!-- x --><!DOCTYPE d PUBLIC '' ''>"),
          std::string("<d/><!DOCTYPE d>")})
        CHECK(refused(text).what == "a document type declaration is not allowed");
}

TEST_CASE("each limit is told by its name") {
    deployable::Limits limits;
    limits.assemblies = 3;
    limits.services = 4;
    limits.dependencies = 2;
    limits.dependency_chain = 2;
    const auto assemblies = [](std::size_t count) {
        return document(numbered([](std::size_t i) { return assembly("", i); }, count));
    };
    const auto services = [](std::size_t count) {
        return document(assembly(numbered(service, count)));
    };
    const auto ok = [&](const std::string& text) {
        return deployable::parse(text, limits, *std::pmr::get_default_resource()).has_value();
    };
    CHECK(ok(assemblies(3)));
    CHECK(refused(assemblies(4), limits).what == "more than 3 assemblies (limits.assemblies)");
    CHECK(ok(services(4)));
    CHECK(refused(services(5), limits).what == "more than 4 services (limits.services)");
    CHECK(ok(chain(2)));
    CHECK(refused(chain(3), limits).what == "more than 2 services wait for one another in a row");
    CHECK(refused(chain(4), limits).what == "more than 2 dependencies");
    CHECK(refused(assemblies(4), limits).code == Errc::too_large);
}

TEST_CASE("a document at all its limits is parsed in reasonable time") {
    const deployable::Limits limits;
    const auto begun = std::clock();
    const auto text = document(numbered(
        [](std::size_t i) {
            return assembly(numbered([](std::size_t n) { return service(n); }, 3), i);
        },
        limits.assemblies));
    CHECK(deployable::parse(text, limits, *std::pmr::get_default_resource()).has_value());
    CHECK(
        deployable::parse(chain(limits.dependency_chain), limits, *std::pmr::get_default_resource())
            .has_value());
    CHECK(static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC < 5.0);
}

TEST_CASE("a cycle of many services is told in one short line") {
    const auto link = [](std::size_t i) {
        return "<service_dependency id='" + std::to_string(i) + "' first='rsc_a0_s" +
               std::to_string(i) + "' then='rsc_a0_s" + std::to_string((i + 1) % 2000) + "'/>";
    };
    const auto error = refused(document(assembly(numbered(service, 2000)), numbered(link, 2000)));
    CHECK(error.what.find("rsc_a0_s0, rsc_a0_s1, ") != std::string::npos);
    CHECK(error.what.find("(1992 more), rsc_a0_s0") != std::string::npos);
}

TEST_CASE("the XML library never writes to stderr") {
    Stderr captured;
    for (const char* folder : {"bad-grammar", "bad-meaning"})
        for (const auto& file :
             test::files("test/golden/deployable/" + std::string(folder), ".xml"))
            (void)deployable::parse(test::read_file(file), {}, *std::pmr::get_default_resource());
    (void)deployable::xml::Document::read_trusted("<a b='&#xFFFFFF;'><c d:e=''>");
    CHECK(captured.length() == 0);
}
