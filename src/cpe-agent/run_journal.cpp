#include "src/cpe-agent/run_journal.hpp"

#include <fstream>
#include <system_error>

namespace cpe::guest {

namespace fs = std::filesystem;

RunJournal::RunJournal(fs::path directory) : directory_(std::move(directory)) {
    std::error_code ignored;
    fs::create_directories(directory_, ignored);
}

void RunJournal::announce(const std::string& marker) const {
    std::ofstream{directory_ / marker};
}

void RunJournal::note_first(const RunScope& scope) const {
    std::ofstream(directory_ / scope.marker) << scope.first << " " << scope.began << "\n";
}

void RunJournal::remove(const std::string& marker) const {
    std::error_code ignored;
    fs::remove(directory_ / marker, ignored);
}

std::vector<RunScope> RunJournal::take_left_over() const {
    std::vector<RunScope> left;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory_, error)) {
        RunScope scope;
        std::ifstream in(entry.path());
        // Its number may be another process's by now: then the marker alone must do.
        if (!(in >> scope.first >> scope.began) || start_of(scope.first) != scope.began)
            scope.first = 0;
        scope.marker = entry.path().filename().string();
        left.push_back(std::move(scope));
    }
    for (const auto& scope : left) remove(scope.marker);
    return left;
}

}  // namespace cpe::guest
