#include "adapters/local/core.hpp"

#include "adapters/local/privileges.hpp"

#include <cpe/rethrow.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace cpe::local {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

}  // namespace

Core::Core(asio::any_io_executor executor, Settings settings)
    : executor_(std::move(executor)), settings_(std::move(settings)) {}

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
    queues_[record->key].sandbox = sandbox;
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
    for (auto& [key, queue] : queues_) {
        queue.waiting.clear();
        if (queue.sandbox->life) queue.sandbox->life->close();
    }
}

std::vector<AssemblyKey> Core::known() const {
    std::vector<AssemblyKey> keys;
    for (const auto& [key, queue] : queues_) keys.push_back(key);
    return keys;
}

void Core::answer_later(Done done, Error error) {
    asio::post(executor_,
               [self = shared_from_this(), done = std::move(done), error = std::move(error)] {
                   if (!self->closed_) done(error);
               });
}

std::optional<Error> Core::no_room(const AssemblyKey& key, Verb verb) const {
    const auto found = queues_.find(key);
    if (found == queues_.end()) {
        if (verb != Verb::start || queues_.size() < settings_.limits.sandboxes) return std::nullopt;
        return Error{Errc::too_large,
                     "there are " + std::to_string(queues_.size()) + " sandboxes already",
                     name_of(key), "delete a deployable, or use another machine"};
    }
    if (found->second.waiting.size() < settings_.limits.commands_waiting) return std::nullopt;
    return Error{Errc::refused, "too many commands wait", name_of(key), "try again later"};
}

void Core::command(const AssemblyKey& key, Verb verb, Done done) {
    if (unusable_) return answer_later(std::move(done), *unusable_);
    if (auto full = no_room(key, verb)) return answer_later(std::move(done), std::move(*full));
    auto& queue = queues_[key];
    if (!queue.sandbox)
        queue.sandbox = std::make_shared<Sandbox>(Sandbox{key, slug_of(key), nullptr, 0});
    queue.waiting.push_back({verb, std::move(done)});
    if (queue.served) return;
    queue.served = true;
    asio::post(executor_, [self = shared_from_this(), key] {
        asio::co_spawn(self->executor_, self->serve(self, key), rethrow);
    });
}

asio::awaitable<void> Core::serve([[maybe_unused]] std::shared_ptr<Core> self, AssemblyKey key) {
    const auto sandbox = queues_.at(key).sandbox;
    while (!closed_ && !queues_.at(key).waiting.empty()) {
        auto command = std::move(queues_.at(key).waiting.front());
        queues_.at(key).waiting.pop_front();
        auto outcome = co_await carry_out(command.verb, *sandbox);
        if (closed_) co_return;
        if (!outcome) say(LogLevel::warning, outcome.error().line());
        command.done(std::move(outcome));
    }
    queues_.at(key).served = false;
    forget_if_gone(key);
}

asio::awaitable<Result<InstanceReport>> Core::carry_out(Verb verb, Sandbox& sandbox) {
    const auto shared = queues_.at(sandbox.key).sandbox;
    const Commands::Born born = [this, shared](const std::shared_ptr<Life>& life) {
        watch_over(shared, life);
    };
    switch (verb) {
        case Verb::start: co_return co_await commands_->start(sandbox, born);
        case Verb::stop: co_return co_await commands_->stop(sandbox, born);
        case Verb::destroy: co_return co_await commands_->destroy(sandbox, born);
    }
    co_return Error{Errc::internal, "unknown command", "", ""};
}

/// After destroy, and after commands about what never was.
void Core::forget_if_gone(const AssemblyKey& key) {
    const auto& sandbox = *queues_.at(key).sandbox;
    std::error_code failed;
    if (!sandbox.life && !fs::exists(settings_.home().folder() / sandbox.slug, failed))
        queues_.erase(key);
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
