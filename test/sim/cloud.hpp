// Instance providers and their troubles. What they were told survives cped: commands of one
// assembly are carried out in order, answers go to the cped that asked, if it still lives.
#pragma once

#include "test/sim/watcher.hpp"

#include <cpe/instance_provider.hpp>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace cpe::sim {

class World;

/// What is wrong with a provider, or with it for one assembly, for a while.
struct Trouble {
    MonoTime refuses_until;
    MonoTime rate_limited_until;
    MonoTime silent_until;  ///< its answers do not come: carried out or not, nobody knows
    MonoTime unfenceable_until;
    int lies_of_starts = 0;
    int lies_of_stops = 0;
};

class Cloud {
public:
    static constexpr Millis deadline{20'000};

    explicit Cloud(World& world) : world_(world) {}

    void command(CommandKind kind, const AssemblyKey& key, const std::string& provider,
                 InstanceProvider::Done done);
    /// Says that an instance changed, true or not, now or late.
    void tell(const AssemblyKey& key, InstanceReport report, Millis late = Millis{0});
    void heal();

    /// One assembly at one provider.
    using Place = std::pair<AssemblyKey, std::string>;

    std::map<std::string, Trouble> providers;
    std::map<AssemblyKey, Trouble> assemblies;
    Millis boot_from{500};
    Millis boot_to{3'000};

private:
    struct Command {
        CommandKind kind;
        InstanceProvider::Done done;
        std::uint64_t life;
    };
    struct Lane {
        std::deque<Command> waiting;
        bool busy = false;
    };

    void next(const Place& place);
    Result<InstanceReport> carry_out(const Place& place, CommandKind kind);
    void give_back(const Place& place);
    Result<InstanceReport> obey(const Place& place, CommandKind kind);
    [[nodiscard]] bool troubled(const Place& place, MonoTime Trouble::*until) const;
    bool lies(const Place& place, int Trouble::*count);
    void answer(const Place& place, const Command& command, const Result<InstanceReport>& said);

    World& world_;
    std::map<Place, Lane> lanes_;
};

/// One provider as cped sees it.
class CloudFront final : public InstanceProvider {
public:
    CloudFront(World& world, std::string name) : world_(world), name_(std::move(name)) {}
    void set_watch(Watch) override {}
    void start(const InstanceSpec& spec, Done done) override;
    void stop(const AssemblyKey& key, Done done) override;
    void destroy(const AssemblyKey& key, Done done) override;

private:
    void give(CommandKind kind, const AssemblyKey& key, Done done);

    World& world_;
    std::string name_;
};

}  // namespace cpe::sim
