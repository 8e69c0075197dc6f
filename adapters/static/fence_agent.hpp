// A fence agent: asked for the state of machines, and told to switch them; every switch is
// confirmed by what the agent says afterwards.
//
// Thread: the loop. Ownership: shared by the provider and the coroutines under way; after close()
// what runs is killed. Errors: Errc::unavailable (it failed, with its last words), Errc::timed_out
// (its limit passed, or the machine did not switch), those of the options file. No error quotes an
// option's value. Limits: Settings; the device's own by pcmk_action_limit.
#pragma once

#include "adapters/base/gate.hpp"
#include "adapters/static/fence_options.hpp"
#include "adapters/static/process.hpp"
#include "adapters/static/settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::static_hosts {

using base::Urgency;

enum class Power { on, off };

constexpr std::string_view name_of(Power power) {
    return power == Power::on ? "on" : "off";
}

/// What the exit code of a `status` means: 0 on, 2 off, all others that it is not known.
Result<Power> power_of(const Ended& ended);
/// What the exit code of `on` or `off` means: 0 that it was done.
Result<> success_of(const Ended& ended);

class FenceAgent : public std::enable_shared_from_this<FenceAgent> {
public:
    FenceAgent(boost::asio::any_io_executor executor, Fencing fencing, Limits limits)
        : executor_(std::move(executor)),
          fencing_(std::move(fencing)),
          limits_(limits),
          gate_(executor_) {}

    /// The coroutines hold the agent while they run.
    static boost::asio::awaitable<Result<Power>> status(std::shared_ptr<FenceAgent> self,
                                                        AssemblyKey key, Urgency urgency);
    /// Done when the agent's own status says so, too.
    static boost::asio::awaitable<Result<>> switch_to(std::shared_ptr<FenceAgent> self, Power power,
                                                      AssemblyKey key);
    /// The plug of this assembly; reads the options file.
    [[nodiscard]] Result<std::string> plug(const AssemblyKey& key) const;
    void close();

private:
    struct Run {
        Ended ended;
        std::string plug;
    };
    boost::asio::awaitable<Result<Run>> run(std::string_view action, AssemblyKey key,
                                            Urgency urgency);
    [[nodiscard]] Error explain(Error error, std::string_view action,
                                const std::string& plug) const;

    boost::asio::any_io_executor executor_;
    Fencing fencing_;
    Limits limits_;
    base::Gate gate_;
    std::vector<std::weak_ptr<Process>> running_;
    bool closed_ = false;
};

}  // namespace cpe::static_hosts
