// cped: the Cloud Policy Engine (cped(8)).
#include "src/cped/daemon.hpp"
#include "src/cped/logging.hpp"
#include "src/cped/options.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>

using namespace cpe;

namespace {

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_invalid = 5;

int complain(const Error& error, int code) {
    std::cerr << "cped: " << error.line() << '\n';
    return code;
}

Result<config::Configuration> configuration_of(const cped::Options& options) {
    const config::Overrides overrides{options.state_dir};
    return options.config ? config::load(*options.config, overrides) : config::defaults(overrides);
}

int serve(const cped::Options& options) {
    auto configuration = configuration_of(options);
    if (!configuration) return complain(configuration.error(), exit_invalid);
    // Who reads our stderr may go away; we go on.
    std::signal(SIGPIPE, SIG_IGN);
    const auto log = cped::open_log(configuration->log.level);
    auto daemon = cped::Daemon::make(std::move(*configuration), log,
                                     [options] { return configuration_of(options); });
    if (!daemon) return complain(daemon.error(), exit_failed);
    return (*daemon)->run();
}

int carry_out(const cped::Options& options) {
    using Task = cped::Options::Task;
    switch (options.task) {
        case Task::help: std::cout << cped::help_text(); return 0;
        case Task::version: std::cout << "cped " CPE_VERSION "\n"; return 0;
        case Task::print_default_config: std::cout << config::print_defaults(); return 0;
        case Task::check_config: {
            const auto configuration = configuration_of(options);
            if (!configuration) return complain(configuration.error(), exit_invalid);
            std::cout << "the configuration is valid\n";
            return 0;
        }
        case Task::serve: return serve(options);
    }
    return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto options = cped::parse_options(argc, argv);
        if (!options) return complain(options.error(), exit_usage);
        return carry_out(*options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cped: %s\n", error.what());
        return exit_failed;
    }
}
