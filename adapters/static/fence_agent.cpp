#include "adapters/static/fence_agent.hpp"

#include "adapters/static/options_file.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cpe::static_hosts {
namespace {

namespace asio = boost::asio;

constexpr int exit_off = 2;

std::string last_words(const Ended& ended) {
    return ended.output.empty() ? "" : ": " + ended.output;
}

Error failure_of(const Ended& ended) {
    if (ended.timed_out)
        return {Errc::timed_out, "it did not end within its time limit, and was killed", {}, {}};
    if (ended.signal != 0)
        return {Errc::unavailable,
                "it was ended by signal " + std::to_string(ended.signal) + last_words(ended),
                {},
                {}};
    return {Errc::unavailable,
            "it exited with " + std::to_string(ended.code) + last_words(ended),
            {},
            {}};
}

}  // namespace

Result<Power> power_of(const Ended& ended) {
    if (!ended.timed_out && ended.code == 0) return Power::on;
    if (!ended.timed_out && ended.code == exit_off) return Power::off;
    return failure_of(ended);
}

Result<> success_of(const Ended& ended) {
    if (!ended.timed_out && ended.code == 0) return {};
    return failure_of(ended);
}

Error FenceAgent::explain(Error error, std::string_view action, const std::string& plug) const {
    error.where = fencing_.program.filename().string() + ", " + std::string(action) + " of plug '" +
                  plug + "'";
    return error;
}

Result<std::string> FenceAgent::plug(const AssemblyKey& key) const {
    const auto options = read_options(fencing_.options_file);
    if (!options) return options.error();
    return plug_of(*options, key);
}

/// The file is read for each run: a password that was changed there is used at once.
asio::awaitable<Result<FenceAgent::Run>> FenceAgent::run(std::string_view action, AssemblyKey key,
                                                         Urgency urgency) {
    auto options = read_options(fencing_.options_file);
    if (!options) co_return options.error();
    gate_.set_places(options->actions_at_once);
    const auto permit = co_await gate_.enter(urgency);
    const auto plug = plug_of(*options, key);
    if (closed_) co_return explain({Errc::unavailable, "cped is stopping", {}, {}}, action, plug);
    const auto started =
        Process::start(executor_, fencing_.program, input_for(*options, action, plug));
    if (!started) {
        Error error = started.error();
        error.hint = "is it installed (package fence-agents)?";
        co_return explain(std::move(error), action, plug);
    }
    std::erase_if(running_, [](const auto& process) { return process.expired(); });
    running_.push_back(*started);
    auto ended = co_await Process::wait(*started, fencing_.action_timeout);
    ended.output = fit_to_show(*options, ended.output);
    co_return Run{std::move(ended), plug};
}

asio::awaitable<Result<Power>> FenceAgent::status(std::shared_ptr<FenceAgent> self, AssemblyKey key,
                                                  Urgency urgency) {
    const auto run = co_await self->run("status", std::move(key), urgency);
    if (!run) co_return run.error();
    auto power = power_of(run->ended);
    if (power) co_return power;
    co_return self->explain(power.error(), "status", run->plug);
}

asio::awaitable<Result<>> FenceAgent::switch_to(std::shared_ptr<FenceAgent> self, Power power,
                                                AssemblyKey key) {
    const auto action = name_of(power);
    const auto run = co_await self->run(action, key, Urgency::now);
    if (!run) co_return run.error();
    if (const auto done = success_of(run->ended); !done)
        co_return self->explain(done.error(), action, run->plug);
    asio::steady_timer pause(self->executor_);
    for (std::size_t look = 0; look < self->limits_.confirmations; ++look) {
        if (look > 0) {
            boost::system::error_code ignored;
            pause.expires_after(self->limits_.confirm_pause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        const auto now = co_await status(self, key, Urgency::now);
        if (!now) co_return now.error();
        if (*now == power) co_return Result<>();
    }
    Error error{Errc::timed_out,
                "it said that it was done, but its status is not '" + std::string(action) + "'",
                {},
                "look at the machine and at its fence device"};
    co_return self->explain(std::move(error), action, run->plug);
}

void FenceAgent::close() {
    closed_ = true;
    for (const auto& process : running_)
        if (const auto held = process.lock()) held->close();
}

}  // namespace cpe::static_hosts
