#include "adapters/ssh/session.hpp"

#include "adapters/ssh/session_login.hpp"
#include "adapters/ssh/signer.hpp"

#include <boost/asio/connect.hpp>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace cpe::ssh {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

}  // namespace

Session::Session(boost::asio::any_io_executor executor, SessionSettings settings,
                 SessionHooks hooks)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      hooks_(std::move(hooks)),
      resolver_(executor_),
      socket_(executor_),
      timer_(executor_) {}

Session::~Session() {
    tear_down();
}

// From TCP to a session that is up.

void Session::limit(Millis time, const char* what) {
    timer_.expires_after(time);
    timer_.async_wait([weak = weak_from_this(), time, what](error_code cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self) return;
        self->fail(self->error(Errc::timed_out, std::string(what) + " takes longer than " +
                                                    std::to_string(time.count()) + " ms"));
    });
}

Error Session::error(Errc code, std::string what, std::string hint) const {
    const auto where = settings_.username + "@" + settings_.address +
                       (settings_.port == 22 ? "" : " port " + std::to_string(settings_.port));
    return {code, std::move(what), where, std::move(hint)};
}

void Session::start() {
    stage_ = Stage::resolving;
    limit(settings_.connect_limit, "connecting");
    error_code not_numeric;
    const auto address = boost::asio::ip::make_address(settings_.address, not_numeric);
    if (!not_numeric)
        return connect(tcp::resolver::results_type::create(tcp::endpoint(address, settings_.port),
                                                           settings_.address, ""));
    resolver_.async_resolve(
        settings_.address, std::to_string(settings_.port),
        [self = shared_from_this()](error_code failed, const tcp::resolver::results_type& found) {
            if (self->stage_ != Stage::resolving) return;
            if (failed)
                return self->fail(
                    self->error(Errc::unavailable, "no address: " + failed.message()));
            self->connect(found);
        });
}

void Session::connect(const tcp::resolver::results_type& endpoints) {
    stage_ = Stage::connecting;
    boost::asio::async_connect(
        socket_, endpoints, [self = shared_from_this()](error_code failed, const tcp::endpoint&) {
            if (self->stage_ != Stage::connecting) return;
            if (failed)
                return self->fail(
                    self->error(Errc::unavailable, "does not connect: " + failed.message()));
            self->tcp_connected();
        });
}

void Session::tcp_connected() {
    stage_ = Stage::connected;
    timer_.cancel();
    error_code ignored;
    socket_.native_non_blocking(true, ignored);
    socket_.set_option(tcp::no_delay(true), ignored);
    hooks_.connected();
}

void Session::begin_login() {
    if (stage_ != Stage::connected) return;
    limit(settings_.login_limit, "the login");
    session_.reset(libssh2_session_init_ex(nullptr, nullptr, nullptr, this));
    if (!session_) return fail(error(Errc::internal, "libssh2 makes no session"));
    auto* session = session_.get();
    libssh2_session_set_blocking(session, 0);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, reinterpret_cast<void*>(&send));
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, reinterpret_cast<void*>(&receive));
    libssh2_session_method_pref(session, LIBSSH2_METHOD_HOSTKEY, settings_.host_key_types.c_str());
    stage_ = Stage::handshake;
    wait_read();
    touch();
}

bool Session::log_in() {
    if (stage_ == Stage::handshake && !shake_hands()) return false;
    if (stage_ == Stage::login && !authenticate()) return false;
    return stage_ == Stage::up;
}

bool Session::shake_hands() {
    const int code = libssh2_session_handshake(session_.get(), socket_.native_handle());
    if (code == LIBSSH2_ERROR_EAGAIN) return false;
    if (code != 0) {
        const bool no_common = code == LIBSSH2_ERROR_KEX_FAILURE;
        fail(error(no_common ? Errc::unsupported : Errc::unavailable,
                   "the handshake fails: " + libssh2_error(),
                   no_common ? "an RSA host key alone is not supported: give the guest an ed25519 "
                               "one (ssh-keygen -A)"
                             : ""));
        return false;
    }
    std::size_t length = 0;
    int type = 0;
    const char* blob = libssh2_session_hostkey(session_.get(), &length, &type);
    const auto key = host_key_of(std::string_view(blob ? blob : "", blob ? length : 0));
    auto checked = key ? hooks_.check(*key) : Result<>(key.error());
    if (!checked) {
        fail(checked.error());
        return false;
    }
    stage_ = Stage::login;
    login_ = std::make_shared<Login>();
    return true;
}

bool Session::authenticate() {
    auto& login = *login_;
    if (!std::exchange(login.asked, true))
        settings_.key->keys([weak = weak_from_this(), kept = login_](auto keys) {
            kept->keys.emplace(std::move(keys));
            if (const auto self = weak.lock()) self->touch();
        });
    if (!login.keys) return false;
    if (!*login.keys) {
        fail(error(Errc::not_allowed, "our key: " + login.keys->error().line()));
        return false;
    }
    const auto& keys = **login.keys;
    void* self = this;
    for (; login.at < keys.size(); ++login.at) {
        const auto& key = keys[login.at];
        const int code = libssh2_userauth_publickey(
            session_.get(), settings_.username.c_str(),
            reinterpret_cast<const unsigned char*>(key.data()), key.size(), &sign, &self);
        if (code == LIBSSH2_ERROR_EAGAIN) return false;
        login.signing = false;
        login.signature.reset();
        if (code == 0) {
            stage_ = Stage::up;
            timer_.cancel();
            login_.reset();
            hooks_.up();
            return stage_ == Stage::up;
        }
        if (is_fatal(code)) {
            fail(error(Errc::unavailable, "the login fails: " + libssh2_error()));
            return false;
        }
    }
    fail(error(Errc::not_allowed,
               keys.empty() ? "we have no key to show"
                            : "the guest does not accept our key (" + libssh2_error() + ")",
               "put it into ~" + settings_.username + "/.ssh/authorized_keys"));
    return false;
}

/// Called again with the same data until there is a signature.
int Session::sign(LIBSSH2_SESSION* /*session*/, unsigned char** signature, size_t* length,
                  const unsigned char* data, size_t size, void** self) {
    auto& session = *static_cast<Session*>(*self);
    auto& login = *session.login_;
    if (!std::exchange(login.signing, true))
        session.settings_.key->sign(
            (**login.keys)[login.at], std::string(reinterpret_cast<const char*>(data), size),
            [weak = session.weak_from_this(), kept = session.login_](auto made) {
                kept->signature.emplace(std::move(made));
                if (const auto held = weak.lock()) held->touch();
            });
    if (!login.signature) return LIBSSH2_ERROR_EAGAIN;
    if (!*login.signature) return -1;
    const auto& bytes = **login.signature;
    *signature = static_cast<unsigned char*>(std::malloc(bytes.size()));  // libssh2 frees it
    if (!*signature) return -1;
    std::memcpy(*signature, bytes.data(), bytes.size());
    *length = bytes.size();
    return 0;
}

std::string Session::libssh2_error() const {
    char* text = nullptr;
    if (session_) libssh2_session_last_error(session_.get(), &text, nullptr, 0);
    return text ? text : "unknown error";
}

}  // namespace cpe::ssh
