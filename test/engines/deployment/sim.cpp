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

std::string key_of(const OperationRequest& request) {
    return request.operation + "_" + std::to_string(request.interval.count());
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

// The provider ----------------------------------------------------------------------------------

InstanceReport Sim::report(const FakeGuest& guest) const {
    InstanceReport report;
    report.state = guest.power == FakeGuest::Power::running   ? InstanceState::running
                   : guest.power == FakeGuest::Power::stopped ? InstanceState::stopped
                                                              : InstanceState::absent;
    if (report.state != InstanceState::running) return report;
    report.instance = std::to_string(guest.instance);
    report.address = guest.address;
    report.hostname = guest.name + ".local";
    return report;
}

void Sim::boot(FakeGuest& guest) {
    guest.power = FakeGuest::Power::running;
    ++guest.instance;
    ++guest.boot;
    guest.address = "10.0.0." + std::to_string(++last_address_);
    if (guest.mute_boot) return;
    at(
        boot_takes,
        [this, &guest, boot = guest.boot] {
            if (guest.boot == boot && guest.power == FakeGuest::Power::running) agent_up(guest);
        },
        true);
}

/// A provider knows only what is at it.
void Sim::go_to(FakeGuest& guest, const effect::InstanceCommand& command) {
    using Kind = effect::InstanceCommand::Kind;
    if (guest.place.empty()) guest.place = command.provider;
    if (command.kind != Kind::start) return;
    const bool another = std::exchange(guest.given_back, false);
    if (guest.place == command.provider) return;
    if (another) {
        guest.die();
        guest.power = FakeGuest::Power::absent;
    }
    if (guest.power == FakeGuest::Power::running)
        violated("start of " + guest.name + " at " + command.provider + " while it runs at " +
                 guest.place);
    if (guest.power == FakeGuest::Power::stopped) guest.left.insert(guest.place);
    guest.place = command.provider;
    guest.power =
        guest.left.erase(guest.place) ? FakeGuest::Power::stopped : FakeGuest::Power::absent;
}

/// A machine that is not cped's to destroy is somebody else's from then on.
void Sim::give_back(FakeGuest& guest, const effect::InstanceCommand& command) {
    if (guest.place == command.provider)
        guest.given_back = true;
    else
        guest.left.erase(command.provider);
}

Result<InstanceReport> Sim::record_gone(const FakeGuest& guest) {
    InstanceReport gone;
    gone.state = InstanceState::absent;
    gone.record_only = true;
    gone.reason = "the record of " + guest.name + " is gone";
    return gone;
}

Result<InstanceReport> Sim::stopped_by_hand(const FakeGuest& guest) const {
    InstanceReport off = report(guest);
    off.state = InstanceState::stopped;
    off.by_hand = true;
    off.reason = "somebody has stopped " + guest.name;
    return off;
}

Result<InstanceReport> Sim::obey(const effect::InstanceCommand& command) {
    FakeGuest& guest = guests_.at(command.assembly);
    go_to(guest, command);
    const auto fails = [&](std::map<std::string, int>& table) {
        return table[command.assembly] != 0 && table[command.assembly]-- != 0;
    };
    const Error refusal{Errc::unavailable, "the provider refuses", command.assembly, {}};
    const bool start = command.kind == effect::InstanceCommand::Kind::start;
    if (!start && (unfenceable.count(guest.name) || (keeps_idle && command.idle))) {
        if (command.kind == effect::InstanceCommand::Kind::destroy) give_back(guest, command);
        return Error{Errc::unsupported, "it cannot fence", command.assembly, {}};
    }
    if (!start && guest.place != command.provider) {
        if (command.kind == effect::InstanceCommand::Kind::destroy)
            guest.left.erase(command.provider);
        InstanceReport elsewhere;
        elsewhere.state = InstanceState::absent;
        return elsewhere;
    }
    const bool anew = start && guest.power != FakeGuest::Power::running;
    switch (command.kind) {
        case effect::InstanceCommand::Kind::start:
            if (fails(fail_starts)) return refusal;
            if (unreachable_hosts.count(guest.name) && guest.power == FakeGuest::Power::running)
                violated("start of " + guest.name + " while its old machine runs");
            if (asks_who_stopped_it && guest.power == FakeGuest::Power::stopped &&
                !command.spec.down_by_us)
                return stopped_by_hand(guest);
            if (guest.power != FakeGuest::Power::running) boot(guest);
            break;
        case effect::InstanceCommand::Kind::stop:
            if (fails(fail_stops)) return refusal;
            if (unreachable_hosts.count(guest.name)) return record_gone(guest);
            guest.die();
            break;
        case effect::InstanceCommand::Kind::destroy:
            if (fails(fail_destroys)) return refusal;
            guest.die();
            guest.power = FakeGuest::Power::absent;
            break;
    }
    InstanceReport said = report(guest);
    said.anew = anew;
    return said;
}

void Sim::do_effect(const effect::InstanceCommand& command) {
    const auto kind = command.kind;
    if (kind == effect::InstanceCommand::Kind::stop) unproven_.insert(command.assembly);
    if (command.idle && !guests_.at(command.assembly).running.empty())
        violated(command.assembly + " is released, but something runs there");
    if (kind == effect::InstanceCommand::Kind::start && unproven_.count(command.assembly))
        violated("start of " + command.assembly + " without proof that it is dead");
    const Millis takes = kind == effect::InstanceCommand::Kind::start ? start_takes : stop_takes;
    // Commands of one assembly are carried out in order.
    MonoTime& busy = guests_.at(command.assembly).busy_until;
    busy = std::max(mono_, busy) + takes;
    at(busy - mono_, [this, command] {
        auto outcome = obey(command);
        const bool empty = !outcome && outcome.error().code == Errc::unsupported &&
                           guests_.at(command.assembly).running.empty();
        const bool alive = outcome && outcome->record_only &&
                           guests_.at(command.assembly).power == FakeGuest::Power::running;
        if ((outcome && !alive && command.kind == effect::InstanceCommand::Kind::stop) || empty)
            unproven_.erase(command.assembly);
        step(event::InstanceCommandDone{command.assembly, command.id, std::move(outcome)});
    });
}

// The channel and the guests --------------------------------------------------------------------

void Sim::agent_up(FakeGuest& guest) {
    guest.agent = true;
    ++guest.life;
    at(Millis{1}, [this, &guest, life = guest.life] {
        if (guest.life != life || !guest.speaks()) return;
        unproven_.erase(guest.name);
        joined_.insert(guest.name);
        step(event::GuestUp{guest.name, guest.hello()});
        heartbeat(guest.name, guest.life);
    });
}

void Sim::heartbeat(const std::string& name, unsigned life) {
    at(settings_.heartbeat_interval, [this, name, life] {
        const FakeGuest& guest = guests_.at(name);
        if (guest.life != life || guest.power != FakeGuest::Power::running || !guest.agent) return;
        if (guest.speaks())
            step(event::GuestHeartbeat{name, hash_of_monitors(guest.table()), guest.overdue});
        heartbeat(name, life);
    });
}

void Sim::do_effect(const effect::OpenChannel& open) {
    FakeGuest& guest = guests_.at(open.assembly);
    guest.channel = true;
    at(guest.reconnects_after, [this, &guest] {
        if (!guest.speaks()) return;
        joined_.insert(guest.name);
        step(event::GuestUp{guest.name, guest.hello()});
        heartbeat(guest.name, guest.life);
    });
}

void Sim::do_effect(const effect::CloseChannel& close) {
    guests_.at(close.assembly).channel = false;
}

void Sim::do_effect(const effect::CancelMonitor& cancel) {
    FakeGuest& guest = guests_.at(cancel.assembly);
    if (guest.speaks()) guest.monitors.erase({cancel.resource, cancel.interval});
}

void Sim::do_effect(const effect::RunOperation& run) {
    if (run.generation != dpe_->generation()) {
        OperationResult result;
        result.id = run.request.id;
        result.outcome = OperationResult::Outcome::cancelled;
        at(Millis{0}, [this, run, result] { step(event::OperationDone{run.assembly, result}); });
        return;
    }
    const FakeGuest& guest = guests_.at(run.assembly);
    deliver(run.assembly, run.request, {guest.boot, guest.life}, mono_ + run.request.timeout);
}

void Sim::deliver(const std::string& name, const OperationRequest& request, Lives lives,
                  MonoTime until) {
    FakeGuest& guest = guests_.at(name);
    // What was meant for another life of the guest or its agent is not carried out in this one.
    const bool another = guest.boot != lives.boot || guest.life != lives.agent;
    if (!guest.speaks() || another) {
        OperationResult lost;
        lost.id = request.id;
        lost.outcome = OperationResult::Outcome::lost;
        lost.exit_reason = "no connection";
        if (mono_ >= until || another) return void(step(event::OperationDone{name, lost}));
        return at(Millis{500},
                  [this, name, request, lives, until] { deliver(name, request, lives, until); });
    }
    guest.under_way[request.id.value] = request;
    const bool hangs = guest.hangs.count(request.resource) > 0 ||
                       (guest.hang_metadata && request.operation == metadata_operation);
    const auto answer = [this, &guest, request, hangs] {
        if (guest.under_way.erase(request.id.value)) operation_ended(guest, request, hangs);
    };  // else its agent or machine ended before
    at(hangs ? request.timeout : operation_takes, answer, true);
}

void Sim::operation_ended(FakeGuest& guest, const OperationRequest& request, bool hangs) {
    OperationResult result;
    result.id = request.id;
    result.duration = operation_takes;
    if (hangs)
        result.outcome = OperationResult::Outcome::timed_out;
    else
        result.rc = guest.perform(request);
    if (request.operation == metadata_operation) result.output = guest.metadata(request);
    // What was changed behind cped's back cannot be known to it.
    for (const auto& complaint : std::exchange(guest.complaints, {}))
        if (!tampered_) violated(complaint);
    if (lose_results > 0) {
        --lose_results;
        result.outcome = OperationResult::Outcome::lost;
        result.exit_reason = "the connection broke";
    }
    at(Millis{1}, [this, from = guest.name, result] { step(event::OperationDone{from, result}); });
}

void Sim::watch(const std::string& name, const std::string& resource) {
    for (const auto& [key, row] : guests_.at(name).monitors) {
        if (key.first != resource) continue;
        at(
            key.second,
            [this, name, key = key, id = row.id] {
                FakeGuest& guest = guests_.at(name);
                const auto found = guest.monitors.find(key);
                if (found == guest.monitors.end() || found->second.id != id) return;
                const int forced = guest.fail_probe[key.first];
                const int rc = forced == ocf::ok ? guest.check(key.first) : forced;
                if (std::exchange(found->second.last_rc, rc) == rc) return;
                MonitorReport told{key.first, key.second, {}};
                told.result.id = id;
                told.result.rc = rc;
                if (guest.speaks()) step(event::MonitorReported{name, told});
            },
            true);
    }
}

// The scheduler ---------------------------------------------------------------------------------

void Sim::do_effect(const effect::RequestTick& tick) {
    ++ticks;
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

// Faults ----------------------------------------------------------------------------------------

void Sim::kill_service(const std::string& resource) {
    say("--- " + resource + " dies");
    const std::string home = home_of(resource);
    guests_.at(home).running.erase(resource);
    watch(home, resource);
}

void Sim::monitor_says(const std::string& resource, int rc) {
    say("--- the monitor of " + resource + " says " + std::to_string(rc));
    const std::string home = home_of(resource);
    guests_.at(home).fail_probe[resource] = rc;
    watch(home, resource);
}

void Sim::heal_service(const std::string& resource) {
    say("--- " + resource + " runs again by itself");
    const std::string home = home_of(resource);
    guests_.at(home).running.insert(resource);
    watch(home, resource);
}

void Sim::kill_guest(const std::string& name, bool told) {
    say("--- guest " + name + " dies" + (told ? ", and its provider says so" : ""));
    guests_.at(name).die();
    if (told) step(event::InstanceChanged{name, report(guests_.at(name))});
}

void Sim::lose_instance(const std::string& name) {
    say("--- the instance of " + name + " vanishes");
    guests_.at(name).die();
    guests_.at(name).power = FakeGuest::Power::absent;
}

void Sim::reboot_guest(const std::string& name) {
    say("--- guest " + name + " boots anew by itself");
    FakeGuest& guest = guests_.at(name);
    guest.die();
    guest.power = FakeGuest::Power::running;
    ++guest.boot;
    at(
        boot_takes,
        [this, &guest, boot = guest.boot] {
            if (guest.boot == boot && guest.power == FakeGuest::Power::running) agent_up(guest);
        },
        true);
}

void Sim::restart_agent(const std::string& name) {
    say("--- the agent of " + name + " is killed and started again");
    FakeGuest& guest = guests_.at(name);
    if (guest.power != FakeGuest::Power::running || !guest.agent) return;
    guest.end_agent();
    if (guest.channel) step(event::GuestGone{name, "end of file"});
    at(
        Millis{300},
        [this, &guest, boot = guest.boot] {
            if (guest.boot == boot && guest.power == FakeGuest::Power::running) agent_up(guest);
        },
        true);
}

void Sim::freeze(const std::string& name, bool frozen) {
    say("--- guest " + name + (frozen ? " is frozen" : " is thawed"));
    guests_.at(name).frozen = frozen;
}

void Sim::refuse(const std::string& name, bool refuses) {
    say("--- guest " + name + (refuses ? " refuses our key" : " accepts our key"));
    FakeGuest& guest = guests_.at(name);
    guest.refuses = refuses;
    if (refuses) return try_to_log_in(guest);
    if (guest.speaks()) step(event::GuestUp{name, guest.hello()});
}

void Sim::try_to_log_in(FakeGuest& guest) {
    if (!guest.refuses) return;
    if (guest.channel && guest.power == FakeGuest::Power::running)
        step(event::GuestRefused{guest.name, "it does not accept our key", {}});
    else if (guest.channel)
        step(event::GuestGone{guest.name, "it does not connect"});
    at(
        Millis{2'000}, [this, &guest] { try_to_log_in(guest); }, true);
}

// What is ---------------------------------------------------------------------------------------

ServiceState Sim::service(const std::string& resource) const {
    for (const auto& s : status().services)
        if (s.resource == resource) return s.state;
    FAIL("no service " << resource);
    return ServiceState::unknown;
}

bool Sim::is_there(const std::string& name) const {
    const auto what = status();
    const auto named = [&](const auto& each) { return each.name == name; };
    return std::any_of(what.assemblies.begin(), what.assemblies.end(), named) ||
           std::any_of(what.services.begin(), what.services.end(),
                       [&](const auto& s) { return s.resource == name; });
}

AssemblyState Sim::assembly(const std::string& name) const {
    for (const auto& a : status().assemblies)
        if (a.name == name) return a.state;
    FAIL("no assembly " << name);
    return AssemblyState::pending;
}

std::size_t Sim::census() const {
    std::size_t all = 0;
    for (const auto& row : dpe_->census()) all += row.assemblies;
    return all;
}

std::string Sim::home_of(const std::string& resource) const {
    const auto pinned = homes_.find(resource);
    if (pinned != homes_.end()) return pinned->second;
    for (const auto& [name, guest] : guests_)
        if (guest.running.contains(resource)) return name;
    FAIL(resource << " floats, and runs nowhere");
    return {};
}

std::vector<std::string> Sim::operations() const {
    std::vector<std::string> lines;
    for (const auto& [id, row] : store.actions)
        lines.push_back(
            row.resource + " " + row.operation + "_" + std::to_string(row.interval.count()) +
            (row.rc ? " rc " + std::to_string(*row.rc) : "") +
            (row.status == ActionStatus::complete ? "" : " " + std::string(name_of(row.status))));
    return lines;
}

std::size_t Sim::count(const std::string& text) const {
    return static_cast<std::size_t>(std::count_if(
        log.begin(), log.end(),
        [&](const std::string& line) { return line.find(text) != std::string::npos; }));
}

// What must never happen ------------------------------------------------------------------------

void Sim::check_order(const effect::RunOperation& run) {
    for (const auto& [first, then] : orders_) {
        if (!is_there(first) || !is_there(then)) continue;
        if (run.request.operation == "start" && run.request.resource == then &&
            service(first) != ServiceState::running)
            violated(then + " is started before " + first + " runs");
        if (run.request.operation != "stop" || run.request.resource != first) continue;
        // What nobody could see since a restart of cped cannot be stopped first.
        if (homes_.contains(then) && !joined_.count(homes_.at(then))) continue;
        // What is in maintenance is not stopped for anything that is repaired elsewhere.
        if (homes_.contains(then) && maintained.count(homes_.at(then))) continue;
        const ServiceState state = service(then);
        if (state == ServiceState::running || state == ServiceState::starting ||
            state == ServiceState::stopping)
            violated(first + " is stopped before " + then);
    }
}

void Sim::check_restraint(const Effect& effect) {
    const auto state = status().state;
    if (state == DeployableState::stopping || state == DeployableState::stopped) return;
    const auto* command = std::get_if<effect::InstanceCommand>(&effect);
    const auto* run = std::get_if<effect::RunOperation>(&effect);
    if (!command && (!run || run->request.operation == "monitor")) return;
    const std::string& where = command ? command->assembly : run->assembly;
    if (braked || maintained.count("") || maintained.count(where))
        violated("hands off, but: " + render(effect));
}

void Sim::check(const Ready& ready) {
    if (retired && !ready.effects.empty() &&
        !std::holds_alternative<effect::Reply>(ready.effects.front()))
        violated("an effect after retiring: " + render(ready.effects.front()));
    for (const auto& effect : ready.effects) {
        check_restraint(effect);
        const auto* run = std::get_if<effect::RunOperation>(&effect);
        if (!run) continue;
        const auto& rows = ready.persist.actions;
        if (std::none_of(rows.begin(), rows.end(),
                         [&](const auto& row) { return row.id == run->request.id; }))
            violated("an operation without its row: " + key_of(run->request));
        check_order(*run);
    }
}

}  // namespace cpe::test
