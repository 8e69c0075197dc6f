// One guest over ssh: connected to again and again, greeted, its operations carried out, its pulse
// felt.
//
// Thread: the loop. Ownership: shared with the handlers of its session and timers, which hold it
// weakly; after close() it tells nobody anything. The sink is called from the loop only, never from
// within a call.
#pragma once

#include "adapters/ssh/attendant.hpp"
#include "adapters/ssh/common.hpp"
#include "adapters/ssh/desk.hpp"
#include "adapters/ssh/host_key.hpp"
#include "adapters/ssh/pulse.hpp"
#include "adapters/ssh/session.hpp"

#include <cpe/guest_channel.hpp>

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cpe::ssh {

class Guest : public std::enable_shared_from_this<Guest> {
public:
    Guest(Common& common, AssemblyKey key, GuestPeer peer);

    void open();
    void move(GuestPeer peer);
    void close();
    void submit(OperationRequest request);
    void cancel_monitor(const std::string& resource, Millis interval);

private:
    void connect_now();
    void connect_later(Millis pause);
    SessionSettings session_settings() const;
    SessionHooks session_hooks(std::uint64_t epoch);
    Result<> check(const HostKey& key);
    void greet();
    void greeted(const ExecEnd& end);
    void no_shell(const ExecEnd& end);
    void facts_came(const GuestFacts& facts);
    void ended(const Error& why);
    void fail(Errc code, std::string why, std::string hint = {});
    void heard();
    void feel();
    void ask_command();
    void begin(Run run);
    Attendant& attendant();
    std::shared_ptr<Attendant> hire();
    void dismissed(const std::shared_ptr<Attendant>& one, bool clean);
    void drop_attendants();
    [[nodiscard]] ShellPlan plan(std::string nonce, std::string tag) const;
    void flush();
    void tell(std::function<void()> words);
    void deliver();
    void arm_desk();
    void arm_pulse();
    void log(LogLevel level, const std::string& line) const;
    [[nodiscard]] std::string username() const;
    [[nodiscard]] std::string host() const;

    Common& common_;
    AssemblyKey key_;
    GuestPeer peer_;
    std::string agent_id_;
    std::string tag_;
    HandshakeGate::Ticket ticket_;
    Desk desk_;
    std::shared_ptr<Session> session_;
    std::shared_ptr<Exec> greeting_;
    std::string greeting_nonce_;
    std::string greeting_output_;
    std::shared_ptr<Exec> command_;
    std::optional<Pulse> pulse_;
    std::string hostname_;
    std::string first_used_;  ///< host key that was trusted on first use in this life of ours
    std::string accepted_;    ///< host key of this session, or of the last one
    std::string refused_;     ///< host key that the last session would not accept; or empty
    std::set<std::shared_ptr<Attendant>> attendants_;
    std::shared_ptr<Attendant> standing_;  ///< one of them
    std::vector<std::string> leftovers_;   ///< nonces of shells that did not end well
    std::deque<std::function<void()>> told_;
    boost::asio::steady_timer retry_timer_;
    boost::asio::steady_timer desk_timer_;
    boost::asio::steady_timer pulse_timer_;
    std::uint64_t epoch_ = 0;  ///< of the session whose words count
    unsigned failures_ = 0;    ///< in a row
    std::string last_failure_;
    bool up_ = false;
    bool open_ = false;
    bool delivering_ = false;
};

}  // namespace cpe::ssh
