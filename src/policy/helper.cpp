#include "src/policy/helper.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <exception>
#include <utility>

namespace cpe::policy_runner {
namespace {

namespace asio = boost::asio;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Shared with the timer's handler, which may run after its tick was answered.
struct Watch {
    bool answered = false;
    bool timed_out = false;
};

/// The socket to the child broke: it has ended, or will be killed for it.
Error broken() {
    return Error{Errc::internal, "the policy helper is gone", "policy helper", ""};
}

}  // namespace

Helper::Helper(const asio::any_io_executor& loop, HelperProgram program, Millis idle, LogSink sink)
    : loop_(loop),
      program_(std::move(program)),
      sink_(std::move(sink)),
      idle_timer_(loop),
      idle_(idle) {}

void Helper::stop() {
    if (process_) process_->kill();
}

void Helper::pass_on(const LogLine& line) const {
    if (sink_) sink_(line.level, line.component, line.message);
}

void Helper::end_when_idle() {
    idle_timer_.expires_after(idle_);
    idle_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (!cancelled && self && !self->busy_) self->process_.reset();
    });
}

asio::awaitable<HelperOutcome> Helper::ask(const HelperRequest& request, Millis limit) {
    auto outcome = co_await ask_frame(encode(request), FrameType::graph, limit);
    co_return decoded(std::move(outcome), decode_graph);
}

asio::awaitable<SimulationOutcome> Helper::simulate(const policy::SimulationRequest& request,
                                                    Millis limit) {
    auto outcome = co_await ask_frame(encode(request), FrameType::simulated, limit);
    co_return decoded(std::move(outcome), decode_simulated);
}

template <class Answer>
HelperOutcomeOf<Answer> Helper::decoded(BodyOutcome outcome,
                                        Result<Answer> (*decode)(std::string_view)) {
    if (!outcome.answer) return {outcome.answer.error(), outcome.died};
    auto answer = decode(*outcome.answer);
    // It cannot be trusted to answer the next one.
    if (!answer) process_.reset();
    return {std::move(answer), false};
}

asio::awaitable<Helper::BodyOutcome> Helper::ask_frame(std::string frame, FrameType wanted,
                                                       Millis limit) {
    busy_ = true;
    idle_timer_.cancel();
    BodyOutcome outcome{broken(), false};
    try {
        outcome = co_await ask_process(frame, wanted, limit);
    } catch (const std::exception& error) {
        // Whatever the child still says would be taken for the next tick's answer.
        process_.reset();
        outcome.answer = Error{Errc::internal, error.what(), "policy helper", ""};
    }
    busy_ = false;
    if (process_) end_when_idle();
    co_return outcome;
}

asio::awaitable<Helper::BodyOutcome> Helper::ask_process(const std::string& frame, FrameType wanted,
                                                         Millis limit) {
    const auto self = shared_from_this();
    if (auto error = provide_process()) co_return BodyOutcome{std::move(*error), false};
    const auto watch = std::make_shared<Watch>();
    asio::steady_timer timer(loop_, limit);
    timer.async_wait([self, watch](const boost::system::error_code& cancelled) {
        if (cancelled || watch->answered) return;
        watch->timed_out = true;
        self->stop();
    });
    auto answer = co_await exchange(frame, wanted);
    watch->answered = true;
    timer.cancel();
    const bool gone = !answer && answer.error() == broken();
    if (gone) {
        auto outcome = co_await explain(broken(), watch->timed_out, limit);
        co_return outcome;
    }
    // After a failed assertion the child has leaked; it is cheap to have a fresh one.
    const bool soiled = !answer && answer.error().code == Errc::internal;
    if (soiled || ++ticks_ >= max_ticks_per_helper) {
        co_await process_->end();
        process_.reset();
    }
    co_return BodyOutcome{std::move(answer), false};
}

std::optional<Error> Helper::provide_process() {
    // One that somebody killed while it had nothing to do is no tick's fault.
    if (process_ && process_->running()) return std::nullopt;
    process_.reset();
    ticks_ = 0;
    auto spawned = HelperProcess::spawn(loop_, program_);
    if (!spawned) return spawned.error();
    process_.emplace(std::move(*spawned));
    return std::nullopt;
}

asio::awaitable<Helper::BodyOutcome> Helper::explain(Error error, bool timed_out, Millis limit) {
    const std::string ending = co_await process_->end();
    process_.reset();
    if (timed_out) {
        error.code = Errc::timed_out;
        error.what = "the scheduler did not finish within " + std::to_string(limit.count()) + " ms";
    } else {
        error.what = "the policy helper " + ending;
        if (program_.memory_bytes > 0)
            error.hint =
                "its memory limit is " + std::to_string(program_.memory_bytes >> 20U) + " MiB";
    }
    co_return BodyOutcome{std::move(error), true};
}

asio::awaitable<Result<Helper::Body>> Helper::exchange(const std::string& frame, FrameType wanted) {
    const auto [write_error, written] =
        co_await asio::async_write(process_->socket(), asio::buffer(frame), as_result);
    if (write_error) co_return broken();
    for (;;) {
        const auto head_bytes = co_await read(frame_head_bytes);
        if (!head_bytes) co_return broken();
        const auto head = decode_head(*head_bytes);
        if (!head) co_return broken();
        auto body = co_await read(head->length);
        if (!body) co_return broken();
        if (head->type == wanted) co_return std::move(body);
        if (head->type == FrameType::error) co_return decode_error(*body);
        if (head->type != FrameType::log) co_return broken();
        if (const auto line = decode_log(*body)) pass_on(*line);
    }
}

asio::awaitable<Result<std::string>> Helper::read(std::size_t size) {
    std::string bytes(size, '\0');
    const auto [error, count] =
        co_await asio::async_read(process_->socket(), asio::buffer(bytes), as_result);
    if (error) co_return broken();
    co_return bytes;
}

}  // namespace cpe::policy_runner
