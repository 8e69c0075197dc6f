// The provider's inside: a queue of commands for each assembly, and now and then a look at the
// hosts.
//
// Thread: the loop. Ownership: shared by the provider and by the coroutines under way; after
// close() these end as soon as they are resumed, and nobody is called back.
#pragma once

#include "adapters/base/command_queue.hpp"
#include "adapters/static/fence_agent.hpp"
#include "adapters/static/settings.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace cpe::static_hosts {

enum class Verb { start, stop, release, destroy };

class Core : public std::enable_shared_from_this<Core> {
public:
    using Done = InstanceProvider::Done;

    Core(boost::asio::any_io_executor executor, Settings settings);
    void open();
    void close();
    void set_watch(InstanceProvider::Watch watch) { watch_ = std::move(watch); }
    void command(Verb verb, const InstanceSpec& spec, Done done);

private:
    struct Host {
        std::string address;             ///< where it was started; empty: it is not wanted
        std::string plug;                ///< with fencing, as of its start
        std::uint64_t last_command = 0;  ///< a look that was overtaken by it counts for nothing
        InstanceState told = InstanceState::running;
    };
    using Awaited = boost::asio::awaitable<Result<InstanceReport>>;

    [[nodiscard]] std::optional<Error> no_room(const AssemblyKey& key, Verb verb) const;
    Awaited carry_out(Verb verb, InstanceSpec spec);
    Awaited dispatch(Verb verb, InstanceSpec spec);
    void forget_if_unwanted(const AssemblyKey& key);
    Awaited start(InstanceSpec spec);
    Awaited switch_on(InstanceSpec spec);
    Awaited stop(AssemblyKey key);
    [[nodiscard]] Result<std::string> own_plug(const InstanceSpec& spec) const;
    void let_go(const AssemblyKey& key);

    static boost::asio::awaitable<void> look_now_and_then(std::shared_ptr<Core> self);
    static boost::asio::awaitable<void> look_at(std::shared_ptr<Core> self, AssemblyKey key);
    void tell(const AssemblyKey& key, InstanceState state, const std::string& reason);
    void say(LogLevel level, const std::string& text) const;

    boost::asio::any_io_executor executor_;
    Settings settings_;
    std::shared_ptr<FenceAgent> agent_;  ///< none: nothing can be fenced
    std::map<AssemblyKey, Host> hosts_;
    base::CommandQueue queue_;
    boost::asio::steady_timer next_look_;
    InstanceProvider::Watch watch_;
    bool closed_ = false;
};

}  // namespace cpe::static_hosts
