// The runs under way, on disk: an agent that was killed in the middle of one leaves a half-done
// start or stop behind, which must not overlap with what its successor is asked to do.
//
// Thread: any. One file for each run, named by its marker: there before its process is, so that no
// moment is without it; its first process is written into it afterwards. The successor kills what
// is left of them (as after a time limit; cped hears `lost`). Services that a finished run left are
// in no file, and untouched.
#pragma once

#include "src/cpe-agent/process_tree.hpp"

#include <filesystem>
#include <vector>

namespace cpe::guest {

class RunJournal {
public:
    /// `directory` is made if needed; without one that can be written nothing is kept.
    explicit RunJournal(std::filesystem::path directory);

    void announce(const std::string& marker) const;
    void note_first(const RunScope& scope) const;
    void remove(const std::string& marker) const;
    /// Runs of an earlier life that had not ended; forgets them. Some may have nothing left alive.
    [[nodiscard]] std::vector<RunScope> take_left_over() const;

private:
    std::filesystem::path directory_;
};

}  // namespace cpe::guest
