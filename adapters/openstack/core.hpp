// The provider's inside: a queue of commands for each assembly, and what the looks at the project
// tell of those that are wanted.
//
// Thread: the loop. Ownership: shared by the provider and by the coroutines under way; after
// close() these end as soon as they are resumed, and nobody is called back.
#pragma once

#include "adapters/base/command_queue.hpp"
#include "adapters/openstack/cloud.hpp"
#include "adapters/openstack/roster.hpp"
#include "adapters/openstack/settings.hpp"
#include "adapters/openstack/steps.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cpe::openstack {

enum class Verb { start, halt, destroy };

class Core : public std::enable_shared_from_this<Core> {
public:
    using Done = InstanceProvider::Done;

    Core(boost::asio::any_io_executor executor, ProviderSettings settings, std::string owner);
    void open();
    void close();
    void set_watch(InstanceProvider::Watch watch) { watch_ = std::move(watch); }
    void command(Verb verb, const InstanceSpec& spec, Done done);

private:
    struct Lane {
        bool wanted = false;         ///< started, and not stopped since
        bool stopped_by_us = false;  ///< at the end of its last halt
        bool asked_who = false;      ///< who stopped it is being asked
        std::string server;          ///< its id, as far as it is known
        InstanceReport told;
        std::uint64_t last_command = 0;  ///< news that were overtaken by it count for nothing
    };
    using Awaited = boost::asio::awaitable<Result<InstanceReport>>;
    template <class T = void>
    using AwaitedResult = boost::asio::awaitable<Result<T>>;

    // Commands.
    Awaited carry_out(Verb verb, InstanceSpec spec);
    Awaited dispatch(Verb verb, InstanceSpec spec);
    void ended(const AssemblyKey& key, Verb verb, const InstanceReport& outcome);
    void forget_if_gone(const AssemblyKey& key);
    Awaited start(InstanceSpec spec);
    Awaited bring_up(InstanceSpec spec, std::string id, bool fresh);
    Awaited halt(InstanceSpec spec);
    Awaited halt_one(InstanceSpec spec, std::string id, bool may_destroy);
    Awaited destroy(InstanceSpec spec);
    Awaited absent(std::string where, std::string id, bool never_ran);
    [[nodiscard]] Result<InstanceReport> report_running(const Server& server, bool anew) const;

    // What they are made of.
    AwaitedResult<std::vector<Server>> servers_of(InstanceSpec spec);
    [[nodiscard]] const std::string& known_of(const InstanceSpec& spec) const;
    AwaitedResult<std::string> keep_one(InstanceSpec spec, std::vector<Server> servers);
    AwaitedResult<std::string> create(InstanceSpec spec);
    AwaitedResult<NewServer> describe(std::shared_ptr<Cloud> cloud, InstanceSpec spec);
    AwaitedResult<std::string> find_after_doubt(InstanceSpec spec, Fault fault);
    boost::asio::awaitable<Answer<>> request(Step step, std::string id);
    AwaitedResult<> remove(std::string where, std::string id);
    AwaitedResult<> clear_ports(std::string where, std::string id);
    boost::asio::awaitable<bool> was_ended_by_its_host(std::string id);
    boost::asio::awaitable<bool> was_stopped_by_somebody(std::string id);
    [[nodiscard]] Answer<std::shared_ptr<Cloud>> cloud();
    [[nodiscard]] Error error_of(const Fault& fault, const std::string& where);

    // Looks.
    void looked();
    void look_failed(const Fault& fault);
    void compare(const AssemblyKey& key, Lane& lane);
    static boost::asio::awaitable<void> ask_who(std::shared_ptr<Core> self, AssemblyKey key);
    void tell(const AssemblyKey& key, Lane& lane, InstanceReport report);
    void say(LogLevel level, const std::string& text) const;

    boost::asio::any_io_executor executor_;
    ProviderSettings settings_;
    std::string owner_;
    std::shared_ptr<Cloud> cloud_;
    bool refused_ = false;  ///< the cloud has refused who we are: the files are read again
    std::shared_ptr<Roster> roster_;
    std::map<AssemblyKey, Lane> lanes_;
    base::CommandQueue queue_;
    InstanceProvider::Watch watch_;
    int failed_looks_ = 0;
    bool closed_ = false;
};

}  // namespace cpe::openstack
