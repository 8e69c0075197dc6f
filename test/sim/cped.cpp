#include "test/sim/cped.hpp"

#include "src/host/loop_lag.hpp"

#include "test/sim/world.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace cpe::sim {
namespace {

/// A timer of the loop in virtual time.
class VirtualAlarm final : public host::Alarm {
public:
    VirtualAlarm(Cped& cped, boost::asio::any_io_executor executor)
        : cped_(cped), state_(std::make_shared<State>(std::move(executor))) {}

    void set(Millis after, std::function<void()> ring) override {
        // The timeline outlives the loop: it may hold nothing of it.
        cped_.later(after, [ring = std::move(ring), number = ++state_->newest,
                            weak = std::weak_ptr(state_)] {
            const auto state = weak.lock();
            if (!state || number != state->newest) return;
            boost::asio::post(state->executor, [ring, number, weak] {
                const auto still = weak.lock();
                if (still && number == still->newest) ring();
            });
        });
    }
    void cancel() override { ++state_->newest; }

private:
    struct State {
        explicit State(boost::asio::any_io_executor on) : executor(std::move(on)) {}
        boost::asio::any_io_executor executor;
        std::uint64_t newest = 0;
    };
    Cped& cped_;
    std::shared_ptr<State> state_;
};

}  // namespace

struct Cped::Rooms {
    explicit Rooms(World& world)
        : channel(world),
          store(world),
          brain(world),
          cloud(world, "cloud"),
          metal(world, "metal") {}

    boost::asio::io_context loop{1};
    Channel channel;
    SimStore store;
    Brain brain;
    CloudFront cloud;
    CloudFront metal;
    std::optional<host::Ports> ports;
    std::unique_ptr<registry::Registry> registry;
    std::optional<host::LoopLag> lag;
};

Cped::Cped(World& world) : world_(world) {}
Cped::~Cped() = default;

registry::Registry& Cped::registry() {
    return *rooms_->registry;
}

Channel& Cped::channel() {
    return rooms_->channel;
}

bool Cped::stalled() const {
    return stalled_until_ > world_.time.mono();
}

registry::Settings Cped::settings() const {
    registry::Settings settings;
    settings.blueprint.deployment = world_.settings;
    settings.blueprint.deployment.default_provider = provider_names().front();
    settings.blueprint.deployment.transition_uuid =
        "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + life_);
    for (const auto& name : provider_names()) settings.blueprint.providers.push_back({name});
    settings.tenants = world_.tenants;
    return settings;
}

registry::Remembered Cped::remembered() const {
    const Disk& disk = world_.disk;
    registry::Remembered remembered;
    for (const auto& [key, kept] : disk.deployables)
        remembered.deployables.push_back(disk.load(key));
    if (!disk.transitions.empty()) remembered.last_transition = {disk.transitions.rbegin()->first};
    if (!disk.actions.empty()) remembered.last_operation = {disk.actions.rbegin()->first};
    return remembered;
}

LogSink Cped::log() const {
    return [&world = world_](LogLevel level, std::string_view component, std::string_view line) {
        world.note([&] { return "log: " + std::string(component) + ": " + std::string(line); });
        constexpr std::string_view died = "its policy engine died: ";
        if (level == LogLevel::error && line.starts_with(died))
            world.dpe_died(component, line.substr(died.size()));
    };
}

void Cped::start() {
    if (alive()) return;
    ++life_;
    world_.note([&] { return "cped begins, life " + std::to_string(life_); });
    crash_.reset();
    stalled_until_ = {};
    rooms_ = std::make_unique<Rooms>(world_);
    Rooms& rooms = *rooms_;
    rooms.ports.emplace(host::Ports{world_.time,
                                    rooms.store,
                                    rooms.brain,
                                    {{ChannelKind::agent, &rooms.channel}},
                                    {{"cloud", &rooms.cloud}, {"metal", &rooms.metal}},
                                    "cloud",
                                    log(),
                                    [this](const boost::asio::any_io_executor& executor) {
                                        return std::make_unique<VirtualAlarm>(*this, executor);
                                    }});
    rooms.registry = std::make_unique<registry::Registry>(rooms.loop.get_executor(), settings(),
                                                          *rooms.ports, World::stylesheet());
    rooms.lag.emplace(rooms.ports->alarms(rooms.loop.get_executor()), world_.time, log(),
                      [this](Millis span) { rooms_->registry->stood_still(span); });
    rooms.ports->check_punctuality = [&rooms] { rooms.lag->check(); };
    rooms.lag->start();
    for (auto& watcher : world_.watchers) watcher->cped_began();
    rooms.registry->restore(remembered());
    settle();
}

void Cped::crash() {
    if (!alive()) return;
    world_.note([&] { return std::string("cped crashes"); });
    crash_.reset();
    dying_ = true;  // destructors of rooms say nothing to each other
    auto rooms = std::move(rooms_);
    rooms->registry.reset();
    rooms.reset();
    dying_ = false;
    for (auto& watcher : world_.watchers) watcher->cped_ended();
    world_.cped_down();
}

bool Cped::takes_crash(Crash where) {
    if (crash_ != where) return false;
    crash_.reset();
    return true;
}

void Cped::may_crash(Crash where) {
    if (takes_crash(where)) dying_ = true;
}

void Cped::stall(Millis span) {
    if (!alive()) return;
    stalled_until_ = std::max(stalled_until_, world_.time.mono() + span);
    world_.time.at(span, [this] { settle(); });
}

void Cped::post(std::function<void()> work) {
    if (!alive() || dying_) return;
    boost::asio::post(rooms_->loop, std::move(work));
    settle();
}

void Cped::later(Millis after, std::function<void()> work) {
    world_.time.at(after, [this, life = life_, work = std::move(work)] {
        if (life == life_) post(work);
    });
}

void Cped::in_background(Millis after, std::function<void()> work) {
    world_.time.at(after, [this, life = life_, work = std::move(work)] {
        if (life == life_ && alive()) work();
    });
}

void Cped::settle() {
    if (!alive() || settling_ || stalled()) return;
    settling_ = true;
    rooms_->loop.restart();
    while (!dying_ && rooms_->loop.poll_one() > 0) {
    }
    settling_ = false;
    if (!std::exchange(dying_, false)) return;
    crash();
}

}  // namespace cpe::sim
