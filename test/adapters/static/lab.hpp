// What the tests of fence agents share: agents written for the occasion, and a loop that runs until
// something is so.
#pragma once

#include "adapters/static/fence_agent.hpp"
#include "adapters/static/static_provider.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cpe::static_hosts::test {

/// Key of an assembly of deployable "shop", tenant "default".
AssemblyKey key(const std::string& assembly, const std::string& deployable = "shop");
InstanceSpec host(const std::string& assembly, const std::string& address);

/// How many living processes have this text in their command line or environment.
std::size_t processes_with(const std::string& text);

class Lab {
public:
    Lab();
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    /// Writes fence_NAME, a shell script: $action and $plug are there, and stdin is read to its
    /// end. It keeps its machine's state in $state ("on" or "off").
    std::filesystem::path agent(const std::string& name, const std::string& script) const;
    /// One that does as it is told.
    std::filesystem::path good_agent() const;
    std::filesystem::path options(const std::string& text = "password=hunter22\n") const;
    Fencing fencing(const std::filesystem::path& program) const;
    /// The state file of a plug, as the agents write it.
    void set_state(const std::string& plug, const std::string& state) const;
    std::string state(const std::string& plug) const;
    /// A file that agents may write.
    std::string read(const std::string& name) const;

    void open(std::optional<Fencing> with);
    void close() { provider.reset(); }
    /// Runs the loop until `condition`; false after a minute.
    bool until(const std::function<bool()>& condition);
    Result<InstanceReport> start(const InstanceSpec& spec);
    Result<InstanceReport> stop(const std::string& assembly);
    Result<InstanceReport> release(const std::string& assembly);
    Result<InstanceReport> destroy(const std::string& assembly);

    template <class T>
    T await(boost::asio::awaitable<T> work) {
        std::optional<T> outcome;
        boost::asio::co_spawn(loop, std::move(work),
                              [&](const std::exception_ptr& failed, T value) {
                                  if (failed) std::rethrow_exception(failed);
                                  outcome = std::move(value);
                              });
        until([&] { return outcome.has_value(); });
        return std::move(outcome.value());
    }

    std::filesystem::path folder;
    boost::asio::io_context loop;
    Limits limits;
    std::unique_ptr<StaticProvider> provider;
    std::vector<std::pair<std::string, InstanceReport>> told;  ///< by the watch
    std::vector<std::string> logged;

private:
    Result<InstanceReport> wait(std::optional<Result<InstanceReport>>& outcome);
};

}  // namespace cpe::static_hosts::test
