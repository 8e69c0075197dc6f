// What stands in an options file, and what becomes of it.
#include "adapters/static/fence_options.hpp"
#include "adapters/static/fence_agent.hpp"

#include <catch2/catch.hpp>

using namespace cpe;
using namespace cpe::static_hosts;

namespace {

AssemblyKey key(const std::string& assembly, const std::string& deployable = "shop") {
    return {{"default", deployable}, assembly};
}

std::string refusal(std::string_view text) {
    const auto parsed = parse_options(text);
    return parsed ? "" : parsed.error().line();
}

FenceOptions options_of(std::string_view text) {
    return parse_options(text).value();
}

}  // namespace

TEST_CASE("options are lines key=value, and reach the agent as they are") {
    const auto options = options_of("# of the PDU\n\nip = 10.0.0.9 \r\npassword=a = b#c\nssh=1");
    CHECK(options.given == std::vector<std::pair<std::string, std::string>>{
                               {"ip", "10.0.0.9"}, {"password", "a = b#c"}, {"ssh", "1"}});
    CHECK(input_for(options, "off", "7") ==
          "ip=10.0.0.9\npassword=a = b#c\nssh=1\naction=off\nplug=7\n");
    CHECK(input_for(options_of(""), "status", "web") == "action=status\nplug=web\n");
}

TEST_CASE("the plug is the assembly's name, or what the map says") {
    CHECK(plug_of(options_of(""), key("web")) == "web");
    const auto options = options_of("pcmk_host_map=web:1; db:aa:bb:cc ;other/web:3\n");
    CHECK(plug_of(options, key("web")) == "1");
    CHECK(plug_of(options, key("web", "other")) == "3");
    CHECK(plug_of(options, key("db")) == "aa:bb:cc");
    CHECK(plug_of(options, key("cache")) == "cache");
    CHECK(options.given.empty());  // the agent has nothing to do with it
}

TEST_CASE("the option that takes the plug, and how much a device bears, can be told") {
    const auto options = options_of("pcmk_host_argument=ip\npcmk_action_limit=4\nlanplus=1\n");
    CHECK(input_for(options, "on", "10.0.0.1") == "lanplus=1\naction=on\nip=10.0.0.1\n");
    CHECK(options.actions_at_once == 4);
    CHECK(options_of("").actions_at_once == 1);
}

TEST_CASE("what is wrong in an options file is told by its line, and never by its value") {
    CHECK(refusal("password") == "line 1: is not of the form key=value");
    CHECK(refusal("\npass word=secret") == "line 2: its key is not of A-Z a-z 0-9 _ -");
    CHECK(refusal("password=sec\x01ret") == "line 1: its value has a control character");
    CHECK(refusal("action=off") == "line 1: 'action' is given by cped itself");
    CHECK(refusal("plug=1") == "'plug' is given by cped itself (use pcmk_host_map)");
    CHECK(refusal("pcmk_host_argument=port\nplug=1").empty());
    CHECK(refusal("ip=1\nip=2") == "line 2: 'ip' stands here twice");
    CHECK(refusal("pcmk_delay_max=10s") ==
          "line 1: 'pcmk_delay_max' is not supported (pcmk_host_map, pcmk_host_argument and "
          "pcmk_action_limit are)");
    CHECK(refusal("pcmk_action_limit=0") == "line 1: pcmk_action_limit is not 1 to 64");
    CHECK(refusal("pcmk_action_limit=-1") == "line 1: pcmk_action_limit is not 1 to 64");
    CHECK(refusal("pcmk_host_map=web").starts_with("line 1: pcmk_host_map is not of the form"));
    CHECK(refusal("pcmk_host_map=web:1;web:2") == "line 1: pcmk_host_map names an assembly twice");
    CHECK(parse_options(std::string(max_options_file + 1, '#')).error().code == Errc::too_large);
    std::string many;
    for (std::size_t i = 0; i <= max_options; ++i) many += "k" + std::to_string(i) + "=1\n";
    CHECK(parse_options(many).error().code == Errc::too_large);
}

TEST_CASE("an agent's last words are shown without its options") {
    const auto options = options_of("password=hunter22\nlogin=hunt\nssh=1\nip=10.0.0.9\n");
    CHECK(fit_to_show(options, "connecting\nlogin failed: hunter22 at 10.0.0.9 (1)\n\n") ==
          "login failed: *** at *** (1)");
    CHECK(fit_to_show(options, "").empty());
    CHECK(fit_to_show(options, "\n \n").empty());
    CHECK(fit_to_show(options, "a\x1b[31m\xC3") == "a?[31m?");
    CHECK(fit_to_show(options, std::string(1000, 'x')).size() == 203);
    CHECK(fit_to_show(options, std::string(190, 'x') + "hunter22hunter22") ==
          std::string(190, 'x') + "******");
}

TEST_CASE("exit codes mean what fence-agents say") {
    const auto ended = [](int code, bool timed_out = false, int signal = 0) {
        Ended how;
        how.code = code;
        how.timed_out = timed_out;
        how.signal = signal;
        how.output = "words";
        return how;
    };
    CHECK(power_of(ended(0)).value() == Power::on);
    CHECK(power_of(ended(2)).value() == Power::off);
    CHECK(power_of(ended(1)).error().line() == "it exited with 1: words");
    CHECK(power_of(ended(0, true)).error().code == Errc::timed_out);
    CHECK(power_of(ended(2, true)).error().code == Errc::timed_out);
    CHECK(power_of(ended(-1, false, 9)).error().line() == "it was ended by signal 9: words");
    CHECK(success_of(ended(0)).has_value());
    CHECK_FALSE(success_of(ended(2)).has_value());
    CHECK_FALSE(success_of(ended(0, true)).has_value());
}
