// What the tests of real sandboxes share: a state directory, a loop that runs until something is
// so, and looks at the host.
#pragma once

#include "adapters/local/local_provider.hpp"
#include "result_text.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace cpe::local::test {

/// A folder of its own on a disk (not on /tmp, which is hidden inside anyway), deleted at the end.
class Folder {
public:
    explicit Folder(const std::filesystem::path& parent = "/var/tmp");
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path path;
};

/// Writes an executable script.
std::filesystem::path write_script(const std::filesystem::path& file, const std::string& text);

/// A stand-in for the agent that just stays.
constexpr const char* idle_agent = "#!/bin/sh\necho agent here\nexec sleep 1000000\n";

/// Key of an assembly of deployable "shop", tenant "default".
AssemblyKey key(const std::string& assembly, const std::string& deployable = "shop");

/// The output of a command; it must succeed.
std::string output_of(const std::string& command);
/// Inside the sandbox with that init, by nsenter as people do.
std::string inside(const InstanceReport& report, const std::string& command);

/// What this machine has that a sandbox may leave behind.
struct Remains {
    std::set<std::string> mounts;
    std::set<std::string> interfaces;
    std::set<std::string> processes;  ///< command lines that name the state directory
    std::set<std::string> files;
    friend bool operator==(const Remains&, const Remains&) = default;
};
Remains remains(const std::filesystem::path& state_dir);
/// Interfaces of a dead network namespace go a moment later: looks until it is so.
bool settles(const std::function<bool()>& condition);

/// One provider on a loop of its own.
class Lab {
public:
    explicit Lab(const std::filesystem::path& state_dir, const std::string& agent = idle_agent);
    /// Destroys all that was started, also after a failed check.
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;
    /// Makes the provider with these settings.
    void open();
    /// Drops it, as the end of a cped does.
    void close() { provider.reset(); }

    /// Runs the loop until `condition`; false after a minute.
    bool until(const std::function<bool()>& condition);
    Result<InstanceReport> start(const std::string& assembly);
    Result<InstanceReport> stop(const std::string& assembly);
    Result<InstanceReport> destroy(const std::string& assembly);
    /// The log file of a sandbox.
    std::string log_of(const std::string& assembly) const;
    std::filesystem::path folder_of(const std::string& assembly) const;

    Settings settings;
    boost::asio::io_context loop;
    std::unique_ptr<LocalProvider> provider;
    std::vector<std::pair<AssemblyKey, InstanceReport>> told;  ///< by the watch
    std::vector<std::string> logged;

private:
    std::set<AssemblyKey> used_;
    Result<InstanceReport> wait(std::optional<Result<InstanceReport>>& outcome);
};

}  // namespace cpe::local::test
