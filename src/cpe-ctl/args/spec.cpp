#include "src/cpe-ctl/args/spec.hpp"

#include <cpe/wish.hpp>

#include <array>

namespace cpe::ctl {
namespace {

const ArgumentSpec& name_argument() {
    static const ArgumentSpec spec{"NAME", "the deployable's name", false, Completion::deployable};
    return spec;
}

CommandSpec simple(CommandId id, std::vector<std::string_view> words,
                   std::vector<ArgumentSpec> arguments, std::string_view summary,
                   std::string_view text) {
    CommandSpec spec;
    spec.id = id;
    spec.words = std::move(words);
    spec.arguments = std::move(arguments);
    spec.summary = summary;
    spec.text = text;
    return spec;
}

CommandSpec waiting(CommandSpec spec) {
    spec.waits = true;
    return spec;
}

CommandSpec with_options(CommandSpec spec, std::vector<OptionSpec> options) {
    spec.options = std::move(options);
    return spec;
}

const ArgumentSpec& file_argument() {
    static const ArgumentSpec spec{"FILE", "the deployable's document; - reads standard input",
                                   false, Completion::file};
    return spec;
}

void add_life_cycle(std::vector<CommandSpec>& to) {
    to.push_back(waiting(with_options(
        simple(CommandId::deployable_create, {"deployable", "create"}, {file_argument()},
               "make a deployable known",
               "The document is validated before it is sent. With --start it is started too, and\n"
               "the command waits until it runs. A name that exists already is refused."),
        {{"start", 0, "", "start it, and wait until it runs", true, {}, Completion::none}})));
    to.push_back(waiting(
        simple(CommandId::deployable_start, {"deployable", "start"}, {name_argument()},
               "start a deployable, or clear what failed hard in a running one",
               "Waits until it runs (exit 0), waits for somebody (degraded, quarantined or\n"
               "unrecoverable: exit 1), or the time is over (exit 1).")));
    to.push_back(
        waiting(simple(CommandId::deployable_stop, {"deployable", "stop"}, {name_argument()},
                       "stop a deployable: its services in order, then its assemblies",
                       "Waits until it has stopped.")));
    to.push_back(waiting(simple(
        CommandId::deployable_reload, {"deployable", "reload"}, {name_argument(), file_argument()},
        "change a deployable while it is there: only what differs is touched",
        "The document is validated before it is sent; one that is refused changes nothing. It has\n"
        "the deployable's name and uuid. Waits until everything runs again (or is stopped, when "
        "it\n"
        "was), waits for somebody (exit 1), or the time is over (exit 1).")));
    to.push_back(waiting(simple(
        CommandId::deployable_delete, {"deployable", "delete"}, {name_argument()},
        "stop a deployable and leave nothing of it but its events",
        "Waits until it is gone. Of a quarantined one the guests are destroyed as they are.")));
    to.push_back(waiting(simple(
        CommandId::deployable_release, {"deployable", "release"}, {name_argument()},
        "let a quarantined deployable go on, or one that the brake holds",
        "Waits until it runs (or is stopped, when it was), waits for somebody (exit 1), or the\n"
        "time is over (exit 1).")));
}

const ArgumentSpec& deployable_argument() {
    static const ArgumentSpec spec{"DEPLOYABLE", "the deployable's name", false,
                                   Completion::deployable};
    return spec;
}

CommandSpec of_assembly(CommandId id, std::string_view verb, std::string_view summary,
                        std::string_view text) {
    return simple(id, {"assembly", verb},
                  {deployable_argument(), {"NAME", "the assembly's name", false, Completion::none}},
                  summary, text);
}

CommandSpec maintenance(CommandId id, std::string_view word, std::string_view summary,
                        std::string_view text) {
    return simple(id, {"maintenance", word},
                  {deployable_argument(),
                   {"ASSEMBLY", "one assembly of it; all without it", true, Completion::none}},
                  summary, text);
}

void add_operators_hand(std::vector<CommandSpec>& to) {
    to.push_back(of_assembly(CommandId::assembly_confirm_down, "confirm-down",
                             "say that an assembly does not run: a person has made sure",
                             "For one that nothing can fence. What belongs there may then start\n"
                             "elsewhere. Wrong if it does run: its services would run twice."));
    to.push_back(waiting(of_assembly(CommandId::assembly_restart, "restart",
                                     "restart an assembly's instance",
                                     "Its services are probed and started again. Waits until the\n"
                                     "assembly runs again.")));
    to.push_back(of_assembly(CommandId::assembly_trust, "trust",
                             "accept the host key that an assembly over ssh shows now",
                             "For one whose key was refused (`cpe-ctl events`): compare it with\n"
                             "what the guest itself says (ssh-keygen -lf) before."));
    to.push_back(simple(
        CommandId::service_retry, {"service", "retry"},
        {deployable_argument(),
         {"NAME", "its name, assembly/name, or resource (rsc_web_httpd)", false, Completion::none}},
        "try a service again: its failures and pauses are forgotten",
        "A name that several services have is refused; the error tells what to "
        "give."));
    to.push_back(maintenance(CommandId::maintenance_on, "on",
                             "watch a deployable or an assembly, but do not touch it", ""));
    to.push_back(maintenance(CommandId::maintenance_off, "off",
                             "look after it again: what runs is probed first", ""));
    std::vector<std::string_view> faults;
    for (const Fault fault : all_faults) faults.push_back(name_of(fault));
    to.push_back(simple(
        CommandId::debug_fault, {"debug", "fault"},
        {deployable_argument(),
         {"FAULT", "dpe-exception, tick-abort, tick-crash or tick-hang", false, Completion::none,
          std::move(faults)}},
        "inject a fault once, where cped's configuration allows it",
        "dpe-exception: its policy engine breaks an invariant, now. tick-*: its next tick fails "
        "an\n"
        "assertion of the scheduler, crashes, or hangs. Refused (exit 6) unless cped.yaml says\n"
        "debug.fault_injection: true."));
}

void add_simulate(std::vector<CommandSpec>& to) {
    const OptionSpec cib{"cib", 0,  "FILE",           "any Pacemaker CIB; - reads standard input",
                         true,  {}, Completion::file, true};
    to.push_back(with_options(
        simple(CommandId::simulate, {"simulate"}, {},
               "show what would be done about a Pacemaker CIB, without cped",
               "As crm_simulate does: what becomes of each resource, where, and why (not). Older\n"
               "schemas are upgraded first. With -o json: all actions, in the order in which they\n"
               "are carried out when everything succeeds."),
        {cib,
         {"now",
          0,
          "TIME",
          "epoch seconds or ISO 8601 (the CIB's execution-date, or now)",
          true,
          {},
          Completion::none},
         {"graph", 0, "OUT.xml", "write the transition graph there", true, {}, Completion::file},
         {"execute",
          0,
          "",
          "carry it out with guests that succeed, until nothing is left to do",
          true,
          {},
          Completion::none}}));
}

void add_looking(std::vector<CommandSpec>& to) {
    to.push_back(simple(CommandId::deployable_list, {"deployable", "list"}, {},
                        "list all deployables", "One line for each, with its state."));
    to.push_back(simple(CommandId::deployable_show, {"deployable", "show"}, {name_argument()},
                        "show one deployable with all that is known of it", ""));
    to.push_back(simple(
        CommandId::status, {"status"},
        {{"NAME", "one deployable; all without it", true, Completion::deployable}},
        "show deployables, their assemblies and services",
        "For every running service: where it runs, since when, and when it was last checked."));
    to.push_back(with_options(
        simple(CommandId::events, {"events"}, {}, "show the event log",
               "Oldest first; without --since the newest ones up to the limit."),
        {{"deployable", 0, "NAME", "of one deployable only", true, {}, Completion::deployable},
         {"since",
          0,
          "T",
          "from T on: ISO 8601, an age (10m, 2h, 1d) or #ID (after that event)",
          true,
          {},
          Completion::none},
         {"follow",
          'f',
          "",
          "go on with events as they happen, until Ctrl-C",
          true,
          {},
          Completion::none},
         {"limit",
          'n',
          "N",
          "at most N of the past (1 to 10000; 100, or 10 with --follow)",
          true,
          {},
          Completion::none}}));
    to.push_back(simple(CommandId::sql, {"sql"}, {{"QUERY", "one SELECT", false, Completion::none}},
                        "ask the event log in SQL, read-only",
                        "Tables: events, actions, transitions, deployables, assemblies, services.\n"
                        "Times in them are milliseconds since the epoch."));
    to.push_back(simple(CommandId::validate, {"validate"}, {file_argument()},
                        "check a document, without cped",
                        "Warns of what is not supported yet. Exit 5 when the document is wrong."));
    add_simulate(to);
}

std::vector<OptionSpec> make_globals() {
    return {
        {"socket",
         0,
         "PATH",
         "cped's socket (default /var/lib/cpe/cped.sock)",
         true,
         {},
         Completion::file},
        {"url", 0, "URL", "cped over TCP: not supported yet", false, {}, Completion::none},
        {"user", 0, "NAME", "user over TCP: not supported yet", false, {}, Completion::none},
        {"password-file",
         0,
         "FILE",
         "of that user: not supported yet",
         false,
         {},
         Completion::file},
        {"tenant", 0, "NAME", "whose deployables (default: default)", true, {}, Completion::none},
        {"output",
         'o',
         "FORMAT",
         "table or json (default table)",
         true,
         {"table", "json"},
         Completion::none},
        {"timeout",
         0,
         "S",
         "seconds to wait for the outcome (300) or for an answer (30)",
         true,
         {},
         Completion::none},
        {"no-wait", 0, "", "do not wait for the outcome", true, {}, Completion::none},
        {"help", 'h', "", "this help", true, {}, Completion::none},
        {"version", 'V', "", "print the version", true, {}, Completion::none},
    };
}

}  // namespace

std::span<const CommandSpec> commands() {
    static const std::vector<CommandSpec> table = [] {
        std::vector<CommandSpec> list;
        add_life_cycle(list);
        add_looking(list);
        add_operators_hand(list);
        return list;
    }();
    return table;
}

std::span<const OptionSpec> global_options() {
    static const std::vector<OptionSpec> table = make_globals();
    return table;
}

std::span<const std::string_view> later_commands() {
    static constexpr std::array<std::string_view, 7> names = {
        "user set", "user list", "user delete", "backup", "plan", "explain", "watch",
    };
    return names;
}

std::string synopsis(const CommandSpec& command) {
    std::string text = "cpe-ctl";
    for (const auto word : command.words) text += " " + std::string{word};
    for (const auto& argument : command.arguments) {
        const std::string name{argument.name};
        text += argument.optional ? " [" + name + "]" : " " + name;
    }
    for (const auto& option : command.options) {
        text += option.required ? " --" : " [--";
        text += option.name;
        if (!option.value.empty()) text += " " + std::string{option.value};
        if (!option.required) text += "]";
    }
    return text;
}

std::string option_text(const OptionSpec& option) {
    std::string text = option.letter != 0 ? std::string{"-"} + option.letter + ", " : "    ";
    text += "--" + std::string{option.name};
    if (!option.value.empty()) text += " " + std::string{option.value};
    return text;
}

}  // namespace cpe::ctl
