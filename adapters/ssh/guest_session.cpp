// A guest's session: connected to, greeted, lost, and connected to again.
#include "adapters/ssh/guest.hpp"
#include "adapters/ssh/mono_now.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace cpe::ssh {

namespace {

constexpr Millis longest_pause{2'000};              ///< between two tries to connect
constexpr Millis longest_pause_of_refused{10'000};  ///< ... after a refusal of key or host key
constexpr Millis greeting_spare{5'000};

/// Its sshd has answered: it is alive, and trying harder does not help.
bool is_refusal(Errc code) {
    return code == Errc::not_allowed || code == Errc::invalid_input || code == Errc::unsupported;
}

/// Anew for each connection: it is small, and may have been edited.
KnownHosts read_known_hosts(const std::filesystem::path& path) {
    std::error_code none;
    const auto size = path.empty() ? 0 : std::filesystem::file_size(path, none);
    if (none || size == 0 || size > max_known_hosts) return {};
    std::ifstream in(path, std::ios::binary);
    return KnownHosts(std::string(std::istreambuf_iterator<char>(in), {}));
}

}  // namespace

void Guest::connect_later(Millis pause) {
    if (!open_ || peer_.address.empty()) return;
    retry_timer_.expires_after(pause);
    retry_timer_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self || !self->open_ || self->session_) return;
        self->common_.ask(self->common_.connects, self->ticket_, self->host(), [weak] {
            if (const auto held = weak.lock()) held->connect_now();
        });
    });
}

void Guest::connect_now() {
    if (!open_ || session_) return common_.leave(ticket_);
    session_ =
        std::make_shared<Session>(common_.executor, session_settings(), session_hooks(++epoch_));
    session_->start();
}

SessionSettings Guest::session_settings() const {
    const auto known = read_known_hosts(common_.settings.known_hosts);
    SessionSettings to;
    to.address = peer_.address;
    to.port = peer_.port;
    to.username = username();
    to.host_key_types = preferred_types(
        known, peer_.host_key.empty() ? first_used_ : peer_.host_key, peer_.address, peer_.port);
    to.key = common_.signer;
    to.connect_limit = common_.settings.connect_limit;
    to.login_limit = common_.settings.login_limit;
    to.execs = common_.settings.operations_per_session;
    return to;
}

SessionHooks Guest::session_hooks(std::uint64_t epoch) {
    // What an older session still says does not count.
    const auto guarded = [weak = weak_from_this(), epoch](auto then) {
        return [weak, epoch, then](auto&&... words) {
            const auto self = weak.lock();
            if (self && self->epoch_ == epoch) then(*self, words...);
        };
    };
    SessionHooks hooks;
    hooks.connected = guarded([](Guest& guest) {
        guest.common_.ask(guest.common_.handshakes, guest.ticket_, guest.host(),
                          [weak = guest.weak_from_this()] {
                              const auto self = weak.lock();
                              if (self && self->session_) self->session_->begin_login();
                          });
    });
    hooks.check = [weak = weak_from_this()](const HostKey& key) -> Result<> {
        const auto self = weak.lock();
        return self ? self->check(key) : Result<>(Error{Errc::unavailable, "closed", {}, {}});
    };
    hooks.up = guarded([](Guest& guest) { guest.greet(); });
    hooks.heard = guarded([](Guest& guest) { guest.heard(); });
    hooks.ended = guarded([](Guest& guest, const Error& why) { guest.ended(why); });
    return hooks;
}

Result<> Guest::check(const HostKey& key) {
    const auto& pin = peer_.host_key.empty() ? first_used_ : peer_.host_key;
    const auto verdict = judge(read_known_hosts(common_.settings.known_hosts), pin, peer_.address,
                               peer_.port, key, common_.settings.trust_on_first_use);
    if (verdict.trust == Trust::first_use) {
        first_used_ = key.fingerprint;
        log(LogLevel::warning, "first contact: trusts and pins " + key.fingerprint);
    }
    if (verdict.trust != Trust::refused) {
        accepted_ = key.fingerprint;
        return {};
    }
    refused_ = key.fingerprint;
    return Error{
        Errc::not_allowed,
        verdict.why,
        {},
        "if that is right: cpe-ctl assembly trust " + key_.deployable.name + " " + key_.assembly};
}

/// The first exec: who is there, and nothing is left of us from before.
void Guest::greet() {
    greeting_nonce_ = common_.random_word();
    greeting_output_.clear();
    ExecRequest request;
    request.command = shell_line(plan({}, "cpe-hello"), common_.settings.login_limit);
    request.input = hello_script_of(greeting_nonce_, tag_);
    request.slot = ExecRequest::Slot::urgent;
    ExecHooks hooks;
    hooks.output = [weak = weak_from_this(), epoch = epoch_](std::string_view bytes) {
        const auto self = weak.lock();
        if (self && self->epoch_ == epoch) self->greeting_output_ += bytes;
    };
    hooks.ended = [weak = weak_from_this(), epoch = epoch_](const ExecEnd& end) {
        const auto self = weak.lock();
        if (self && self->epoch_ == epoch) self->greeted(end);
    };
    greeting_ = session_->exec(std::move(request), std::move(hooks));
    greeting_->finish();
    pulse_.emplace(common_.settings.pulse, mono_now());
    retry_timer_.expires_after(common_.settings.login_limit + greeting_spare);
    retry_timer_.async_wait(
        [weak = weak_from_this(), epoch = epoch_](boost::system::error_code cancelled) {
            const auto self = weak.lock();
            if (cancelled || !self || self->epoch_ != epoch || self->up_) return;
            self->fail(Errc::timed_out, "the guest's shell does not answer");
        });
}

void Guest::greeted(const ExecEnd& end) {
    greeting_.reset();
    common_.leave(ticket_);
    std::string missing;
    std::optional<GuestFacts> facts;
    for (const auto& reply : Replies(greeting_nonce_).feed(greeting_output_)) {
        if (reply.kind == Reply::Kind::missing) missing += " " + last_line(reply.text);
        if (reply.kind == Reply::Kind::hello) facts = facts_of(reply.text);
    }
    if (!missing.empty()) return fail(Errc::unsupported, "the guest lacks" + missing);
    if (!facts) return no_shell(end);
    if (facts->user != 0)
        return fail(Errc::not_allowed, "'" + username() + "' does not become root",
                    "name root, or let sudo -n make it root");
    facts_came(*facts);
}

/// A guest that served us before is ill. One that never did has most likely an account that is not
/// for us (nologin, a shell of another kind), which its power switch does not cure.
void Guest::no_shell(const ExecEnd& end) {
    const bool sudo = last_line(end.errors).starts_with("sudo:");
    const bool lacks = end.status == 127 && last_line(end.errors).ends_with(": not found");
    const bool ill = !sudo && !lacks && (!hostname_.empty() || end.fate != ExecEnd::Fate::exited);
    std::string why = "the guest's shell does not do what it is told";
    if (end.fate == ExecEnd::Fate::exited) why += " (status " + std::to_string(end.status) + ")";
    for (const auto& said : {end.text, end.errors, greeting_output_})
        if (const auto line = last_line(said); !line.empty()) why += ": " + line;
    fail(ill ? Errc::unavailable : Errc::not_allowed, std::move(why),
         sudo ? "sudo -n must make " + username() + " root without a password"
              : "it needs a login shell that runs commands, a POSIX /bin/sh, coreutils and grep");
}

void Guest::facts_came(const GuestFacts& facts) {
    const auto& dead = peer_.dead_boots;
    if (std::find(dead.begin(), dead.end(), facts.boot_id) != dead.end()) {
        constexpr auto why = "its life was proven to have ended";
        tell([this, boot_id = facts.boot_id] { common_.sink.guest_stranger(key_, boot_id, why); });
        return fail(Errc::unavailable, why, {});
    }
    retry_timer_.cancel();
    up_ = true;
    failures_ = 0;
    last_failure_.clear();
    hostname_ = facts.hostname;
    auto hello = desk_.up(facts, mono_now());
    hello.agent_id = agent_id_;
    if (peer_.host_key.empty()) hello.host_key = first_used_;
    pulse_.emplace(common_.settings.pulse, mono_now());
    log(LogLevel::info, "up at " + host());
    tell([this, hello = std::move(hello)] { common_.sink.guest_up(key_, hello); });
    const auto hash = desk_.monitors_hash();
    const auto overdue = desk_.oldest_overdue(mono_now());
    tell([this, hash, overdue] { common_.sink.guest_heartbeat(key_, hash, overdue); });
    arm_pulse();
    flush();
}

void Guest::fail(Errc code, std::string why, std::string hint) {
    ended({code, std::move(why), username() + "@" + host(), std::move(hint)});
}

void Guest::ended(const Error& why) {
    ++epoch_;
    common_.leave(ticket_);
    pulse_timer_.cancel();
    pulse_.reset();
    greeting_.reset();
    command_.reset();
    drop_attendants();
    if (const auto session = std::exchange(session_, nullptr)) session->close();
    desk_.down(mono_now());
    const auto reason = why.line();
    const bool refused = is_refusal(why.code);
    const bool news = std::exchange(up_, false) || reason != last_failure_;
    last_failure_ = reason;
    if (news) log(refused ? LogLevel::error : LogLevel::info, reason);
    if (refused)
        tell([this, reason, host_key = std::exchange(refused_, {})] {
            common_.sink.guest_refused(key_, reason, host_key);
        });
    else if (news)
        tell([this, reason] { common_.sink.guest_gone(key_, reason); });
    ++failures_;
    connect_later(retry_pause(failures_, refused ? longest_pause_of_refused : longest_pause,
                              common_.settings.random()));
    flush();
}

}  // namespace cpe::ssh
