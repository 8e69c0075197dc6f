// A shell of ours in a guest (guest.sh): runs of agents are given to it, their ends told one by one
// as they come. One that stands takes many, for as long as its session lasts; others have a single
// one, a process session of their own, and a time limit that the guest itself keeps.
//
// Thread: the loop. Shared with its Exec's hooks, which hold it weakly; drop() ends it. Limits:
// what is kept of a run's output is max_reply_line bytes, and max_told bytes are read after each
// run that is given; a kill that is not confirmed within kill_limit is given up together with the
// shell, and so is a single one's shell that does not end within end_limit after its run.
#pragma once

#include "adapters/ssh/command.hpp"
#include "adapters/ssh/desk.hpp"
#include "adapters/ssh/exec.hpp"
#include "adapters/ssh/replies.hpp"
#include "adapters/ssh/works.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace cpe::ssh {

class Session;

struct AttendantHooks {
    std::function<void(RunId, RunEnd)> ended;
    /// Nobody knows how it ended; the guest is there.
    std::function<void(RunId, std::string why)> vanished;
    /// Its shell has ended; it takes no more, and of runs that are still to be told it is told now.
    /// Not `clean`: something that it ran may be left in the guest, see end_leftovers().
    std::function<void(bool clean)> over;
};

class Attendant : public std::enable_shared_from_this<Attendant> {
public:
    Attendant(const boost::asio::any_io_executor& executor, ShellPlan plan, std::string hostname,
              AttendantHooks hooks);

    /// A standing one.
    void start(Session& session);
    /// A shell for this run alone.
    void start(Session& session, Run run);
    void give(Run run);
    /// What an earlier shell of this nonce left is killed.
    void end_leftovers(const std::string& nonce);
    /// False: it is none of ours.
    bool kill(RunId id);
    void drop();

    [[nodiscard]] const std::string& nonce() const { return plan_.nonce; }

private:
    struct State {
        Run run;
        std::uint32_t pid = 0;
        bool began = false;
        bool kill_wanted = false;
        bool kill_said = false;
        std::optional<int> code;
        std::optional<MonoTime> due;  ///< of its output, or of its kill
        std::string output;
    };
    using States = std::map<unsigned, State>;  ///< by number; those that are not told yet

    void open_exec();
    void say(const std::string& lines);
    void received(std::string_view bytes);
    void take(const Reply& reply);
    void say_kill(State& state, unsigned number);
    void finish(States::iterator state);
    void finish_killed(States::iterator state, std::uint32_t left);
    void tell(States::iterator state, RunEnd end);
    void exec_ended(const ExecEnd& end);
    void end(bool clean, const std::string& why);
    void check_over();
    void leave();
    void wait_for(State& state, Millis time);
    void arm_due();
    void look_at_due();
    void end_what_a_monitor_left(const States::value_type& state);
    void later(Millis pause, void (Attendant::*then)());
    void reap();
    void touch();
    [[nodiscard]] bool stands() const { return !only_; }

    boost::asio::steady_timer due_timer_;
    boost::asio::steady_timer later_timer_;
    ShellPlan plan_;
    std::string hostname_;
    AttendantHooks hooks_;
    std::optional<OperationRequest> only_;
    std::weak_ptr<Session> session_;
    std::shared_ptr<Exec> exec_;
    std::unique_ptr<Replies> replies_;
    Works works_;
    States states_;
    unsigned last_ = 0;   ///< number of a run
    std::string unsaid_;  ///< until it is ready
    unsigned refused_ = 0;
    bool ready_ = false;
    bool heard_ = false;
    bool bye_said_ = false;
};

}  // namespace cpe::ssh
