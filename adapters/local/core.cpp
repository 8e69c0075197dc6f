#include "adapters/local/core.hpp"

#include "adapters/local/privileges.hpp"

#include <cpe/rethrow.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace cpe::local {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

}  // namespace

Core::Core(asio::any_io_executor executor, Settings settings)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      queue_(executor_, settings_.limits.commands_waiting,
             [this](const AssemblyKey& key) { forget_if_gone(key); }) {}

std::optional<Error> Core::cannot_work() const {
    if (const auto may = check_own_privileges(); !may) return may.error();
    if (const auto subnet = parse_subnet(settings_.subnet); !subnet) return subnet.error();
    return std::nullopt;
}

void Core::open() {
    std::error_code failed;
    const auto canonical = fs::weakly_canonical(settings_.paths.state_dir, failed);
    if (!failed) settings_.paths.state_dir = canonical;
    unusable_ = cannot_work();
    if (unusable_) {
        say(LogLevel::warning, unusable_->line());
        return;
    }
    commands_ = std::make_unique<Commands>(executor_, settings_, *parse_subnet(settings_.subnet));
    for (const auto& entry : fs::directory_iterator(settings_.home().folder(), failed))
        adopt(entry.path());
}

void Core::adopt(const fs::path& folder) {
    const auto record = read_record(folder);
    if (!record) return;  // a boot that did not come that far; its own start or destroy sees to it
    if (slug_of(record->key) != folder.filename()) {
        say(LogLevel::warning, folder.native() + ": its record is of another sandbox; not adopted");
        return;
    }
    auto sandbox = std::make_shared<Sandbox>(
        Sandbox{record->key, slug_of(record->key), nullptr, record->address});
    sandboxes_[record->key] = sandbox;
    commands_->network.leases.had(record->address);
    if (!is_alive(*record)) return;
    const auto life = Life::of(executor_, record->pid);
    if (!life || !is_alive(*record)) return;  // asked again: now the pidfd holds the pid
    (*life)->record = *record;
    sandbox->life = *life;
    commands_->network.leases.adopt(record->address);
    watch_over(sandbox, *life);
    say(LogLevel::info,
        name_of(record->key) + " runs; adopted as process " + std::to_string(record->pid));
}

void Core::close() {
    closed_ = true;
    watch_ = nullptr;
    settings_.log = nullptr;
    if (commands_) commands_->close();
    queue_.close();
    for (auto& [key, sandbox] : sandboxes_)
        if (sandbox->life) sandbox->life->close();
}

std::vector<AssemblyKey> Core::known() const {
    std::vector<AssemblyKey> keys;
    for (const auto& [key, sandbox] : sandboxes_) keys.push_back(key);
    return keys;
}

std::optional<Error> Core::no_room(const AssemblyKey& key, Verb verb) const {
    const bool another = verb == Verb::start && !sandboxes_.contains(key);
    if (!another || sandboxes_.size() < settings_.limits.sandboxes) return std::nullopt;
    return Error{Errc::too_large,
                 "there are " + std::to_string(sandboxes_.size()) + " sandboxes already",
                 name_of(key), "delete a deployable, or use another machine"};
}

void Core::command(const AssemblyKey& key, Verb verb, Done done) {
    if (unusable_) return queue_.refuse(std::move(done), *unusable_);
    if (auto full = no_room(key, verb)) return queue_.refuse(std::move(done), *full);
    auto& sandbox = sandboxes_[key];
    if (!sandbox) sandbox = std::make_shared<Sandbox>(Sandbox{key, slug_of(key), nullptr, 0});
    const auto work = [self = shared_from_this(), verb, sandbox] {
        return self->carry_out(verb, sandbox);
    };
    queue_.push(key, {name_of(key), work, std::move(done)});
}

Commands::Outcome Core::carry_out(Verb verb, std::shared_ptr<Sandbox> sandbox) {
    auto outcome = co_await dispatch(verb, sandbox);
    if (!outcome) say(LogLevel::warning, outcome.error().line());
    co_return outcome;
}

Commands::Outcome Core::dispatch(Verb verb, const std::shared_ptr<Sandbox>& sandbox) {
    const Commands::Born born = [this, sandbox](const std::shared_ptr<Life>& life) {
        watch_over(sandbox, life);
    };
    switch (verb) {
        case Verb::start: return commands_->start(*sandbox, born);
        case Verb::stop: return commands_->stop(*sandbox, born);
        case Verb::destroy: break;
    }
    return commands_->destroy(*sandbox, born);
}

/// After destroy, and after commands about what never was.
void Core::forget_if_gone(const AssemblyKey& key) {
    const auto& sandbox = *sandboxes_.at(key);
    std::error_code failed;
    if (!sandbox.life && !fs::exists(settings_.home().folder() / sandbox.slug, failed))
        sandboxes_.erase(key);
}

void Core::watch_over(std::shared_ptr<Sandbox> sandbox, std::shared_ptr<Life> life) {
    asio::co_spawn(executor_, watch(shared_from_this(), std::move(sandbox), std::move(life)),
                   rethrow);
}

asio::awaitable<void> Core::watch(std::shared_ptr<Core> self, std::shared_ptr<Sandbox> sandbox,
                                  std::shared_ptr<Life> life) {
    const bool dead = co_await life->watch();
    if (dead && !self->closed_ && !life->commanded) self->ended(*sandbox, life);
}

void Core::ended(Sandbox& sandbox, const std::shared_ptr<Life>& life) {
    if (sandbox.life != life) return;
    commands_->network.leases.release(life->record.address);
    sandbox.life.reset();
    const auto& reason = life->reason();
    auto report = report_of(sandbox, "its init " + (reason.empty() ? "ended" : reason));
    say(LogLevel::warning, name_of(sandbox.key) + " has died: " + report.reason);
    if (watch_) watch_(sandbox.key, std::move(report));
}

void Core::say(LogLevel level, const std::string& text) const {
    if (settings_.log) settings_.log(level, settings_.name, text);
}

}  // namespace cpe::local
