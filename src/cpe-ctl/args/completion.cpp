// Completion for bash, made from the table of commands.
#include "src/cpe-ctl/args/help.hpp"

#include <set>

namespace cpe::ctl {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> option_words(std::span<const OptionSpec> options) {
    std::vector<std::string> words;
    for (const auto& option : options)
        if (option.supported) words.push_back("--" + std::string{option.name});
    return words;
}

std::string first_words() {
    std::vector<std::string> words;
    for (const auto& command : commands())
        if (words.empty() || words.back() != command.words.front())
            words.emplace_back(command.words.front());
    return joined(words);
}

/// What follows an option that takes a value.
std::string value_cases() {
    std::string cases;
    const auto add = [&](const OptionSpec& option) {
        if (!option.supported || option.value.empty()) return;
        cases += "        --" + std::string{option.name};
        if (option.letter != 0) cases += std::string{"|-"} + option.letter;
        cases += ") ";
        if (!option.choices.empty()) {
            std::vector<std::string> choices(option.choices.begin(), option.choices.end());
            cases += "words=\"" + joined(choices) + "\"";
        } else if (option.completion == Completion::file) {
            cases += "_cpe_ctl_files; return";
        } else if (option.completion == Completion::deployable) {
            cases += "words=$(_cpe_ctl_names)";
        } else {
            cases += "return";
        }
        cases += " ;;\n";
    };
    for (const auto& option : global_options()) add(option);
    for (const auto& command : commands())
        for (const auto& option : command.options) add(option);
    return cases;
}

/// What may stand for an argument.
std::string argument_words(const ArgumentSpec& argument) {
    if (!argument.choices.empty()) {
        const std::vector<std::string> choices(argument.choices.begin(), argument.choices.end());
        return "words=\"" + joined(choices) + "\" ";
    }
    switch (argument.completion) {
        case Completion::file: return "[[ $current == -* ]] || { _cpe_ctl_files; return; } ";
        case Completion::deployable: return "words=$(_cpe_ctl_names) ";
        case Completion::none: break;
    }
    return {};
}

/// What follows the words of a command or group.
std::string command_cases() {
    std::string cases;
    std::set<std::string_view> groups;
    for (const auto& command : commands()) {
        if (command.words.size() > 1 && groups.insert(command.words.front()).second) {
            std::vector<std::string> words;
            for (const auto& other : commands())
                if (other.words.front() == command.words.front())
                    words.emplace_back(other.words.back());
            cases += "        \"" + std::string{command.words.front()} + "\") words=\"" +
                     joined(words) + "\" ;;\n";
        }
        std::vector<std::string> path(command.words.begin(), command.words.end());
        cases += "        \"" + joined(path) + "\") ";
        if (!command.options.empty())
            cases += "options=\"$options " + joined(option_words(command.options)) + "\"; ";
        if (!command.arguments.empty()) cases += argument_words(command.arguments[0]);
        cases += ";;\n";
        if (command.arguments.size() > 1 && !argument_words(command.arguments[1]).empty())
            cases += "        \"" + joined(path) + " \"*) " + argument_words(command.arguments[1]) +
                     ";;\n";
    }
    return cases;
}

/// Options whose value is no word of the command.
std::string value_options() {
    std::string pattern;
    const auto add = [&](const OptionSpec& option) {
        if (option.value.empty()) return;
        pattern += (pattern.empty() ? "" : "|") + ("--" + std::string{option.name});
        if (option.letter != 0) pattern += std::string{"|-"} + option.letter;
    };
    for (const auto& option : global_options()) add(option);
    for (const auto& command : commands())
        for (const auto& option : command.options) add(option);
    return pattern;
}

}  // namespace

std::string bash_completion() {
    return "# Completion of cpe-ctl for bash. Made from its table of commands: see "
           "test/src/cpe-ctl.\n"
           "_cpe_ctl_files() { compopt -o filenames 2>/dev/null; "
           "mapfile -t COMPREPLY < <(compgen -f -- \"$current\"); }\n\n"
           "# Names that cped knows; nothing where it does not answer at once.\n"
           "_cpe_ctl_names() {\n"
           "    cpe-ctl ${socket:+--socket \"$socket\"} --timeout 1 deployable list 2>/dev/null |\n"
           "        awk 'NR > 1 { print $1 }'\n"
           "}\n\n"
           "_cpe_ctl() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    local words=\"\" command=\"\" socket=\"\" i\n"
           "    local options=\"" +
           joined(option_words(global_options())) +
           "\"\n"
           "    COMPREPLY=()\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n"
           "        --socket) socket=${COMP_WORDS[++i]} ;;\n"
           "        " +
           value_options() +
           ") ((++i)) ;;\n"
           "        -*) ;;\n"
           "        *) command=${command:+$command }${COMP_WORDS[i]} ;;\n"
           "        esac\n"
           "    done\n"
           "    case $previous in\n" +
           value_cases() +
           "        *) case $command in\n"
           "        \"\") words=\"" +
           first_words() + "\" ;;\n" + command_cases() +
           "        esac\n"
           "        words=\"$words $options\" ;;\n"
           "    esac\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
           "}\n"
           "complete -F _cpe_ctl cpe-ctl\n";
}

}  // namespace cpe::ctl
