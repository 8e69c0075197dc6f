// The provider's inside: a queue of commands for each assembly, and the watch over what lives.
//
// Thread: the loop. Ownership: shared by the provider and by the coroutines under way; after
// close() these end as soon as they are resumed, and nobody is called back.
#pragma once

#include "adapters/base/command_queue.hpp"
#include "adapters/local/commands.hpp"
#include "adapters/local/settings.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace cpe::local {

enum class Verb { start, stop, destroy };

class Core : public std::enable_shared_from_this<Core> {
public:
    using Done = InstanceProvider::Done;

    Core(boost::asio::any_io_executor executor, Settings settings);
    void open();
    void close();
    void set_watch(InstanceProvider::Watch watch) { watch_ = std::move(watch); }
    void command(const AssemblyKey& key, Verb verb, Done done);
    [[nodiscard]] std::vector<AssemblyKey> known() const;

private:
    [[nodiscard]] std::optional<Error> cannot_work() const;
    void adopt(const std::filesystem::path& folder);
    [[nodiscard]] std::optional<Error> no_room(const AssemblyKey& key, Verb verb) const;
    Commands::Outcome carry_out(Verb verb, std::shared_ptr<Sandbox> sandbox);
    Commands::Outcome dispatch(Verb verb, const std::shared_ptr<Sandbox>& sandbox);
    void forget_if_gone(const AssemblyKey& key);
    void watch_over(std::shared_ptr<Sandbox> sandbox, std::shared_ptr<Life> life);
    static boost::asio::awaitable<void> watch(std::shared_ptr<Core> self,
                                              std::shared_ptr<Sandbox> sandbox,
                                              std::shared_ptr<Life> life);
    void ended(Sandbox& sandbox, const std::shared_ptr<Life>& life);
    void say(LogLevel level, const std::string& text) const;

    boost::asio::any_io_executor executor_;
    Settings settings_;
    std::optional<Error> unusable_;
    std::unique_ptr<Commands> commands_;  ///< none where unusable
    std::map<AssemblyKey, std::shared_ptr<Sandbox>> sandboxes_;
    base::CommandQueue queue_;
    InstanceProvider::Watch watch_;
    bool closed_ = false;
};

}  // namespace cpe::local
