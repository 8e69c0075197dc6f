#include "adapters/openstack/roster.hpp"

#include "adapters/openstack/naming.hpp"

#include <cpe/rethrow.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace cpe::openstack {
namespace {

namespace asio = boost::asio;

/// `updated` has whole seconds, and is written before it is seen by others.
constexpr std::int64_t overlap_ms = 10'000;

/// A cloud that does not answer is to be noticed sooner than a single request is given up.
Millis look_limit(const Deadlines& deadlines) {
    constexpr Millis patience{10'000};
    return std::min(deadlines.request, std::max(patience, 2 * deadlines.poll));
}

bool is_gone(const Server& server) {
    return server.status == ServerStatus::deleted || server.status == ServerStatus::soft_deleted;
}

}  // namespace

Roster::Roster(asio::any_io_executor executor, Deadlines deadlines, std::size_t full_every,
               std::string tag, Hooks hooks)
    : executor_(std::move(executor)),
      deadlines_(deadlines),
      full_every_(full_every),
      tag_(std::move(tag)),
      hooks_(std::move(hooks)),
      due_(executor_),
      news_(executor_) {}

void Roster::open() {
    asio::co_spawn(executor_, run(shared_from_this()), rethrow);
}

void Roster::close() {
    closed_ = true;
    hooks_ = {};
    due_.cancel();
    news_.cancel();
}

/// A cloud that is slow is not made slower by us: of its time we take a third at most.
Deadline Roster::next_look() const {
    const Millis wanted = waiting_ > 0 ? deadlines_.settle : deadlines_.poll;
    return last_begin_ + std::max(wanted, last_took_ + std::min(2 * last_took_, deadlines_.poll));
}

asio::awaitable<void> Roster::pause(Deadline until) {
    boost::system::error_code ignored;
    due_.expires_at(until);
    co_await due_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Roster::run(std::shared_ptr<Roster> self) {
    while (!self->closed_) {
        // Woken early where somebody begins to wait.
        while (!self->closed_ && std::chrono::steady_clock::now() < self->next_look())
            co_await self->pause(self->next_look());
        if (self->closed_) co_return;
        self->last_begin_ = std::chrono::steady_clock::now();
        ++self->begun_;
        const bool all = !self->full_once_ || std::exchange(self->wants_all_, false) ||
                         ++self->since_full_ >= self->full_every_;
        auto told = co_await self->look_once(all ? Scope::all : Scope::changes);
        if (self->closed_) co_return;
        self->last_took_ = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() -
                                                              self->last_begin_);
        self->last_ = std::move(told);
        ++self->ended_;
        if (!self->last_)
            self->hooks_.failed(self->last_.error());
        else
            self->hooks_.looked();
        self->news_.cancel();
    }
}

asio::awaitable<Answer<>> Roster::look_once(Scope scope) {
    auto cloud = hooks_.cloud();
    if (!cloud) co_return cloud.error();
    ServerQuery query;
    if (scope == Scope::changes && newest_)
        query.changes_since = WallTime{newest_->ms - overlap_ms};
    else
        query.tags = {tag_};  // also where nothing was ever seen whose time we could go by
    const bool full = !query.changes_since;
    auto told = co_await (*cloud)->servers(std::move(query), within(look_limit(deadlines_)));
    if (closed_) co_return Fault{FaultKind::cancelled, 0, "closed"};
    if (!told) co_return told.error();
    for (const Server& server : *told) {
        if (!newest_ || *newest_ < server.updated) newest_ = server.updated;
        // Foreign ones are none of our business; deleted ones have lost their tags, and one that
        // is known already is ours whatever became of its tags.
        if (is_gone(server))
            servers_.erase(server.id);
        else if (has_tag(server, tag_) || servers_.count(server.id) != 0)
            servers_[server.id] = server;
    }
    if (!full) co_return Answer<>();
    auto gone = co_await look_after_missing(**cloud, *told);
    if (closed_) co_return Fault{FaultKind::cancelled, 0, "closed"};
    if (!gone) co_return gone;
    full_once_ = true;
    since_full_ = 0;
    co_return Answer<>();
}

/// A list may miss what changes while its pages are read: only a 404 takes a server away.
asio::awaitable<Answer<>> Roster::look_after_missing(Cloud& cloud,
                                                     const std::vector<Server>& told) {
    std::set<std::string> missing;
    for (const auto& [id, server] : servers_) missing.insert(id);
    for (const Server& server : told) missing.erase(server.id);
    for (const auto& id : missing) {
        auto shown = co_await cloud.server(id, within(deadlines_.request));
        if (closed_) co_return Fault{FaultKind::cancelled, 0, "closed"};
        if (shown)
            learn(std::move(*shown));
        else if (shown.error().kind == FaultKind::not_found)
            servers_.erase(id);
        else
            co_return shown.error();
    }
    co_return Answer<>();
}

asio::awaitable<Answer<>> Roster::look(std::shared_ptr<Roster> self, Scope scope,
                                       Deadline deadline) {
    const auto target = self->begun_ + 1;
    self->wants_all_ = self->wants_all_ || scope == Scope::all;
    ++self->waiting_;
    self->due_.cancel();
    while (!self->closed_ && self->ended_ < target && std::chrono::steady_clock::now() < deadline) {
        boost::system::error_code ignored;
        if (self->news_.expiry() < deadline) self->news_.expires_at(deadline);
        co_await self->news_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    --self->waiting_;
    if (self->closed_) co_return Fault{FaultKind::cancelled, 0, "cped is stopping"};
    if (self->ended_ < target && self->last_)  // else why the one before failed says more
        co_return Fault{FaultKind::timeout, 0, "no look at the servers ended"};
    co_return self->last_;
}

std::optional<Server> Roster::find(const std::string& id) const {
    const auto found = servers_.find(id);
    if (found == servers_.end()) return std::nullopt;
    return found->second;
}

std::vector<Server> Roster::with_tag(const std::string& tag) const {
    std::vector<Server> all;
    for (const auto& [id, server] : servers_)
        if (has_tag(server, tag)) all.push_back(server);
    return all;
}

void Roster::learn(Server server) {
    if (is_gone(server)) return void(servers_.erase(server.id));
    servers_[server.id] = std::move(server);
}

}  // namespace cpe::openstack
