// A temporary guest on this machine: an OCF root with the real agents and nasty ones of our own,
// and a runner on a loop of its own.
#pragma once

#include "src/cpe-agent/runner.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

namespace cpe::guest::test {

/// A directory that is removed with all it holds.
class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// resource.d/heartbeat and lib are the real ones; resource.d/nasty and init.d are filled by
/// `script`. Scripts see the directory as $DIR.
class GuestFiles {
public:
    GuestFiles();
    void ocf_script(const std::string& type, const std::string& body);
    void add_init_script(const std::string& type, const std::string& body);
    [[nodiscard]] std::filesystem::path dir() const { return temp_.path(); }
    [[nodiscard]] AgentPaths paths() const;
    /// First word of a file that a script wrote, as a number; 0: not there yet.
    [[nodiscard]] pid_t pid_in(const std::string& file) const;

private:
    TempDir temp_;
};

class GuestFixture {
public:
    GuestFixture();

    /// Runs one operation to its end, at most 30 s.
    RunEnd run(const OperationRequest& request);
    RunId begin(const OperationRequest& request);
    RunEnd wait(RunId run);
    /// Turns the loop until `condition` holds, at most 30 s; says whether it did.
    bool until(const std::function<bool()>& condition);

    GuestFiles files;
    boost::asio::io_context loop{1};
    Runner runner;

private:
    std::uint64_t last_ = 0;
    std::map<RunId, RunEnd> ends_;
};

[[nodiscard]] OperationRequest ocf_agent(const std::string& provider, const std::string& type,
                                         const std::string& operation);
[[nodiscard]] OperationRequest nasty(const std::string& type, const std::string& operation);
[[nodiscard]] OperationRequest init_script(const std::string& type, const std::string& operation);

/// It is there and no zombie.
[[nodiscard]] bool is_alive(pid_t pid);
/// Living processes whose environment names this directory.
[[nodiscard]] std::size_t processes_of(const std::filesystem::path& dir);

}  // namespace cpe::guest::test
