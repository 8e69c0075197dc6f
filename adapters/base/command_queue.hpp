// Commands about assemblies, as a provider carries them out: those about one assembly in order and
// one at a time, those about different ones at the same time.
//
// Thread: the loop. Nothing is carried out and nobody is called back from within a call of it.
// Ownership: a command is kept until it is answered; what its work and its callback hold (as a
// rule: the provider's inside) lives so long. After close(), which its destructor does too, what
// waits is dropped, what is under way goes on unheard, and nobody is called back.
//
// Errors: a refused command is answered with Errc::refused. An exception that leaves a command is a
// bug: it is raised again where the loop runs, its command is answered with Errc::internal, and the
// following ones are carried out all the same. One that leaves a callback is raised likewise.
#pragma once

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace cpe::base {

class CommandQueue {
public:
    using Done = InstanceProvider::Done;
    /// Makes the coroutine that is the command; called once, when its turn has come.
    using Work = std::function<boost::asio::awaitable<Result<InstanceReport>>()>;
    /// Told when all commands about an assembly are answered. It may forget what it knows of it.
    using Idle = std::function<void(const AssemblyKey&)>;

    struct Command {
        std::string where;  ///< of its errors: what it is about, for people
        Work work;
        Done done;
    };

    /// At most `limit` commands wait for their turn about each assembly.
    CommandQueue(boost::asio::any_io_executor executor, std::size_t limit, Idle idle);
    ~CommandQueue() { close(); }
    CommandQueue(const CommandQueue&) = delete;
    CommandQueue& operator=(const CommandQueue&) = delete;

    /// Returns its number, which no other command has: news that were asked for before the last
    /// command about their assembly came are recognized by it, and count for nothing.
    std::uint64_t push(const AssemblyKey& key, Command command);
    /// Answers what is not even to be queued.
    void refuse(Done done, Error error);
    /// Not all that was pushed about it is answered.
    [[nodiscard]] bool busy(const AssemblyKey& key) const;
    void close();

private:
    struct Lines;  ///< shared with the coroutines under way
    std::shared_ptr<Lines> lines_;
    std::uint64_t pushed_ = 0;
};

}  // namespace cpe::base
