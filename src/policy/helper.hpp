// Ticks in a helper process, one at a time: a child is started when there is none, and kept for the
// next tick while it behaves.
//
// Thread: the loop's.
#pragma once

#include "src/policy/helper_process.hpp"
#include "src/policy/wire.hpp"

#include <cpe/log.hpp>

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>

namespace cpe::policy_runner {

/// Ticks that one child runs before it is replaced: bounds what it may leak.
constexpr unsigned max_ticks_per_helper = 200;

/// How a tick in a helper went.
template <class Answer>
struct HelperOutcomeOf {
    Result<Answer> answer;
    bool died = false;  ///< the child crashed, or was killed at the time limit
};
using HelperOutcome = HelperOutcomeOf<TickResult>;
using SimulationOutcome = HelperOutcomeOf<policy::Simulated>;

class Helper : public std::enable_shared_from_this<Helper> {
public:
    /// A child that has nothing to do for `idle` is ended.
    Helper(const boost::asio::any_io_executor& loop, HelperProgram program, Millis idle,
           LogSink sink);

    /// Not while one runs. Ends within `limit`, plus what killing takes.
    boost::asio::awaitable<HelperOutcome> ask(const HelperRequest& request, Millis limit);
    boost::asio::awaitable<SimulationOutcome> simulate(const policy::SimulationRequest& request,
                                                       Millis limit);
    /// Ends the child; a tick that runs is answered with an error.
    void stop();
    [[nodiscard]] bool has_process() const { return process_.has_value(); }

private:
    /// The body of a frame of the type that was asked for.
    using Body = std::string;
    using BodyOutcome = HelperOutcomeOf<Body>;

    std::optional<Error> provide_process();
    boost::asio::awaitable<BodyOutcome> ask_frame(std::string frame, FrameType wanted,
                                                  Millis limit);
    boost::asio::awaitable<BodyOutcome> ask_process(const std::string& frame, FrameType wanted,
                                                    Millis limit);
    template <class Answer>
    HelperOutcomeOf<Answer> decoded(BodyOutcome outcome,
                                    Result<Answer> (*decode)(std::string_view));
    void end_when_idle();
    boost::asio::awaitable<Result<Body>> exchange(const std::string& frame, FrameType wanted);
    boost::asio::awaitable<Result<std::string>> read(std::size_t size);
    boost::asio::awaitable<BodyOutcome> explain(Error error, bool timed_out, Millis limit);
    void pass_on(const LogLine& line) const;

    boost::asio::any_io_executor loop_;
    HelperProgram program_;
    LogSink sink_;
    std::optional<HelperProcess> process_;
    boost::asio::steady_timer idle_timer_;
    Millis idle_;
    bool busy_ = false;
    unsigned ticks_ = 0;
};

}  // namespace cpe::policy_runner
