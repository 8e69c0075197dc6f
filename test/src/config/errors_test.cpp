// Every wrong file gets one line: where, what, what to do.
#include "src/config/configuration.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace cpe::config;

namespace {

struct Case {
    const char* text;
    const char* line;
};

void check_all(const std::vector<Case>& cases, cpe::Errc code) {
    for (const auto& [text, line] : cases) {
        INFO(text);
        const auto result = parse(text, "c.yaml", "/etc");
        REQUIRE(result.has_error());
        CHECK(result.error().line() == line);
        CHECK(result.error().code == code);
    }
}

}  // namespace

TEST_CASE("what is not in the table is refused with the nearest key") {
    check_all(
        {
            {"stat_dir: /x",
             "c.yaml:1:1: stat_dir: there is no such key (did you mean state_dir?)"},
            {"log:\n  levle: info",
             "c.yaml:2:3: log.levle: there is no such key (did you mean log.level?)"},
            {"heartbeat_interval: 2s",
             "c.yaml:1:1: heartbeat_interval: there is no such key (did you mean "
             "channels.agent.heartbeat_interval?)"},
            {"polcy: {}", "c.yaml:1:1: polcy: there is no such key (did you mean policy?)"},
            {"xyzzyplugh: 1",
             "c.yaml:1:1: xyzzyplugh: there is no such key (see cped --print-default-config)"},
            {"providers: {a: {type: local, subnt: 10.0.0.0/8}}",
             "c.yaml:1:30: providers.a.subnt: there is no such key (did you mean "
             "providers.*.subnet?)"},
            {"listen: [{unix: a, grup: b}]",
             "c.yaml:1:20: listen[0].grup: there is no such key (did you mean listen[].group?)"},
        },
        cpe::Errc::invalid_input);
}

TEST_CASE("what is known but waits is refused by name") {
    check_all(
        {
            {"listen:\n  - tcp: 127.0.0.1:5672", "c.yaml:2:5: listen[0].tcp: is not supported yet"},
            {"users: users.yaml", "c.yaml:1:1: users: is not supported yet"},
            {"broker: {url: x}", "c.yaml:1:1: broker: is not supported yet"},
            {"tenants: [{name: acme}]",
             "c.yaml:1:12: tenants[0].name: tenant 'acme' is not supported yet (only 'default' "
             "is)"},
            {"tenants: [{name: default, quota: {}}]",
             "c.yaml:1:27: tenants[0].quota: is not supported yet"},
            {"listen: [{unix: a}, {unix: b}]",
             "c.yaml:1:21: listen[1]: a second listener is not supported yet"},
        },
        cpe::Errc::unsupported);
}

TEST_CASE("a value of the wrong kind or out of range is told with what would be right") {
    check_all(
        {
            {"log: {level: loud}",
             "c.yaml:1:14: log.level: 'loud' is none of its values (trace, debug, info, warning, "
             "error)"},
            {"instance: {boot_timeout: 120}",
             "c.yaml:1:26: instance.boot_timeout: '120' is not a duration (a whole number and ms, "
             "s, min, h or d, such as 500ms or 15min)"},
            {"instance: {boot_timeout: 2h}",
             "c.yaml:1:26: instance.boot_timeout: 2h is out of range (1s to 1h)"},
            {"limits: {document: 4MB}",
             "c.yaml:1:20: limits.document: '4MB' is not a size (a whole number and B, KiB, MiB, "
             "GiB or TiB, such as 64MiB)"},
            {"limits: {assemblies: 0}",
             "c.yaml:1:22: limits.assemblies: 0 is out of range (1 to 10000)"},
            {"limits: {assemblies: \"5\"}",
             "c.yaml:1:22: limits.assemblies: takes number, 1 to 10000, but a quoted text stands "
             "here (write it without quotes)"},
            {"limits: {assemblies: many}",
             "c.yaml:1:22: limits.assemblies: 'many' is not a whole number (digits only, no unit, "
             "no quotes)"},
            {"brake: {fraction: 50%}",
             "c.yaml:1:19: brake.fraction: '50%' is not a number (such as 0.5, no unit, no "
             "quotes)"},
            {"brake: {fraction: 1.5}", "c.yaml:1:19: brake.fraction: 1.5 is out of range (0 to 1)"},
            {"debug: {fault_injection: yes}",
             "c.yaml:1:26: debug.fault_injection: 'yes' is neither true nor false (write true or "
             "false)"},
            {"log: info", "c.yaml:1:1: log: takes a map, but a single value stands here"},
            {"log: {level: [a]}",
             "c.yaml:1:14: log.level: takes trace, debug, info, warning, error, but a list stands "
             "here"},
            {"state_dir:", "c.yaml:1:1: state_dir: takes path, but nothing stands here"},
            {"listen: {unix: x}",
             "c.yaml:1:9: listen: takes a list, but a map stands here (begin each element with "
             "'- ')"},
            {"listen: [cped.sock]",
             "c.yaml:1:10: listen[0]: takes a map, but a single value stands here"},
            {"listen: []",
             "c.yaml:1:1: listen: the list is empty (without a listener nobody can speak to "
             "cped)"},
            {"listen: [{group: x}]",
             "c.yaml:1:10: listen[0]: 'unix' is missing (a Unix socket; a relative path stands in "
             "state_dir)"},
            {"providers: {a: local}",
             "c.yaml:1:13: providers.a: takes a map, but a single value stands here"},
            {"providers: {a b: {type: local}}",
             "c.yaml:1:12: providers: 'a b' is not a name (1 to 64 letters, digits, dots, "
             "underscores and hyphens)"},
            {"providers: {a: {type: local, subnet: 10.1.2.3/8}}",
             "c.yaml:1:38: providers.a.subnet: '10.1.2.3/8' is not an IPv4 network (such as "
             "10.88.0.0/16, prefix length 8 to 28, host bits zero)"},
            {"- a",
             "c.yaml:1:1: the file is a list, not a map of keys (see cped "
             "--print-default-config)"},
        },
        cpe::Errc::invalid_input);
}

TEST_CASE("keys must agree with each other") {
    check_all(
        {
            {"default_provider: cloud",
             "c.yaml:1:1: default_provider: there is no provider 'cloud' (providers has: local, "
             "static)"},
            {"providers: {s: {type: static, subnet: 10.0.0.0/8}}\ndefault_provider: s",
             "c.yaml:1:31: providers.s.subnet: is only for providers of type local"},
            {"providers: {l: {type: local, fencing: {status_interval: 1min}}}\n"
             "default_provider: l",
             "c.yaml:1:40: providers.l.fencing.status_interval: is only for providers of type "
             "static"},
            {"providers: {s: {type: static, fencing: {agent: fence_x}}}\ndefault_provider: s",
             "c.yaml:1:41: providers.s.fencing.agent: agent and options_file are given both, or "
             "neither"},
            {"providers: {s: {type: static, fencing: {options_file: x}}}\ndefault_provider: s",
             "c.yaml:1:41: providers.s.fencing.options_file: agent and options_file are given "
             "both, or neither"},
            {"providers: {s: {type: static, fencing: {agent: x, options_file: y}}}\n"
             "default_provider: s",
             "c.yaml:1:41: providers.s.fencing.agent: 'x' is no fence agent (fence_NAME of "
             "/usr/sbin, or an absolute path that ends so)"},
            {"providers: {s: {type: static, fencing: {agent: ../fence_x, options_file: y}}}\n"
             "default_provider: s",
             "c.yaml:1:41: providers.s.fencing.agent: '../fence_x' is no fence agent (fence_NAME "
             "of /usr/sbin, or an absolute path that ends so)"},
            {"providers: {s: {type: static, fencing: {agnt: fence_x}}}\ndefault_provider: s",
             "c.yaml:1:41: providers.s.fencing.agnt: there is no such key (did you mean "
             "providers.*.fencing.agent?)"},
            {"policy: {tick_budget: 20s}",
             "c.yaml:1:10: policy.tick_budget: is over policy.tick_limit (a tick is given up at "
             "its limit)"},
            {"instance: {boot_timeout: 1s}",
             "c.yaml: instance.poll_interval: is over instance.boot_timeout (a booting instance "
             "would never be looked at)"},
            {"channels:\n  ssh: {dead_after: 2s}",
             "c.yaml:2:9: channels.ssh.dead_after: is not over channels.ssh.probe_after (a guest "
             "would be given up before it is asked)"},
            {"channels:\n  ssh: {key: k, agent: a}",
             "c.yaml:2:17: channels.ssh.agent: stands beside channels.ssh.key (give one of them)"},
            {"channels:\n  ssh: {passphrase_file: p}",
             "c.yaml:2:9: channels.ssh.passphrase_file: stands without channels.ssh.key"},
            {"deployables: [{file: a.xml}, {file: ./a.xml}]",
             "c.yaml:1:31: deployables[1].file: stands here twice"},
            {"tenants: [{name: default}, {name: default}]",
             "c.yaml:1:29: tenants[1].name: 'default' stands here twice"},
        },
        cpe::Errc::invalid_input);
}

TEST_CASE("YAML that is broken, or that unfolds, ends in one clear line") {
    check_all(
        {
            {"a: b: c", "c.yaml:1:5: not YAML: illegal map value"},
            {"log: {level: info", "c.yaml:1:1: not YAML: end of map flow not found"},
            {"x: &a [1]\ny: *a",
             "c.yaml:2:4: aliases (*name) are not taken here (write the value out)"},
            {"log: {level: info}\nlog: {level: info}",
             "c.yaml:2:1: key 'log' stands here twice (first in line 1)"},
            {"log: {}\n---\nlog: {}",
             "c.yaml:3:1: a second document begins here (one file, one document)"},
            {"? [a]\n: b", "c.yaml:1:3: a list or map cannot be a key (keys are plain words)"},
            {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "c.yaml:1:17: nested deeper than 16 levels"},
        },
        cpe::Errc::invalid_input);
}

TEST_CASE("limits of the file hold") {
    const auto large = parse(std::string(max_file + 1, '#'), "c.yaml", "/etc");
    REQUIRE(large.has_error());
    CHECK(large.error().code == cpe::Errc::too_large);
    std::string many = "deployables: [";
    for (std::size_t i = 0; i <= max_nodes; ++i) many += "a,";
    const auto nodes = parse(many + "]", "c.yaml", "/etc");
    REQUIRE(nodes.has_error());
    CHECK(nodes.error().what == "more than 20000 values");
    CHECK_FALSE(parse(std::string(100'000, '['), "c.yaml", "/etc").has_value());
    CHECK_FALSE(parse(std::string("a: b\0c", 6), "c.yaml", "/etc").has_value());
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c <= 'k'; ++c)
        bomb += std::string{c} + ": &" + c + " [*" + static_cast<char>(c - 1) + ",*" +
                static_cast<char>(c - 1) + "]\n";
    CHECK_FALSE(parse(bomb, "c.yaml", "/etc").has_value());
}
