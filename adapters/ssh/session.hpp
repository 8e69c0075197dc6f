// One SSH connection: its stages until it is up, then many commands at a time, until it ends.
//
// Thread: the loop; nothing blocks, also its end does not. Ownership: shared; its hooks are called
// from the loop, never from within a call, and not after close(). `ended` is told once.
// Time limits: connect (name and TCP), login (handshake, host key, authentication). Whether a peer
// that is up is alive is for its owner to ask: probe(), heard.
#pragma once

#include "adapters/ssh/exec.hpp"
#include "adapters/ssh/host_key.hpp"
#include "adapters/ssh/libssh2_handles.hpp"

#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace cpe::ssh {

class Signer;

struct SessionSettings {
    std::string address;  ///< a name is looked up
    std::uint16_t port = 22;
    std::string username;
    std::string host_key_types;  ///< the preferred first, as libssh2 takes them
    std::shared_ptr<Signer> key;
    Millis connect_limit{5'000};
    Millis login_limit{10'000};
    std::size_t execs = 8;  ///< at a time; one more for urgent ones, and one that stands
};

struct SessionHooks {
    /// TCP is there: begin_login() is waited for (not counted in any limit).
    std::function<void()> connected;
    /// An error refuses the peer.
    std::function<Result<>(const HostKey&)> check;
    std::function<void()> up;
    std::function<void()> heard;  ///< something came from the peer
    std::function<void(Error)> ended;
};

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(boost::asio::any_io_executor executor, SessionSettings settings, SessionHooks hooks);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void start();
    void begin_login();
    /// After it nothing is told, not even that commands are lost.
    void close();

    [[nodiscard]] std::shared_ptr<Exec> exec(ExecRequest request, ExecHooks hooks);
    /// After a write(), finish() or abandon() of an exec.
    void touch();
    /// Asks for a sign of life; `heard` is the answer.
    void probe();
    /// Ends it as if the peer were gone.
    void fail(Error error);
    [[nodiscard]] bool is_up() const { return stage_ == Stage::up; }

private:
    enum class Stage { idle, resolving, connecting, connected, handshake, login, up, ended };

    struct Login;  ///< what the signer was asked, and said

    static ssize_t receive(int socket, void* to, size_t size, int flags, void** self);
    static ssize_t send(int socket, const void* from, size_t size, int flags, void** self);

    static int sign(LIBSSH2_SESSION* session, unsigned char** signature, size_t* length,
                    const unsigned char* data, size_t size, void** self);

    void limit(Millis time, const char* what);
    void connect(const boost::asio::ip::tcp::resolver::results_type& endpoints);
    void tcp_connected();
    void wait_read();
    void wait_write();
    void pump();
    bool log_in();
    bool shake_hands();
    bool authenticate();
    void step_all();
    void open_next();
    void deliver();
    void tear_down();
    [[nodiscard]] std::string libssh2_error() const;
    [[nodiscard]] Error error(Errc code, std::string what, std::string hint = {}) const;

    boost::asio::any_io_executor executor_;
    SessionSettings settings_;
    SessionHooks hooks_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::ip::tcp::socket socket_;
    boost::asio::steady_timer timer_;
    Stage stage_ = Stage::idle;
    SessionHandle session_;
    std::list<std::shared_ptr<Exec>> execs_;
    std::shared_ptr<Exec> opening_;
    std::string unsent_;
    std::uint64_t received_ = 0;
    std::uint64_t told_received_ = 0;
    bool writing_ = false;
    bool pumping_ = false;
    bool pump_posted_ = false;
    std::shared_ptr<Login> login_;
};

}  // namespace cpe::ssh
