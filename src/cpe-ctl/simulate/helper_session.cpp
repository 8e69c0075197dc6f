#include "src/cpe-ctl/simulate/helper_session.hpp"

#include "src/policy/helper.hpp"
#include "src/policy/helper_program.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace cpe::ctl {

namespace asio = boost::asio;
using policy_runner::SimulationOutcome;

struct HelperSession::Impl {
    using Clock = std::chrono::steady_clock;

    explicit Impl(Millis all) : limit(all), deadline(Clock::now() + all) {}

    void note(LogLevel level, std::string_view message) {
        if (level < LogLevel::error || complaints.size() >= max_complaints) return;
        if (std::find(complaints.begin(), complaints.end(), message) == complaints.end())
            complaints.emplace_back(message);
    }
    [[nodiscard]] Millis left() const {
        return std::chrono::duration_cast<Millis>(deadline - Clock::now());
    }
    Result<policy::Simulated> run(const policy::SimulationRequest& request);

    Millis limit;
    Clock::time_point deadline;
    std::vector<std::string> complaints;
    asio::io_context loop;
    std::shared_ptr<policy_runner::Helper> helper;
};

namespace {

asio::awaitable<void> ask_helper(policy_runner::Helper& helper,
                                 const policy::SimulationRequest& request, Millis limit,
                                 std::optional<SimulationOutcome>& outcome) {
    outcome.emplace(co_await helper.simulate(request, limit));
}

}  // namespace

Result<policy::Simulated> HelperSession::Impl::run(const policy::SimulationRequest& request) {
    std::optional<SimulationOutcome> outcome;
    asio::co_spawn(loop, ask_helper(*helper, request, std::max(left(), Millis{1}), outcome),
                   asio::detached);
    loop.restart();
    while (!outcome && loop.run_one() > 0) {
    }
    if (outcome && outcome->answer.has_error() && outcome->answer.error().code == Errc::timed_out)
        return Error{
            Errc::timed_out,
            "the scheduler did not finish within " + std::to_string(limit.count() / 1000) + " s",
            "", "--timeout S allows more"};
    if (outcome) return std::move(outcome->answer);
    return Error{Errc::internal, "the policy helper did not answer", "policy helper", ""};
}

HelperSession::HelperSession(Millis limit) : impl_(std::make_unique<Impl>(limit)) {}
HelperSession::~HelperSession() = default;

Result<policy::Simulated> HelperSession::ask(const policy::SimulationRequest& request) {
    if (!impl_->helper) {
        auto program = policy_runner::find_program("cpe-policy-helper");
        if (!program) return program.error();
        const policy_runner::HelperProgram helper{
            std::move(*program), simulation_memory_bytes, {}, policy_runner::helper_environment()};
        impl_->helper = std::make_shared<policy_runner::Helper>(
            impl_->loop.get_executor(), helper, std::max(impl_->left(), Millis{1}),
            [impl = impl_.get()](LogLevel level, std::string_view, std::string_view message) {
                impl->note(level, message);
            });
    }
    return impl_->run(request);
}

const std::vector<std::string>& HelperSession::complaints() const {
    return impl_->complaints;
}

}  // namespace cpe::ctl
