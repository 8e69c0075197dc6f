#include <cpe_test_paths.hpp>

#include "test/e2e/lab.hpp"

#include <boost/json.hpp>
#include <boost/process.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace bp = boost::process;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace cpe::e2e {

struct Lab::Process {
    bp::child child;
};

namespace {

constexpr std::chrono::milliseconds look_again{20};

fs::path program(const std::string& name) {
    return fs::path(CPE_BIN_DIR) / name;
}

std::string text_of(const json::value& cell) {
    if (cell.is_string()) return std::string(cell.as_string());
    return cell.is_null() ? "" : json::serialize(cell);
}

}  // namespace

Output run(const std::vector<std::string>& command) {
    Output output;
    bp::ipstream out, err;
    bp::child child(bp::search_path(command.front()).empty()
                        ? fs::path(command.front()).string()
                        : bp::search_path(command.front()).string(),
                    bp::args(std::vector<std::string>(command.begin() + 1, command.end())),
                    bp::std_out > out, bp::std_err > err, bp::std_in < bp::null);
    auto errors = std::async(std::launch::async, [&err] {
        return std::string(std::istreambuf_iterator<char>(err), {});
    });
    output.out.assign(std::istreambuf_iterator<char>(out), {});
    output.err = errors.get();
    child.wait();
    output.code = child.exit_code();
    return output;
}

bool eventually(const std::function<bool()>& done, Seconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(look_again);
    }
    return true;
}

Lab::Lab(const std::string& configuration) {
    std::string pattern = "/var/tmp/cpe-e2e.XXXXXX";
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp " + pattern);
    state_dir_ = pattern;
    if (!configuration.empty()) configure(configuration);
    start_cped();
}

Lab::~Lab() {
    try {
        const auto listed = ctl({"deployable", "list", "-o", "json"});
        if (listed.code == 0) {
            const auto all = json::parse(listed.out);
            for (const auto& row : all.at("deployables").as_array())
                ctl({"deployable", "delete", text_of(row.at("name")), "--timeout", "60"});
        }
        if (cped_) terminate_cped();
        end_sandboxes();
        fs::remove_all(state_dir_);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lab %s: %s\n", state_dir_.c_str(), error.what());
    }
}

/// Whatever a failed test left running in sandboxes of this state directory.
void Lab::end_sandboxes() const {
    run({"pkill", "-KILL", "-f", "cpe-sandbox.*" + state_dir_.string()});
}

void Lab::start_cped() {
    // Appended to: the story of a test goes over restarts.
    start_cped(std::fopen((state_dir_ / "cped.log").c_str(), "a"));
}

void Lab::start_cped_unheard() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    ::close(ends[0]);
    start_cped(::fdopen(ends[1], "w"));
}

void Lab::start_cped(std::FILE* log) {
    std::vector<std::string> arguments{"--state-dir", state_dir_.string()};
    const auto configuration = state_dir_ / "cped.yaml";
    if (fs::exists(configuration)) {
        arguments.emplace_back("--config");
        arguments.push_back(configuration.string());
    }
    cped_ = std::make_unique<Process>();
    cped_->child = bp::child(program("cped").string(), bp::args(arguments), bp::std_out > log,
                             bp::std_err > log, bp::std_in < bp::null);
    std::fclose(log);
    if (!eventually([&] { return ctl({"deployable", "list"}).code == 0; }, Seconds(20)))
        throw std::runtime_error("cped does not answer:\n" + this->log());
}

void Lab::kill_cped() {
    ::kill(cped_->child.id(), SIGKILL);
    cped_->child.wait();
    cped_.reset();
}

int Lab::wait_for_end() {
    if (!eventually([&] { return !cped_->child.running(); }))
        throw std::runtime_error("cped does not end:\n" + log());
    const int status = cped_->child.native_exit_code();
    cped_.reset();
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

void Lab::configure(const std::string& configuration) const {
    std::ofstream(state_dir_ / "cped.yaml") << configuration;
}

int Lab::terminate_cped() {
    ::kill(cped_->child.id(), SIGTERM);
    cped_->child.wait();
    const int code = cped_->child.exit_code();
    cped_.reset();
    return code;
}

int Lab::cped_pid() const {
    return cped_ ? cped_->child.id() : 0;
}

Output Lab::ctl(std::vector<std::string> arguments) const {
    std::vector<std::string> command{program("cpe-ctl").string(), "--socket",
                                     (state_dir_ / "cped.sock").string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
}

std::string Lab::document(const std::string& name, const std::string& text) const {
    const auto path = state_dir_ / (name + ".xml");
    std::ofstream(path) << text;
    return path.string();
}

void Lab::create_running(const std::string& name, const std::string& text) const {
    const auto created =
        ctl({"deployable", "create", document(name, text), "--start", "--timeout", "60"});
    if (created.code != 0) throw std::runtime_error(created.err + "\n" + log());
}

std::vector<std::vector<std::string>> Lab::sql(const std::string& query) const {
    const auto answer = ctl({"sql", query, "-o", "json"});
    if (answer.code != 0) throw std::runtime_error(query + ": " + answer.err);
    std::vector<std::vector<std::string>> rows;
    const auto table = json::parse(answer.out);
    for (const auto& row : table.at("rows").as_array()) {
        auto& cells = rows.emplace_back();
        for (const auto& cell : row.as_array()) cells.push_back(text_of(cell));
    }
    return rows;
}

std::string Lab::cell(const std::string& query) const {
    const auto rows = sql(query);
    return rows.empty() || rows.front().empty() ? "" : rows.front().front();
}

json::value Lab::status(const std::string& deployable) const {
    const auto answer = ctl({"status", deployable, "-o", "json"});
    if (answer.code != 0) return {};
    return json::parse(answer.out).at("deployables").at(0);
}

std::string Lab::state_of(const std::string& deployable) const {
    const auto now = status(deployable);
    return now.is_null() ? "" : text_of(now.at("state"));
}

int Lab::init_of(const std::string& deployable, const std::string& assembly) const {
    const auto now = status(deployable);
    if (now.is_null()) return 0;
    for (const auto& row : now.at("assemblies").as_array()) {
        const auto pid = text_of(row.at("instance"));
        if (text_of(row.at("name")) == assembly && !pid.empty()) return std::stoi(pid);
    }
    return 0;
}

Output Lab::inside(const std::string& deployable, const std::string& assembly,
                   const std::string& shell) const {
    return run({"nsenter", "-t", std::to_string(init_of(deployable, assembly)), "-a", "/bin/sh",
                "-c", shell});
}

std::string Lab::log() const {
    std::ifstream in(state_dir_ / "cped.log");
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace cpe::e2e
