// The driver: one real DPE, its wishes, time, and the real scheduler.
#include "test/engines/deployment/sim.hpp"

#include "engines/deployable/parse.hpp"
#include "engines/policy/scheduler.hpp"
#include "engines/translate/cib.hpp"
#include "test/engines/deployment/render.hpp"
#include "test/golden/golden.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace cpe::test {
namespace {

constexpr std::int64_t wall_at_zero = 1'700'000'000'000;

policy::Scheduler& scheduler() {
    static policy::Scheduler one([](LogLevel, std::string_view, std::string_view) {});
    return one;
}

}  // namespace

const translate::Stylesheet& stylesheet() {
    static const auto sheet =
        translate::Stylesheet::compile(read_file(source_path("schemas/deployable-to-cib.xsl")));
    return sheet.value();
}

deployment::Settings Sim::default_settings() {
    deployment::Settings settings;
    settings.transition_uuid = "11111111-2222-4333-8444-555555555555";
    settings.boot_timeout = Millis{30'000};
    return settings;
}

Sim::Sim(std::string document, deployment::Settings settings)
    : document_(std::move(document)), settings_(std::move(settings)) {
    const auto parsed = deployable::parse(document_, {}, ground_);
    REQUIRE(parsed.has_value());
    learn_names(parsed->deployable);
    StoredDeployable fresh;
    fresh.key = {"default", std::string(parsed->deployable.name)};
    fresh.document = document_;
    store.stored = fresh;
    make_dpe(fresh);
}

Sim::~Sim() = default;

/// What a reload takes out keeps its orders as long as it is there.
void Sim::learn_names(const Deployable& model) {
    std::set<std::string> resources;
    for (const auto& a : model.assemblies) {
        guests_[std::string(a.name)].name = a.name;
        for (const auto& s : a.services) {
            homes_[std::string(s.resource)] = a.name;
            resources.emplace(s.resource);
        }
    }
    std::erase_if(orders_, [&](const auto& order) { return resources.contains(order.second); });
    for (const auto& d : model.dependencies) orders_.emplace_back(d.first, d.then);
}

void Sim::make_dpe(StoredDeployable stored) {
    dpe_.reset();
    arena_ = std::make_unique<MeteredArena>();
    auto parsed = deployable::parse(document_, {}, *arena_);
    dpe_ = std::make_unique<deployment::Deployment>(
        std::move(parsed.value().deployable), std::move(stored), stylesheet(), settings_,
        static_cast<IdSource&>(*this), LogSink{}, *arena_);
}

Now Sim::now() const {
    return {WallTime{wall_at_zero + mono_.time_since_epoch().count()}, mono_};
}

void Sim::say(const std::string& line) {
    char stamp[32];
    std::snprintf(stamp, sizeof stamp, "%8.3f ",
                  static_cast<double>(mono_.time_since_epoch().count() - 1000) / 1000.0);
    log.push_back(stamp + line);
}

void Sim::violated(const std::string& rule) {
    broken.push_back(rule);
    say("BROKEN " + rule);
}

void Sim::at(Millis after, std::function<void()> work, bool survives) {
    queue_.emplace(mono_ + after, Job{survives ? 0 : life_, std::move(work)});
}

Ready Sim::step(Event event) {
    ++steps;
    // What has left, and may come back anew, is in nobody's hands any more.
    std::erase_if(maintained,
                  [this](const auto& name) { return !name.empty() && !is_there(name); });
    Ready ready = dpe_->step(std::move(event), now());
    check(ready);
    carry_out(ready);
    return ready;
}

void Sim::carry_out(const Ready& ready) {
    const auto& batch = ready.persist;
    if (!batch.empty()) store.commit(batch);
    for (const auto& row : batch.events) say(render(row));
    for (const auto& row : batch.transitions) say(render(row));
    for (const auto& row : batch.actions) say(render(row));
    if (batch.wanted) say(*batch.wanted ? "persist wanted" : "persist not wanted");
    if (batch.gone) say("persist gone");
    wake_ = ready.wake_at;
    for (const auto& suspect : ready.suspects)
        say("suspect " + suspect.assembly + " at " + suspect.provider);
    for (const auto& effect : ready.effects) {
        ++effects;
        say(render(effect));
        std::visit([this](const auto& e) { do_effect(e); }, effect);
    }
}

// Time ------------------------------------------------------------------------------------------

bool Sim::run_until(const std::function<bool()>& holds, Millis limit) {
    const MonoTime end = mono_ + limit;
    while (!holds()) {
        const bool timer = wake_ && (queue_.empty() || *wake_ < queue_.begin()->first);
        if (!timer && queue_.empty()) return false;
        const MonoTime next = timer ? *wake_ : queue_.begin()->first;
        if (next > end) {
            mono_ = end;
            return false;
        }
        mono_ = std::max(mono_, next);
        if (timer) {
            wake_.reset();
            step(event::Wake{});
            continue;
        }
        const Job job = std::move(queue_.begin()->second);
        queue_.erase(queue_.begin());
        if (job.life == 0 || job.life == life_) job.work();
    }
    return true;
}

void Sim::run(Millis time) {
    const MonoTime end = mono_ + time;
    run_until([] { return false; }, time);
    mono_ = end;
}

bool Sim::run_until(DeployableState state, Millis limit) {
    return run_until([&] { return status().state == state; }, limit);
}

// The operator, and cped ------------------------------------------------------------------------

void Sim::begin() {
    step(event::Begin{});
}

void Sim::wish(event::Operator::Wish wish, const std::string& target) {
    if (wish == Wish::stop || wish == Wish::remove) braked = false;  // nothing is left to hold
    if (wish == Wish::maintenance_on) maintained.insert(target);
    if (wish == Wish::maintenance_off) maintained.erase(target);
    // A person who tells the truth is as good as a provider.
    if (wish == Wish::confirm_down && guests_.count(target) &&
        guests_.at(target).power != FakeGuest::Power::running)
        unproven_.erase(target);
    step(event::Operator{wish, {++last_token_}, "alice", target});
}

void Sim::brake(bool on) {
    say(on ? "--- the brake goes on" : "--- the brake lets go");
    braked = on && store.stored.wanted;
    step(event::Brake{on, on ? "too much failed" : "nothing more failed"});
}

Result<std::string> Sim::reload_cib(const std::string& document) const {
    MeteredArena memory;
    auto parsed = deployable::parse(document, {}, memory);
    if (!parsed) return parsed.error();
    return dpe_->reload_cib(std::move(parsed->deployable), memory);
}

Result<> Sim::reload(const std::string& document) {
    auto parsed = deployable::parse(document, {}, *arena_);
    if (!parsed) return parsed.error();
    last_reply_ = Error{Errc::internal, "not answered", {}, {}};
    auto model = std::make_shared<Deployable>(std::move(parsed->deployable));
    auto before = std::exchange(orders_, {});
    auto homes = homes_;
    orders_ = before;
    learn_names(*model);
    step(event::Reload{{++last_token_}, "alice", document, std::move(model)});
    if (last_reply_) {
        document_ = document;
        return {};
    }
    orders_ = std::move(before);
    homes_ = std::move(homes);
    return last_reply_;
}

void Sim::stand_still(Millis time) {
    mono_ += time;
}

void Sim::restart_cped(const std::string& document) {
    if (!document.empty()) document_ = document;
    tampered_ = tampered_ || !document.empty();
    say("--- cped is killed and started again");
    ++life_;
    wake_.reset();
    unproven_.clear();
    joined_.clear();
    for (auto& [name, guest] : guests_) guest.channel = false;
    make_dpe(store.load());
    begin();
}

// The scheduler ---------------------------------------------------------------------------------

void Sim::do_effect(const effect::RequestTick& tick) {
    ++ticks;
    last_cib_ = tick.cib;
    Result<TickResult> outcome =
        scheduler().run(store.stored.key.name, tick.cib, now().wall, ticks == 1);
    if (fail_ticks > 0) {
        --fail_ticks;
        outcome = Error{Errc::internal, "the library gave up", "policy", {}};
    }
    at(tick_takes, [this, number = tick.tick, outcome] { step(event::TickDone{number, outcome}); });
}

void Sim::do_effect(const effect::Reply& reply) {
    last_reply_ = reply.outcome;
}

void Sim::do_effect(const effect::Retire&) {
    retired = true;
}

}  // namespace cpe::test
