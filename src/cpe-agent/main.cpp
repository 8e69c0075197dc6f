#include "src/cpe-agent/identity.hpp"
#include "src/cpe-agent/program.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cstdio>

namespace {

using namespace cpe::guest;

constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

int fail(const cpe::Error& error, int code) {
    std::fprintf(stderr, "cpe-agent: %s\n", error.line().c_str());
    return code;
}

spdlog::level::level_enum spdlog_level(cpe::LogLevel level) {
    switch (level) {
        case cpe::LogLevel::trace: return spdlog::level::trace;
        case cpe::LogLevel::debug: return spdlog::level::debug;
        case cpe::LogLevel::info: return spdlog::level::info;
        case cpe::LogLevel::warning: return spdlog::level::warn;
        case cpe::LogLevel::error: break;
    }
    return spdlog::level::err;
}

cpe::LogSink stderr_log(cpe::LogLevel level) {
    auto logger = spdlog::stderr_logger_st("cpe-agent");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
    logger->set_level(spdlog_level(level));
    logger->flush_on(spdlog::level::trace);
    return [logger](cpe::LogLevel at, std::string_view component, std::string_view message) {
        logger->log(spdlog_level(at), "{}: {}", component, message);
    };
}

/// Debian makes these at boot (tmpfiles.d of resource-agents); a guest without systemd has nobody
/// else to do it. What is there is left as it is.
void make_runtime_directories(const AgentPaths& paths) {
    if (::mkdir(paths.ocf_temp.c_str(), 01755) == 0) ::chmod(paths.ocf_temp.c_str(), 01755);
    if (::mkdir("/run/lock", 01777) == 0) ::chmod("/run/lock", 01777);
}

int run(const Options& options) {
    auto identity = find_identity(options.boot_id_file);
    if (!identity) return fail(identity.error(), exit_failed);
    ::signal(SIGPIPE, SIG_IGN);
    make_runtime_directories(options.paths);
    const auto log = stderr_log(options.level);
    log(cpe::LogLevel::info, "main",
        "cpe-agent " CPE_VERSION ", boot " + identity->boot_id + ", agent " + identity->agent_id);

    boost::asio::io_context loop(1);
    Program program(loop.get_executor(), options, std::move(*identity), log);
    boost::asio::signal_set signals(loop, SIGTERM, SIGINT);
    signals.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        log(cpe::LogLevel::info, "main", "stopping; services are left running");
        program.stop();
        loop.stop();
    });
    program.start();
    loop.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        auto options = parse_options({argv + 1, argv + argc});
        if (!options) return fail(options.error(), exit_usage);
        if (options->wish == Options::Wish::help) return std::puts(help_text().c_str()) < 0;
        if (options->wish == Options::Wish::version) return std::puts("cpe-agent " CPE_VERSION) < 0;
        options->paths.own_agents = own_agents_directory();
        return run(*options);
    } catch (const std::exception& e) {
        return fail({cpe::Errc::internal, e.what(), {}, {}}, exit_failed);
    }
}
