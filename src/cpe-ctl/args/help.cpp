#include "src/cpe-ctl/args/help.hpp"

#include <algorithm>

namespace cpe::ctl {
namespace {

constexpr std::size_t left_column = 30;

std::string row(std::string left, std::string_view right) {
    left.insert(0, "  ");
    if (left.size() + 2 > left_column)
        left += "\n" + std::string(left_column, ' ');
    else
        left.resize(left_column, ' ');
    return left + std::string{right} + "\n";
}

std::string option_rows(std::span<const OptionSpec> options) {
    std::string text;
    for (const auto& option : options)
        if (option.supported) text += row(option_text(option), option.meaning);
    return text;
}

/// "deployable create FILE"
std::string brief(const CommandSpec& command) {
    std::string text;
    for (const auto word : command.words) text += (text.empty() ? "" : " ") + std::string{word};
    for (const auto& argument : command.arguments)
        text += argument.optional ? " [" + std::string{argument.name} + "]"
                                  : " " + std::string{argument.name};
    return text;
}

std::string command_rows(std::string_view group) {
    std::string text;
    for (const auto& command : commands())
        if (group.empty() || command.words.front() == group)
            text += row(brief(command), command.summary);
    return text;
}

std::string exit_codes() {
    return "Exit: 0 done, 1 refused, failed, degraded or timed out, 2 wrong use, 3 no connection,\n"
           "4 not found, 5 invalid input, 6 not allowed.\n";
}

std::string overview() {
    std::string later;
    std::string line = " ";
    for (const auto name : later_commands()) {
        if (line.size() + name.size() > 90) {
            later += line + "\n";
            line = " ";
        }
        line += " " + std::string{name} + (name == later_commands().back() ? "" : ",");
    }
    return "Usage: cpe-ctl [OPTIONS] COMMAND\n\nManages deployables of the Cloud Policy Engine.\n\n"
           "Commands:\n" +
           command_rows("") + "\nOptions, before or after the command:\n" +
           option_rows(global_options()) + "\nNot supported yet:\n" + later + line + "\n\n" +
           exit_codes() + "\ncpe-ctl COMMAND --help tells more; so does cpe-ctl(1).\n";
}

std::string of_command(const CommandSpec& command) {
    std::string text = "Usage: " + synopsis(command) + "\n\n";
    std::string summary{command.summary};
    summary.front() = static_cast<char>(summary.front() - 'a' + 'A');
    text += summary + ".\n";
    if (!command.text.empty()) text += std::string{command.text} + "\n";
    if (!command.arguments.empty() || !command.options.empty()) text += "\n";
    for (const auto& argument : command.arguments)
        text += row(std::string{argument.name}, argument.meaning);
    text += option_rows(command.options);
    return text + "\nOptions of every command:\n" + option_rows(global_options()) + "\n" +
           exit_codes();
}

}  // namespace

std::string help_text(const std::vector<std::string_view>& topic) {
    if (topic.empty()) return overview();
    for (const auto& command : commands())
        if (command.words == topic) return of_command(command);
    return "Usage: cpe-ctl " + std::string{topic.front()} + " COMMAND\n\nCommands:\n" +
           command_rows(topic.front()) + "\n" + exit_codes();
}

}  // namespace cpe::ctl
