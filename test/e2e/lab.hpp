// A real cped with a state directory of its own, driven through the real cpe-ctl; root only.
//
// Everything that a test starts is ended and removed with it.
#pragma once

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cpe::e2e {

using Seconds = std::chrono::seconds;

struct Output {
    int code = -1;
    std::string out;
    std::string err;
};

/// Runs a program to its end.
Output run(const std::vector<std::string>& command);

/// Looks again and again until `done` holds; false when it does not within the time.
bool eventually(const std::function<bool()>& done, Seconds within = Seconds(30));

class Lab {
public:
    /// `configuration`: keys of cped.yaml; none: cped runs without a file.
    explicit Lab(const std::string& configuration = {});
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;
    ~Lab();

    /// Writes cped.yaml anew, for the next start.
    void configure(const std::string& configuration) const;
    /// Starts cped and waits until it answers.
    void start_cped();
    /// The same, but nobody reads what it says on stderr.
    void start_cped_unheard();
    /// As a power failure would: no clean-up.
    void kill_cped();
    /// Waits until cped has ended by itself, and throws when it does not; the signal that ended it,
    /// or 0.
    int wait_for_end();
    /// SIGTERM, and waits; its exit code.
    int terminate_cped();
    [[nodiscard]] int cped_pid() const;

    /// cpe-ctl with the lab's socket.
    Output ctl(std::vector<std::string> arguments) const;
    /// Writes a document and gives its path.
    std::string document(const std::string& name, const std::string& text) const;
    /// Creates and starts it; throws with what cpe-ctl said unless it runs then.
    void create_running(const std::string& name, const std::string& text) const;
    /// Rows of cpe-ctl sql; each cell as text.
    std::vector<std::vector<std::string>> sql(const std::string& query) const;
    /// The one cell of a query, or "".
    std::string cell(const std::string& query) const;
    /// `status NAME -o json`, the deployable itself.
    boost::json::value status(const std::string& deployable) const;
    std::string state_of(const std::string& deployable) const;

    /// The host's pid of a sandbox's init; 0 while there is none.
    int init_of(const std::string& deployable, const std::string& assembly) const;
    /// A command inside a sandbox.
    Output inside(const std::string& deployable, const std::string& assembly,
                  const std::string& shell) const;

    [[nodiscard]] const std::filesystem::path& state_dir() const { return state_dir_; }
    /// What cped has written to stderr.
    [[nodiscard]] std::string log() const;

private:
    void start_cped(std::FILE* log);
    void end_sandboxes() const;

    struct Process;
    std::filesystem::path state_dir_;
    std::unique_ptr<Process> cped_;
};

}  // namespace cpe::e2e
