#include "adapters/base/command_queue.hpp"

#include <cpe/rethrow.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <deque>
#include <exception>
#include <map>
#include <utility>

namespace cpe::base {

namespace asio = boost::asio;

struct CommandQueue::Lines {
    [[nodiscard]] bool has_next(const AssemblyKey& key) const {
        return !closed && !waiting.at(key).empty();
    }
    Command next(const AssemblyKey& key) {
        auto& line = waiting.at(key);
        auto command = std::move(line.front());
        line.pop_front();
        return command;
    }
    void raise(std::exception_ptr bug) const {
        asio::post(executor, [bug = std::move(bug)] { rethrow(bug); });
    }
    /// Carries out all commands about one assembly, until none waits.
    static asio::awaitable<void> serve(std::shared_ptr<Lines> lines, AssemblyKey key);

    asio::any_io_executor executor;
    std::size_t limit;
    Idle idle;
    std::map<AssemblyKey, std::deque<Command>> waiting = {};  ///< those busy; maybe none waits
    bool closed = false;
};

asio::awaitable<void> CommandQueue::Lines::serve(std::shared_ptr<Lines> lines, AssemblyKey key) {
    while (lines->has_next(key)) {
        const auto command = lines->next(key);
        Result<InstanceReport> outcome =
            Error{Errc::internal, "a bug ended this command", command.where, "see cped's log"};
        try {
            outcome = co_await command.work();
        } catch (...) {
            lines->raise(std::current_exception());
        }
        if (lines->closed) co_return;
        try {
            command.done(std::move(outcome));
        } catch (...) {
            lines->raise(std::current_exception());
        }
    }
    if (lines->closed) co_return;
    lines->waiting.erase(key);
    lines->idle(key);
}

CommandQueue::CommandQueue(asio::any_io_executor executor, std::size_t limit, Idle idle)
    : lines_(std::make_shared<Lines>(Lines{std::move(executor), limit, std::move(idle)})) {}

std::uint64_t CommandQueue::push(const AssemblyKey& key, Command command) {
    const auto number = ++pushed_;
    if (lines_->closed) return number;
    const auto [line, fresh] = lines_->waiting.try_emplace(key);
    if (!fresh && line->second.size() >= lines_->limit) {
        refuse(std::move(command.done), {Errc::refused, "too many commands wait",
                                         std::move(command.where), "try again later"});
        return number;
    }
    line->second.push_back(std::move(command));
    if (fresh)
        asio::post(lines_->executor, [lines = lines_, key] {
            if (!lines->closed) asio::co_spawn(lines->executor, Lines::serve(lines, key), rethrow);
        });
    return number;
}

void CommandQueue::refuse(Done done, Error error) {
    asio::post(lines_->executor,
               [lines = lines_, done = std::move(done), error = std::move(error)] {
                   if (!lines->closed) done(error);
               });
}

bool CommandQueue::busy(const AssemblyKey& key) const {
    return lines_->waiting.contains(key);
}

void CommandQueue::close() {
    lines_->closed = true;
    // What a dropped command held may be the last to hold what this is a part of.
    const auto lines = lines_;
    const auto dropped = std::exchange(lines->waiting, {});
}

}  // namespace cpe::base
