#include "src/cpe-ctl/wait/wait.hpp"

#include "src/cpe-ctl/net/codec.hpp"
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/text/clean.hpp"
#include "src/cpe-ctl/wait/progress.hpp"

#include <algorithm>
#include <ostream>

namespace cpe::ctl {
namespace {

/// How long to wait for the event that explains a failure.
constexpr Millis reason_patience{500};

const char* name_of(Goal goal) {
    constexpr const char* names[] = {"running", "stopped", "gone", "settled"};
    return names[static_cast<int>(goal)];
}

class Waiter {
public:
    Waiter(Management& management, const Waited& waited, const Globals& globals, Io& io)
        : management_(management),
          waited_(waited),
          io_(io),
          json_(globals.output == Output::json),
          limit_(globals.timeout.value_or(default_wait)),
          until_(Session::Clock::now() + limit_),
          changed_(Session::Clock::now()),
          progress_(io) {}

    Exit run() {
        management_.session().catch_interrupts();
        while (true) {
            if (const auto looked = look(); !looked) return lost(looked.error());
            progress_.show(now_);
            const auto verdict = judge(waited_.aim, waited_.before, now_);
            if (verdict != Verdict::pending && !is_calm()) {
                if (const auto exit = sleep()) return *exit;
                continue;
            }
            if (verdict == Verdict::reached) return reached();
            if (verdict == Verdict::failed) return failed();
            if (const auto exit = sleep()) return *exit;
        }
    }

private:
    /// Only what settles has to: of all else a single look tells.
    [[nodiscard]] bool is_calm() const {
        return waited_.aim.goal != Goal::settled || !now_ ||
               Session::Clock::now() >= changed_ + calm_time;
    }

    Result<> look() {
        auto found = management_.find(waited_.name);
        if (found) {
            now_ = std::move(*found);
        } else if (found.error().code == Errc::not_found) {
            now_.reset();
        } else {
            return found.error();
        }
        return {};
    }

    /// Until something may have changed; an exit code when there is nothing more to wait for.
    std::optional<Exit> sleep() {
        auto& session = management_.session();
        const auto now = Session::Clock::now();
        if (now >= until_) return timed_out();
        switch (session.wait(std::min(until_, now + look_interval))) {
            case Session::Wake::interrupted: return interrupted();
            case Session::Wake::disconnected: return lost(session.lost());
            case Session::Wake::event:
            case Session::Wake::timeout: break;
        }
        drain_events();
        return std::nullopt;
    }

    void drain_events() {
        while (const auto message = management_.session().take_event()) {
            changed_ = Session::Clock::now();
            const auto event = event_of(*message);
            if (event && event->event.kind == "deployable_state_change") told_ = event->event;
        }
    }

    /// Why the deployable is in its state is in the event that told of it, which may come a moment
    /// after the state itself was read.
    std::string reason() {
        const auto until = Session::Clock::now() + reason_patience;
        const auto is_told = [&] { return now_ && told_.state == name_of(now_->state); };
        drain_events();
        while (!is_told() && management_.session().wait(until) == Session::Wake::event)
            drain_events();
        return is_told() ? told_.reason : std::string{};
    }

    Exit reached() {
        print_json();
        if (!json_) io_.out << clean(title()) << " is " << outcome() << '\n';
        return Exit::done;
    }

    Exit failed() {
        print_json();
        const auto why = reason();
        say_error(io_, {Errc::refused,
                        missing(waited_.aim, now_) + (why.empty() ? "" : ", because: " + why),
                        title(), "cpe-ctl events --deployable " + waited_.name + " tells more"});
        return now_ ? Exit::failed : Exit::not_found;
    }

    Exit timed_out() {
        print_json();
        say_error(io_,
                  {Errc::timed_out,
                   std::string{"not "} + name_of(waited_.aim.goal) + " after " +
                       std::to_string(limit_.count() / 1000) + " s: " + missing(waited_.aim, now_),
                   title(), goes_on()});
        return Exit::failed;
    }

    Exit interrupted() {
        say_error(io_, {Errc::refused, "waiting was interrupted", waited_.name, goes_on()});
        return Exit::interrupted;
    }

    Exit lost(const Error& error) {
        const bool gone = !management_.session().is_open();
        say_error(io_, {error.code, error.line(), waited_.name, goes_on()});
        return gone ? Exit::no_connection : exit_of(error.code);
    }

    [[nodiscard]] std::string title() const { return waited_.aim.title(waited_.name); }

    /// In what it has settled, or what was asked for.
    [[nodiscard]] std::string outcome() const {
        if (waited_.aim.goal != Goal::settled || !now_) return name_of(waited_.aim.goal);
        return std::string{cpe::name_of(now_->state)};
    }

    [[nodiscard]] std::string goes_on() const {
        return "the operation goes on: see cpe-ctl status " + waited_.name;
    }

    void print_json() {
        if (!json_) return;
        const auto count = now_ ? std::size_t{1} : std::size_t{0};
        io_.out << deployables_json({now_ ? &*now_ : nullptr, count});
    }

    Management& management_;
    const Waited& waited_;
    Io& io_;
    bool json_;
    Millis limit_;
    Session::Clock::time_point until_;
    Session::Clock::time_point changed_;  ///< when the last event of it was told
    Progress progress_;
    Seen now_;
    EventRecord told_;  ///< the deployable's last change of state that was told
};

}  // namespace

Exit wait_for_outcome(Management& management, const Waited& waited, const Globals& globals,
                      Io& io) {
    return Waiter(management, waited, globals, io).run();
}

}  // namespace cpe::ctl
