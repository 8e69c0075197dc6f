// Runs one DPE: feeds it events on its own strand, makes durable what it says, then carries out its
// effects (design.md §4, §5).
//
// Thread: the loop thread; `post` and `ask` may be called from within any callback there.
// Ownership: held by shared_ptr; callbacks of ports hold weak references, so a dropped host is
// simply not answered. Order: effects are carried out in the order of the steps, each only after
// everything that it and the steps before it had to persist is durable. Errors: an exception out of
// a step ends this host alone (Owner::died).
#pragma once

#include "src/host/arena.hpp"
#include "src/host/ports.hpp"

#include <cpe/deployment.hpp>

#include "engines/deployment/deployment.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>

namespace cpe::host {

/// Events of one deployable that are handled before others have their turn.
constexpr std::size_t max_events_per_turn = 64;
/// Events that wait; heartbeats over it are dropped, for another follows.
constexpr std::size_t max_inbox = 4096;

class DeploymentHost : public std::enable_shared_from_this<DeploymentHost> {
public:
    /// What the registry is told. Called on the loop thread, never from within a call to the host.
    struct Owner {
        std::function<void(const DeployableKey&, std::span<const StoredEvent>)> events;
        std::function<void(const DeployableKey&)> retired;
        std::function<void(const DeployableKey&, std::string reason)> died;
        /// Told within the step, before anything of it is durable: it may post, and no more.
        std::function<void(const DeployableKey&, std::span<const Suspect>)> suspects = {};
    };
    using Answer = std::function<void(Result<>)>;

    /// The deployment was built in the arena. It begins to live with begin().
    DeploymentHost(boost::asio::any_io_executor loop, DeployableKey key, ChannelKind channel,
                   std::unique_ptr<Arena> arena, std::unique_ptr<deployment::Deployment> deployment,
                   const Ports& ports, Owner owner);
    DeploymentHost(const DeploymentHost&) = delete;
    DeploymentHost& operator=(const DeploymentHost&) = delete;
    ~DeploymentHost();

    void begin() { post(event::Begin{}); }
    void post(Event event);
    /// An operator's wish; answered once what came of it is durable.
    void ask(event::Operator::Wish wish, std::string target, std::string who, Answer answer);
    /// A new document, admitted; its model was built in memory(). Answered as a wish is.
    void reload(std::string document, std::shared_ptr<Deployable> model, std::string who,
                Answer answer);
    /// What its first tick after that reload would see: for admission.
    [[nodiscard]] Result<std::string> reload_cib(Deployable fresh,
                                                 std::pmr::memory_resource& memory) const {
        return deployment_->reload_cib(std::move(fresh), memory);
    }
    /// Its brake lets go by hand; answered as a wish is.
    void let_go(event::Brake order, Answer answer);
    /// The process did not run for so long: known before anything that waits in the inbox.
    void stood_still(Millis span);
    /// No more steps, effects or answers; operators who wait are told why.
    void stop(const Error& why);

    [[nodiscard]] const DeployableKey& key() const { return key_; }
    [[nodiscard]] ChannelKind channel() const { return channel_; }
    /// Where its model lives; valid while the host lives.
    [[nodiscard]] std::pmr::memory_resource& memory() { return arena_->resource(); }
    [[nodiscard]] DeployableStatus status() const;
    [[nodiscard]] std::vector<deployment::Population> census() const {
        return deployment_->census();
    }

private:
    struct Carrier;  // carries out effects
    struct Outgoing {
        std::vector<EventRecord> events;
        std::vector<Effect> effects;
        bool durable = false;
    };

    std::optional<Token> wait_for(Answer answer);
    void schedule_turn();
    void turn();
    void step(Event event);
    void die(std::string reason);
    void send(Ready ready);
    void committed(Outgoing& out, const Result<std::vector<EventId>>& ids);
    void drain();
    void arm(std::optional<MonoTime> wake_at);

    boost::asio::strand<boost::asio::any_io_executor> strand_;
    std::unique_ptr<Alarm> alarm_;
    std::optional<MonoTime> armed_for_;
    DeployableKey key_;
    ChannelKind channel_;
    std::unique_ptr<Arena> arena_;  // before deployment_: outlives it
    std::unique_ptr<deployment::Deployment> deployment_;
    const Ports& ports_;
    Owner owner_;
    std::deque<Event> inbox_;
    bool turn_posted_ = false;
    bool ended_ = false;
    std::deque<std::shared_ptr<Outgoing>> outgoing_;
    std::unordered_map<std::uint64_t, Answer> waiting_;
    std::uint64_t last_token_ = 0;
};

}  // namespace cpe::host
