// Help, completion and the manual page say what the table of commands says.
#include "src/cpe-ctl/args/help.hpp"
#include "test/golden/golden.hpp"

#include <cstdio>
#include <sstream>

using namespace cpe::ctl;
using cpe::test::check_golden;
using cpe::test::read_file;
using cpe::test::source_path;

namespace {

const char* const completion_file = "conf/completion/cpe-ctl";

std::string joined(const std::vector<std::string_view>& words, const char* between) {
    std::string text;
    for (const auto word : words) text += (text.empty() ? "" : between) + std::string{word};
    return text;
}

/// What bash would offer after these words.
std::string offered(const std::string& words, int count) {
    const std::string script = "source '" + source_path(completion_file).string() +
                               "'; cpe-ctl() { printf 'NAME STATE\\nshop running\\n'; }; "
                               "COMP_WORDS=(" +
                               words + "); COMP_CWORD=" + std::to_string(count) +
                               "; _cpe_ctl; echo \"${COMPREPLY[*]}\"";
    FILE* pipe = popen(("bash -c " + ("\"$(cat <<'END'\n" + script + "\nEND\n)\"")).c_str(), "r");
    REQUIRE(pipe);
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
    CHECK(pclose(pipe) == 0);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace

TEST_CASE("help at every level is what was reviewed") {
    check_golden(source_path("test/src/cpe-ctl/golden/help.txt"), help_text({}));
    check_golden(source_path("test/src/cpe-ctl/golden/help-deployable.txt"),
                 help_text({"deployable"}));
    for (const auto& command : commands())
        check_golden(
            source_path("test/src/cpe-ctl/golden/help-" + joined(command.words, "-") + ".txt"),
            help_text(command.words));
}

TEST_CASE("no line of help is wider than a terminal of 100 columns") {
    for (const auto& command : commands()) {
        std::istringstream text(help_text(command.words) + help_text({}));
        for (std::string line; std::getline(text, line);) {
            INFO(line);
            CHECK(line.size() <= 100);
        }
    }
}

TEST_CASE("conf/completion/cpe-ctl is made from the table") {
    check_golden(source_path(completion_file), bash_completion());
}

TEST_CASE("bash completes commands, options, values and names") {
    CHECK(offered("cpe-ctl dep", 1) == "deployable");
    CHECK(offered("cpe-ctl deployable st", 2) == "start stop");
    CHECK(offered("cpe-ctl --socket /x deployable st", 4) == "start stop");
    CHECK(offered("cpe-ctl deployable start ''", 3).substr(0, 4) == "shop");
    CHECK(offered("cpe-ctl debug fault shop tick-c", 4) == "tick-crash");
    CHECK(offered("cpe-ctl deployable reload ''", 3).substr(0, 4) == "shop");
    CHECK(offered("cpe-ctl deployable reload shop " CPE_SOURCE_DIR "/README", 4) == CPE_SOURCE_DIR
          "/README.md");
    CHECK(offered("cpe-ctl maintenance on shop --so", 4) == "--socket");
    CHECK(offered("cpe-ctl events --fo", 2) == "--follow");
    CHECK(offered("cpe-ctl -o j", 2) == "json");
    CHECK(offered("cpe-ctl status --deployable", 2).empty());
}

TEST_CASE("cpe-ctl(1) has every command and option, with its synopsis") {
    const auto page = read_file(source_path("docs/man/cpe-ctl.1"));
    for (const auto& command : commands()) {
        INFO(synopsis(command));
        CHECK(page.find(".\\\" synopsis: " + synopsis(command) + "\n") != std::string::npos);
        for (const auto& option : command.options)
            CHECK(page.find("Fl Fl " + std::string{option.name}) != std::string::npos);
    }
    for (const auto& option : global_options()) {
        INFO(option.name);
        CHECK((page.find("Fl Fl " + std::string{option.name}) != std::string::npos) ==
              option.supported);
    }
}
