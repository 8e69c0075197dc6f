// Progress of a command that waits, on standard error: on a terminal a board that is redrawn in
// place, elsewhere one plain line for each change of state.
//
// Thread: the main thread.
#pragma once

#include "src/cpe-ctl/io.hpp"
#include "src/cpe-ctl/wait/outcome.hpp"

#include <string>
#include <vector>

namespace cpe::ctl {

/// "assembly db: booting", one for each state that differs; what was not there before is told too.
std::vector<std::string> changes(const Seen& before, const Seen& now);

/// One line for the deployable, each assembly and each service.
std::vector<std::string> board(const Seen& now, bool colour);

class Progress {
public:
    explicit Progress(Io& io) : io_(io) {}

    void show(const Seen& now);

private:
    void redraw(const Seen& now);

    Io& io_;
    Seen shown_;
    std::size_t lines_ = 0;  ///< of the board on the terminal
};

}  // namespace cpe::ctl
