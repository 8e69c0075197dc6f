// The agent as a whole: core, hands and way to cped on one loop.
//
// Thread: the loop. Ownership: owns its parts; the io_context outlives it.
#pragma once

#include "src/cpe-agent/core.hpp"
#include "src/cpe-agent/link.hpp"
#include "src/cpe-agent/options.hpp"
#include "src/cpe-agent/runner.hpp"

#include <cpe/log.hpp>

#include <boost/asio/steady_timer.hpp>

namespace cpe::guest {

class Program {
public:
    Program(boost::asio::any_io_executor executor, const Options& options, Identity identity,
            LogSink log);

    void start();
    /// Ends the connection; services and runs under way are left alone.
    void stop();

private:
    void pump();
    void tell(const OperationResult& result);
    void arm_timer();

    LogSink log_;
    Core core_;
    Runner runner_;
    Link link_;
    boost::asio::steady_timer timer_;
    bool stopped_ = false;
};

}  // namespace cpe::guest
