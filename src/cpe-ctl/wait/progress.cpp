#include "src/cpe-ctl/wait/progress.hpp"

#include "src/cpe-ctl/show/tables.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <algorithm>
#include <ostream>
#include <span>

namespace cpe::ctl {
namespace {

/// More lines than a terminal has cannot be redrawn in place.
constexpr std::size_t most_lines = 20;

template <class Thing>
const Thing* named(const std::vector<Thing>& things, const Thing& wanted) {
    const auto found = std::find_if(things.begin(), things.end(), [&](const Thing& thing) {
        if constexpr (requires { thing.resource; })
            return thing.resource == wanted.resource;
        else
            return thing.name == wanted.name;
    });
    return found == things.end() ? nullptr : &*found;
}

template <class Thing>
void add_changes(std::vector<std::string>& lines, const char* kind,
                 const std::vector<Thing>& before, const std::vector<Thing>& now) {
    for (const Thing& thing : now) {
        const Thing* old = named(before, thing);
        if (old && old->state == thing.state) continue;
        lines.push_back(kind + clean(thing.name) + ": " + std::string{name_of(thing.state)});
    }
}

template <class Thing>
void add_board(std::vector<std::string>& lines, const char* kind, const std::vector<Thing>& things,
               bool colour) {
    for (const Thing& thing : things) {
        const auto state = name_of(thing.state);
        lines.push_back(kind + clean(thing.name) + ": " + painted(state, tone_of(state), colour));
    }
}

}  // namespace

std::vector<std::string> changes(const Seen& before, const Seen& now) {
    if (!now)
        return before ? std::vector<std::string>{"deployable: gone"} : std::vector<std::string>{};
    static const DeployableStatus none;
    const DeployableStatus& old = before ? *before : none;
    std::vector<std::string> lines;
    if (!before || before->state != now->state)
        lines.push_back("deployable " + clean(now->key.name) + ": " +
                        std::string{name_of(now->state)});
    add_changes(lines, "assembly ", old.assemblies, now->assemblies);
    add_changes(lines, "service ", old.services, now->services);
    return lines;
}

std::vector<std::string> board(const Seen& now, bool colour) {
    if (!now) return {"gone"};
    const auto state = name_of(now->state);
    std::vector<std::string> lines{clean(now->key.name) + ": " +
                                   painted(state, tone_of(state), colour)};
    add_board(lines, "  assembly ", now->assemblies, colour);
    add_board(lines, "  service ", now->services, colour);
    if (lines.size() > most_lines) {
        const auto left_out = lines.size() - most_lines;
        lines.resize(most_lines);
        lines.push_back("  and " + std::to_string(left_out) + " more");
    }
    return lines;
}

void Progress::show(const Seen& now) {
    if (io_.err_live) {
        redraw(now);
    } else {
        for (const auto& line : changes(shown_, now)) io_.err << line << '\n';
    }
    io_.err.flush();
    shown_ = now;
}

void Progress::redraw(const Seen& now) {
    if (lines_ > 0) io_.err << "\x1b[" << lines_ << "A";
    const auto lines = board(now, io_.err_colour);
    for (const auto& line : lines) io_.err << "\r\x1b[K" << line << '\n';
    io_.err << "\x1b[J";
    lines_ = lines.size();
}

}  // namespace cpe::ctl
