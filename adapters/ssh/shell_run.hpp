// One exec of guest.sh: some runs of agents, their ends told one by one as they come.
//
// Thread: the loop. Shared with its Exec's hooks, which hold it weakly; drop() ends it. Limits:
// what is kept of a run's output is max_reply_line bytes; a kill that is not confirmed within
// kill_limit is given up, and so is an exec that does not end within end_limit after its last run.
#pragma once

#include "adapters/ssh/command.hpp"
#include "adapters/ssh/desk.hpp"
#include "adapters/ssh/exec.hpp"
#include "adapters/ssh/replies.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cpe::ssh {

class Session;

struct ShellRunHooks {
    std::function<void(RunId, RunEnd)> ended;
    /// Nobody knows how it ended; the guest is there.
    std::function<void(RunId, std::string why)> vanished;
    /// All were told, and the exec has ended.
    std::function<void()> over;
};

class ShellRun : public std::enable_shared_from_this<ShellRun> {
public:
    ShellRun(boost::asio::any_io_executor executor, std::vector<Run> runs, ShellRunHooks hooks);

    void start(Session& session, const std::string& username, ExecPlan plan);
    /// False: it is none of ours.
    bool kill(RunId id);
    void drop();

private:
    struct State {
        Run run;
        std::uint32_t pid = 0;
        bool began = false;
        bool kill_wanted = false;
        bool kill_said = false;
        bool told = false;
        std::optional<int> code;
        std::optional<MonoTime> due;  ///< of its output, or of its kill
        std::string output;
    };

    void received(std::string_view bytes);
    void take(Reply reply);
    void say_kill(State& state, std::size_t number);
    void finish(State& state);
    void finish_killed(State& state, std::uint32_t left);
    void tell(State& state, RunEnd end);
    void exec_ended(const ExecEnd& end);
    void leave();
    void open_exec();
    void check_over();
    void arm(Millis pause, void (ShellRun::*then)());
    void wait_for(State& state, Millis time);
    void arm_due();
    void look_at_due();
    void touch();
    [[nodiscard]] std::optional<Millis> guest_limit() const;

    boost::asio::steady_timer timer_;
    std::vector<State> states_;
    ShellRunHooks hooks_;
    std::weak_ptr<Session> session_;
    std::string username_;
    ExecPlan plan_;
    Millis limit_{0};
    std::shared_ptr<Exec> exec_;
    std::unique_ptr<Replies> replies_;
    unsigned refused_ = 0;
    bool bye_said_ = false;
};

}  // namespace cpe::ssh
