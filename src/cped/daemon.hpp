// The wiring: every room made, connected, run and taken down in order.
//
// Thread: main. make() reports what hinders the start as a value; run() returns the exit code.
#pragma once

#include "src/config/configuration.hpp"

#include <cpe/log.hpp>
#include <cpe/result.hpp>

#include <filesystem>
#include <memory>
#include <optional>

namespace cpe::cped {

/// Reads the configuration again (SIGHUP).
using Reload = std::function<Result<config::Configuration>()>;

class Daemon {
public:
    static Result<std::unique_ptr<Daemon>> make(config::Configuration configuration, LogSink log,
                                                Reload reload);
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Serves until SIGTERM or SIGINT; guests go on running.
    int run();

private:
    struct Rooms;
    explicit Daemon(std::unique_ptr<Rooms> rooms);
    std::unique_ptr<Rooms> rooms_;
};

}  // namespace cpe::cped
