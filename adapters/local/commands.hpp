// What start, stop and destroy of one sandbox do; the caller sees to it that one assembly has one
// command at a time.
//
// Thread: the loop. Ownership: outlives its coroutines. After close() every wait ends soon, with
// an error that nobody hears.
#pragma once

#include "adapters/base/gate.hpp"
#include "adapters/local/helper.hpp"
#include "adapters/local/life.hpp"
#include "adapters/local/network.hpp"
#include "adapters/local/sandbox/boot_plan.hpp"
#include "adapters/local/settings.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>

namespace cpe::local {

/// What the provider knows of one assembly.
struct Sandbox {
    AssemblyKey key;
    std::string slug;
    std::shared_ptr<Life> life;      ///< none: it does not run, as far as is known
    std::uint32_t last_address = 0;  ///< 0: never had one
};

[[nodiscard]] std::string name_of(const AssemblyKey& key);  ///< "sandbox 'shop/db'"
[[nodiscard]] InstanceReport report_of(const Sandbox& sandbox, std::string reason = "");

class Commands {
public:
    /// Told of each new life, before anything else happens with it.
    using Born = std::function<void(const std::shared_ptr<Life>&)>;
    using Outcome = boost::asio::awaitable<Result<InstanceReport>>;

    Commands(boost::asio::any_io_executor executor, const Settings& settings, const Subnet& subnet);
    [[nodiscard]] Outcome start(Sandbox& sandbox, Born born);
    [[nodiscard]] Outcome stop(Sandbox& sandbox, Born born);
    [[nodiscard]] Outcome destroy(Sandbox& sandbox, Born born);
    void close() { closed_ = true; }
    Network network;

private:
    using Nothing = boost::asio::awaitable<Result<>>;

    [[nodiscard]] BootPlan plan_for(const Sandbox& sandbox, const Subnet& slice,
                                    std::uint32_t address) const;
    [[nodiscard]] Outcome boot(Sandbox& sandbox, Born born, Subnet slice);
    /// The talk with cpe-sandbox from its start to "keep"; `life` is set as soon as init is born.
    [[nodiscard]] Nothing talk(Helper& helper, std::shared_ptr<Life>& life, const Born& born,
                               std::string& boot_id);
    [[nodiscard]] Nothing end_life(std::shared_ptr<Life> life, const AssemblyKey& key);
    /// A sandbox that no record tells of, or the rest of a set-up whose cped died.
    [[nodiscard]] Nothing end_unknown(const Sandbox& sandbox, const Born& born);
    [[nodiscard]] std::filesystem::path folder_of(const Sandbox& sandbox) const;

    boost::asio::any_io_executor executor_;
    const Settings& settings_;
    base::Gate boots_;
    bool closed_ = false;
};

}  // namespace cpe::local
