#include "src/cpe-agent/options.hpp"

#include <array>
#include <functional>
#include <utility>

namespace cpe::guest {

namespace {

struct Option {
    const char* name;
    const char* value;
    const char* help;
    Result<> (*set)(Options&, const std::string&);
};

Result<> later(const char* name) {
    return Error{Errc::unsupported, "is not supported yet", name, "use --socket PATH"};
}

Result<> set_level(Options& options, const std::string& name) {
    constexpr std::array<std::pair<const char*, LogLevel>, 5> levels{
        {{"trace", LogLevel::trace},
         {"debug", LogLevel::debug},
         {"info", LogLevel::info},
         {"warning", LogLevel::warning},
         {"error", LogLevel::error}}};
    for (const auto& [known, level] : levels) {
        if (name != known) continue;
        options.level = level;
        return {};
    }
    return Error{Errc::invalid_input, "'" + name + "' is no level", "--log-level",
                 "trace, debug, info, warning or error"};
}

template <auto Member>
Result<> set_path(Options& options, const std::string& value) {
    options.*Member = value;
    return {};
}
template <auto Member>
Result<> set_agent_path(Options& options, const std::string& value) {
    options.paths.*Member = value;
    return {};
}

const std::array<Option, 9>& table() {
    static const std::array<Option, 9> options{{
        {"--socket", "PATH", "the Unix socket of cped that is this guest's own",
         set_path<&Options::socket>},
        {"--url", "URL", "not supported yet",
         [](Options&, const std::string&) { return later("--url"); }},
        {"--token-file", "FILE", "not supported yet",
         [](Options&, const std::string&) { return later("--token-file"); }},
        {"--boot-id-file", "FILE",
         "what this boot is called (/run/cpe/boot_id if there, else the kernel's)",
         set_path<&Options::boot_id_file>},
        {"--run-dir", "DIR", "where it remembers unfinished operations (/run/cpe)",
         set_path<&Options::run_dir>},
        {"--ocf-root", "DIR", "where resource.d is (/usr/lib/ocf)",
         set_agent_path<&AgentPaths::ocf_root>},
        {"--init-dir", "DIR", "where init scripts are (/etc/init.d)",
         set_agent_path<&AgentPaths::init_dir>},
        {"--ocf-temp", "DIR", "HA_RSCTMP of the resource agents (/run/resource-agents)",
         set_agent_path<&AgentPaths::ocf_temp>},
        {"--log-level", "LEVEL", "trace, debug, info, warning or error (info)", set_level},
    }};
    return options;
}

Error usage(std::string what, std::string where) {
    return {Errc::invalid_input, std::move(what), std::move(where), "see cpe-agent --help"};
}

/// Reads the option at `at` and moves `at` past it: "--name value" or "--name=value".
Result<> read_option(const std::vector<std::string>& arguments, std::size_t& at, Options& options) {
    const auto& argument = arguments[at++];
    const auto name = argument.substr(0, argument.find('='));
    for (const auto& option : table()) {
        if (name != option.name) continue;
        if (name.size() < argument.size())
            return option.set(options, argument.substr(name.size() + 1));
        if (at == arguments.size()) return usage("needs a value", name);
        return option.set(options, arguments[at++]);
    }
    return usage("is not known", argument);
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments) {
    Options options;
    for (std::size_t at = 0; at < arguments.size();) {
        if (arguments[at] == "--help" || arguments[at] == "-h") options.wish = Options::Wish::help;
        if (arguments[at] == "--version") options.wish = Options::Wish::version;
        if (options.wish != Options::Wish::run) return options;
        if (const auto read = read_option(arguments, at, options); !read) return read.error();
    }
    if (options.socket.empty()) return usage("is missing", "--socket");
    return options;
}

std::string help_text() {
    std::string text =
        "cpe-agent --socket PATH [OPTION...]\n\n"
        "Runs resource agents in this guest for cped: carries out operations, runs recurring\n"
        "monitors by itself, and tells cped when a result changes.\n\n";
    for (const auto& option : table()) {
        std::string left = std::string("  ") + option.name + " " + option.value;
        left.resize(std::max<std::size_t>(left.size() + 1, 24), ' ');
        text += left + option.help + "\n";
    }
    return text + "  --help                --version\n";
}

}  // namespace cpe::guest
