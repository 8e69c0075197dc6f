#include "adapters/openstack/session.hpp"

#include "adapters/http/wipe.hpp"
#include "adapters/openstack/retry.hpp"

#include <utility>

namespace cpe::openstack {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

http::ClientOptions client_options(const Access& access, const CloudOptions& options) {
    http::ClientOptions result;
    result.ca_file = access.ca_file;
    result.verify = access.verify_tls;
    result.connections = options.connections;
    return result;
}

Access without_login(const Access& access) {
    Access result;
    result.region = access.region;
    result.interface = access.interface;
    return result;
}

std::optional<Failed> outcome(const http::Reply<http::Response>& reply) {
    if (!reply) return failed(reply.error());
    return failed(*reply);
}

/// Carrying it out twice does no harm.
bool is_repeatable(const Question& question) {
    return question.method == "GET" || question.method == "DELETE";
}

/// Keystone has just let us in, and the call took longer than the token lives.
bool has_ended(const Pass& pass) {
    return steady_clock::now() >= pass.ends_at;
}

Failed ended_meanwhile() {
    Failed result;
    result.carried_out = false;  // a 401 by any of them comes before the work
    result.passing = true;
    result.fault.kind = FaultKind::server_fault;
    result.fault.status = 401;
    result.fault.message = "the call takes longer than a token of this cloud lives";
    return result;
}

Millis left_until(Deadline deadline) {
    return std::chrono::duration_cast<Millis>(deadline - steady_clock::now());
}

}  // namespace

Session::Session(const asio::any_io_executor& executor, Access access, CloudOptions options)
    : verifies_tls_(access.verify_tls),
      access_for_endpoints_(without_login(access)),
      options_(std::move(options)),
      counters_(std::make_shared<CloudCounters>()),
      client_(std::make_shared<http::Client>(executor, client_options(access, options_))),
      keystone_(
          std::make_shared<Keystone>(executor, client_, std::move(access), options_, counters_)) {
    if (!verifies_tls_) say(LogLevel::warning, "the cloud's certificates are not verified");
}

bool Session::enters_with(const Access& access) const {
    return keystone_->enters_with(access);
}

void Session::close() {
    closed_ = true;
    keystone_->close();
    client_->close();
    version_waiters_.wake_all();
}

void Session::say(LogLevel level, const std::string& text) const {
    if (options_.log) options_.log(level, text);
}

Session::Awaited<http::Response> Session::ask(Self self, Question question, Deadline deadline) {
    auto answer = co_await insist(self, std::move(question), deadline);
    if (!answer) ++self->counters_->faults;
    co_return answer;
}

Session::Awaited<http::Response> Session::insist(Self self, Question question, Deadline deadline) {
    bool refused_before = false;
    unsigned attempt = 1;
    for (;;) {
        auto pass = co_await Keystone::pass(self->keystone_, deadline);
        if (!pass) co_return pass.error();
        auto request = self->request(question, **pass, deadline);
        if (!request) co_return request.error();
        ++self->counters_->requests;
        auto reply = co_await self->client_->send(std::move(*request));
        auto wrong = outcome(reply);
        if (!wrong) co_return std::move(*reply);
        if (wrong->fault.kind == FaultKind::credential) {
            self->keystone_->refused(*pass);
            if (!std::exchange(refused_before, true)) continue;
            if (has_ended(**pass)) wrong = ended_meanwhile();
        }
        const auto delay = self->again(*wrong, question, attempt, deadline);
        if (!delay) co_return wrong->fault;
        ++attempt;
        Waiters nobody_else;
        if (!co_await nobody_else.wait_until(steady_clock::now() + *delay))
            co_return fault_of(FaultKind::cancelled, "it was cancelled");
    }
}

std::optional<Millis> Session::again(const Failed& failed, const Question& question,
                                     unsigned attempt, Deadline deadline) {
    if (failed.fault.status == 406) version_.reset();  // Nova is another one than it was
    Trial trial;
    trial.repeatable = is_repeatable(question);
    trial.attempt = attempt;
    trial.left = left_until(deadline);
    const auto delay = delay_before_retry(failed, trial, options_.first_backoff, options_.random());
    if (!delay || closed_) return std::nullopt;
    ++counters_->retries;
    say(LogLevel::info, std::string(name_of(question.service)) + ": " + failed.fault.line() +
                            "; again in " + std::to_string(delay->count()) + " ms");
    return delay;
}

Answer<http::Request> Session::request(const Question& question, const Pass& pass,
                                       Deadline deadline) const {
    const auto url = find_endpoint(pass.catalog, question.service, access_for_endpoints_.interface,
                                   access_for_endpoints_.region);
    if (!url) return url.error();
    const auto root = service_root(question.service, *url);
    if (!root) return root.error();
    http::Request request;
    request.method = question.method;
    request.url = question.versions ? versions_url(*root) : *root + question.path;
    request.headers.push_back({"X-Auth-Token", std::string(pass.token.reveal())});
    request.headers.push_back({"Accept", "application/json"});
    if (!question.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    if (question.service == Service::compute && version_ && !question.versions)
        request.headers.push_back({"OpenStack-API-Version", "compute " + text_of(*version_)});
    request.body = question.body;
    request.deadline = deadline;
    request.once = !is_repeatable(question);
    return request;
}

Session::Awaited<Microversion> Session::microversion(Self self, Deadline deadline) {
    for (;;) {
        if (self->version_) co_return *self->version_;
        if (!self->asks_version_) co_return co_await ask_microversion(self, deadline);
        if (steady_clock::now() >= deadline)
            co_return fault_of(FaultKind::timeout, "Nova does not tell its versions");
        const bool goes_on = co_await self->version_waiters_.wait_until(deadline);
        if (!goes_on || self->closed_) co_return fault_of(FaultKind::cancelled, "it was cancelled");
    }
}

Session::Awaited<Microversion> Session::ask_microversion(Self self, Deadline deadline) {
    struct Asking {
        explicit Asking(Session& session) : session_(session) { session_.asks_version_ = true; }
        // NOLINTNEXTLINE(bugprone-exception-escape): cancel() of a waiting timer cannot fail
        ~Asking() {
            session_.asks_version_ = false;
            session_.version_waiters_.wake_all();
        }
        Asking(const Asking&) = delete;
        Asking& operator=(const Asking&) = delete;
        Session& session_;
    };
    const Asking asking(*self);
    Question question;
    question.versions = true;
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    const auto document = parse_json(response->body);
    if (!document) co_return document.error();
    const auto chosen = choose_microversion(*document);
    if (!chosen) co_return chosen.error();
    self->version_ = *chosen;
    self->say(LogLevel::info, "Nova is spoken to in version " + text_of(*chosen));
    co_return *chosen;
}

}  // namespace cpe::openstack
