#include "src/cped/options.hpp"

#include <boost/program_options.hpp>

#include <sstream>

namespace po = boost::program_options;

namespace cpe::cped {

namespace {

po::options_description described() {
    po::options_description options("Options", 96, 60);
    auto add = options.add_options();
    add("config", po::value<std::string>()->value_name("FILE"), "configuration (cped.yaml(5))");
    add("state-dir", po::value<std::string>()->value_name("DIR"),
        "where database, socket and sandboxes are kept; stronger than the configuration");
    add("check-config", "check the configuration, say what is wrong with it, and end");
    add("print-default-config", "print every key with its default and its meaning, and end");
    add("version", "print the version, and end");
    add("help,h", "print this, and end");
    return options;
}

Options::Task task_of(const po::variables_map& given) {
    if (given.contains("help")) return Options::Task::help;
    if (given.contains("version")) return Options::Task::version;
    if (given.contains("print-default-config")) return Options::Task::print_default_config;
    if (given.contains("check-config")) return Options::Task::check_config;
    return Options::Task::serve;
}

}  // namespace

Result<Options> parse_options(int argc, const char* const* argv) {
    try {
        po::variables_map given;
        // Nothing may stand without its option.
        po::store(po::command_line_parser(argc, argv)
                      .options(described())
                      .positional(po::positional_options_description())
                      .run(),
                  given);
        Options options;
        options.task = task_of(given);
        if (given.contains("config")) options.config = given["config"].as<std::string>();
        if (given.contains("state-dir")) options.state_dir = given["state-dir"].as<std::string>();
        return options;
    } catch (const po::error& error) {
        return Error{Errc::invalid_input, error.what(), {}, "cped --help shows the options"};
    }
}

std::string help_text() {
    std::ostringstream text;
    text << "Usage: cped [--config FILE] [--state-dir DIR]\n"
            "The Cloud Policy Engine: keeps deployables running. Serves cpe-ctl on\n"
            "<state-dir>/cped.sock until SIGTERM, which leaves guests running.\n"
            "SIGHUP reloads what can be changed while running (the log level).\n\n"
         << described() << "\nSee cped(8) and cpe-ctl(1).\n";
    return text.str();
}

}  // namespace cpe::cped
