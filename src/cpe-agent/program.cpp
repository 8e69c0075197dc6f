#include "src/cpe-agent/program.hpp"

#include "src/cpe-agent/clock.hpp"

#include <chrono>
#include <utility>

namespace cpe::guest {

namespace {

std::string line_of(const OperationRequest& request) {
    return "operation " + std::to_string(request.id.value) + ": " + request.operation + " " +
           request.resource;
}

}  // namespace

Program::Program(boost::asio::any_io_executor executor, const Options& options, Identity identity,
                 LogSink log)
    : log_(std::move(log)),
      core_(identity, Limits{}),
      runner_(executor,
              {options.paths, identity.hostname, identity.agent_id, options.run_dir / "runs"},
              [this](RunId run, RunEnd end) {
                  core_.exited(run, std::move(end), now());
                  pump();
              }),
      link_(executor, options.socket, "cpe-agent-" + identity.agent_id,
            {[this] {
                 core_.connected(now());
                 pump();
             },
             [this](const std::string&) {
                 core_.disconnected();
                 pump();
             },
             [this](agent::ToGuest words) {
                 core_.receive(std::move(words), now());
                 pump();
             },
             log_}),
      timer_(executor) {}

void Program::start() {
    if (const auto runs = runner_.clear_left_over())
        log_(
            LogLevel::warning, "runner",
            "killed " + std::to_string(runs) + " operations that an earlier agent left unfinished");
    link_.start();
}

void Program::stop() {
    stopped_ = true;
    timer_.cancel();
    link_.stop();
}

void Program::pump() {
    if (stopped_) return;
    const auto ready = core_.take();
    for (const auto& spawn : ready.spawns) {
        log_(LogLevel::debug, "run", line_of(spawn.request));
        runner_.spawn(spawn);
    }
    for (const auto run : ready.kills) runner_.kill(run);
    for (const auto& message : ready.messages) {
        if (const auto* ended = std::get_if<agent::Finished>(&message)) tell(ended->result);
        link_.send(message);
    }
    if (ready.disconnect) link_.disconnect(*ready.disconnect);
    arm_timer();
}

/// Parameters and output may hold secrets: neither is logged.
void Program::tell(const OperationResult& result) {
    std::string line = "operation " + std::to_string(result.id.value) + " ended: ";
    switch (result.outcome) {
        case OperationResult::Outcome::done: line += "rc " + std::to_string(result.rc); break;
        case OperationResult::Outcome::timed_out: line += "timed out"; break;
        case OperationResult::Outcome::cancelled: line += "cancelled"; break;
        case OperationResult::Outcome::lost: line += "lost"; break;
    }
    log_(LogLevel::debug, "run", line + ", " + std::to_string(result.duration.count()) + " ms");
}

void Program::arm_timer() {
    const auto next = core_.next_deadline();
    if (!next) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(std::chrono::steady_clock::time_point(next->time_since_epoch()));
    timer_.async_wait([this](boost::system::error_code error) {
        if (error || stopped_) return;
        core_.advance(now());
        pump();
    });
}

}  // namespace cpe::guest
