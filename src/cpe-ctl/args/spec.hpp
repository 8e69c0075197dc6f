// The command line as a table: parsing, help, the shell's completion and the check of the manual
// page derive from it.
//
// Thread: any; constant.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::ctl {

/// What a word stands for, so that a shell can complete it.
enum class Completion { none, file, deployable };

struct OptionSpec {
    std::string_view name;  ///< without the hyphens
    char letter = 0;
    std::string_view value;  ///< "PATH"; empty: a flag
    std::string_view meaning;
    bool supported = true;
    std::vector<std::string_view> choices;
    Completion completion = Completion::none;
    bool required = false;
};

struct ArgumentSpec {
    std::string_view name;  ///< "FILE"
    std::string_view meaning;
    bool optional = false;
    Completion completion = Completion::none;
    std::vector<std::string_view> choices = {};  ///< nothing else is taken
};

enum class CommandId {
    deployable_create,
    deployable_start,
    deployable_stop,
    deployable_reload,
    deployable_delete,
    deployable_release,
    deployable_list,
    deployable_show,
    status,
    events,
    sql,
    validate,
    assembly_confirm_down,
    assembly_restart,
    assembly_trust,
    service_retry,
    maintenance_on,
    maintenance_off,
    debug_fault,
    simulate,
};

struct CommandSpec {
    CommandId id{};
    std::vector<std::string_view> words;  ///< {"deployable", "create"}
    std::vector<ArgumentSpec> arguments;
    std::vector<OptionSpec> options;
    std::string_view summary;  ///< one line
    std::string_view text;     ///< the rest, for --help
    bool waits = false;        ///< until the outcome, unless --no-wait
};

std::span<const CommandSpec> commands();
std::span<const OptionSpec> global_options();
/// Commands that are known but not supported yet: refused by name.
std::span<const std::string_view> later_commands();

/// "cpe-ctl deployable create FILE [--start]"
std::string synopsis(const CommandSpec&);
/// "-o, --output FORMAT"
std::string option_text(const OptionSpec&);

}  // namespace cpe::ctl
