#include "adapters/openstack/keystone.hpp"

#include "adapters/openstack/outcome.hpp"
#include "adapters/openstack/retry.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <utility>

namespace cpe::openstack {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

Fault fault_of(FaultKind kind, std::string message) {
    Fault fault;
    fault.kind = kind;
    fault.message = std::move(message);
    return fault;
}

/// It may be otherwise soon, without anybody changing what we were told.
bool passes_by_itself(const Fault& fault) {
    return fault.kind == FaultKind::unreachable || fault.kind == FaultKind::timeout ||
           fault.kind == FaultKind::server_fault || fault.kind == FaultKind::rate_limited;
}

}  // namespace

Keystone::Keystone(asio::any_io_executor executor, std::shared_ptr<http::Client> client,
                   Access access, CloudOptions options, std::shared_ptr<CloudCounters> counters)
    : executor_(std::move(executor)),
      client_(std::move(client)),
      access_(std::move(access)),
      options_(std::move(options)),
      counters_(std::move(counters)) {}

void Keystone::close() {
    closed_ = true;
    waiters_.wake_all();
}

asio::awaitable<Answer<Keystone::Held>> Keystone::pass(std::shared_ptr<Keystone> self,
                                                       Deadline deadline) {
    for (;;) {
        if (self->closed_) co_return fault_of(FaultKind::cancelled, "the cloud is closed");
        const auto now = steady_clock::now();
        self->renew_if_due(now);
        if (self->pass_ && now < self->pass_->ends_at) co_return self->pass_;
        const bool waits = self->in_flight_;
        if (!waits && (!passes_by_itself(*self->fault_) || self->next_try_ >= deadline))
            co_return *self->fault_;
        if (now >= deadline)
            co_return self->fault_.value_or(
                fault_of(FaultKind::timeout, "Keystone: no token within the deadline"));
        const auto until = waits ? deadline : self->next_try_;
        if (!co_await self->waiters_.wait_until(until))
            co_return fault_of(FaultKind::cancelled, "it was cancelled");
    }
}

void Keystone::refused(const Held& pass) {
    if (pass_ == pass) pass_.reset();
}

void Keystone::renew_if_due(TimePoint now) {
    if (in_flight_ || now < next_try_) return;
    if (pass_ && now < pass_->renew_at) return;
    in_flight_ = true;
    asio::co_spawn(executor_, authenticate(shared_from_this()), asio::detached);
}

asio::awaitable<void> Keystone::authenticate(std::shared_ptr<Keystone> self) {
    ++self->counters_->authentications;
    ++self->counters_->requests;
    const auto asked_at = steady_clock::now();
    auto request = self->request();
    if (!request) {
        self->land(request.error());
        co_return;
    }
    auto reply = co_await self->client_->send(std::move(*request));
    self->land(self->read(std::move(reply), asked_at));
}

Answer<http::Request> Keystone::request() const {
    const auto root = identity_root(access_.auth_url);
    if (!root) return root.error();
    http::Request request;
    request.method = "POST";
    request.url = *root + "/auth/tokens";
    request.headers.push_back({"Content-Type", "application/json"});
    request.headers.push_back({"Accept", "application/json"});
    request.body = login_body(access_);
    request.deadline = steady_clock::now() + authentication_limit;
    return request;
}

Answer<Keystone::Held> Keystone::read(http::Reply<http::Response> reply, TimePoint asked_at) const {
    if (!reply) return failed(reply.error()).fault;
    if (const auto wrong = failed(*reply)) return wrong->fault;
    auto token = read_token(*reply);
    if (!token) return token.error();
    auto pass = std::make_shared<Pass>();
    pass->token = std::move(token->id);
    pass->catalog = std::move(token->catalog);
    pass->renew_at = asked_at + token->lifetime - renewal_margin(token->lifetime);
    pass->ends_at = asked_at + token->lifetime - renewal_margin(token->lifetime) / 2;
    return Held(std::move(pass));
}

void Keystone::land(Answer<Held> outcome) {
    in_flight_ = false;
    if (outcome) {
        pass_ = std::move(*outcome);
        failures_ = 0;
        fault_.reset();
        next_try_ = {};
        if (options_.log) options_.log(LogLevel::debug, "Keystone gave a token");
    } else {
        pause(outcome.error());
    }
    waiters_.wake_all();
}

void Keystone::pause(Fault fault) {
    ++failures_;
    fault.message = "Keystone: " + fault.message;
    const bool soon = passes_by_itself(fault);
    const Millis wait = std::max(
        backoff(failures_, soon ? options_.first_backoff : first_credential_pause,
                soon ? longest_authentication_pause : longest_credential_pause, options_.random()),
        fault.retry_after.value_or(Millis(0)));
    next_try_ = steady_clock::now() + wait;
    if (options_.log && !closed_)
        options_.log(LogLevel::warning,
                     fault.line() + " (next try in " + std::to_string(wait.count()) + " ms)");
    fault_ = std::move(fault);
}

}  // namespace cpe::openstack
