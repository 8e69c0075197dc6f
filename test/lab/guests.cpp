#include <cpe_test_paths.hpp>

#include "test/lab/guests.hpp"

#include "test/lab/network.hpp"

#include <boost/process.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace bp = boost::process;
namespace fs = std::filesystem;

namespace cpe::test {
namespace {

constexpr auto ready = "ready ";

}  // namespace

/// The end of its stdin ends it, also when this process is killed.
struct Guests::Process {
    bp::opstream in;
    bp::ipstream out;
    bp::child child;
};

class Guests::Network : public OtherNetwork {
    using OtherNetwork::OtherNetwork;
};

Guests::Guests(int count, const std::vector<std::string>& options)
    : process_(std::make_unique<Process>()) {
    std::vector<std::string> arguments{"hold", std::to_string(count)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    process_->child = bp::child(program().string(), bp::args(arguments),
                                bp::std_in<process_->in, bp::std_out> process_->out);
    // A cped that this test starts must not keep the lab.
    for (const int end : {process_->in.pipe().native_sink(), process_->out.pipe().native_source()})
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    std::string line;
    if (!std::getline(process_->out, line) || line.rfind(ready, 0) != 0)
        throw std::runtime_error("guestlab did not start (it says why above)");
    dir_ = line.substr(std::string(ready).size());
    std::string hub;
    std::ifstream(dir_ / "hub") >> hub;
    network_ = std::make_unique<Network>(hub);
}

Guests::~Guests() {
    network_.reset();
    process_->in.close();
    process_->in.pipe().close();
    process_->child.wait();
}

fs::path Guests::program() {
    return fs::path(CPE_SOURCE_DIR) / "test/lab/guestlab";
}

Guests::Answer Guests::call(std::vector<std::string> words) const {
    bp::environment environment = boost::this_process::environment();
    environment["GUESTLAB_DIR"] = dir_.string();
    bp::ipstream out;
    bp::child child(words.front(),
                    bp::args(std::vector<std::string>(words.begin() + 1, words.end())), environment,
                    (bp::std_out & bp::std_err) > out, bp::std_in < bp::null);
    Answer answer;
    answer.out.assign(std::istreambuf_iterator<char>(out), {});
    child.wait();
    answer.code = child.exit_code();
    return answer;
}

std::string Guests::command(const std::vector<std::string>& words) const {
    std::vector<std::string> all{program().string()};
    all.insert(all.end(), words.begin(), words.end());
    auto answer = call(all);
    if (answer.code != 0) throw std::runtime_error("guestlab " + words.front() + ": " + answer.out);
    if (!answer.out.empty() && answer.out.back() == '\n') answer.out.pop_back();
    return answer.out;
}

Guests::Answer Guests::inside(int guest, const std::string& shell) const {
    return call({program().string(), "exec", std::to_string(guest), "/bin/sh", "-c", shell});
}

Guests::Answer Guests::ssh(int guest, const std::string& shell) const {
    return call({bp::search_path("ssh").string(), "-F", "none", "-i", (dir_ / "id").string(), "-o",
                 "UserKnownHostsFile=" + (dir_ / "known_hosts").string(), "-o", "BatchMode=yes",
                 "-o", "ConnectTimeout=2", "-o", "LogLevel=ERROR", "root@" + address(guest),
                 shell});
}

std::string Guests::address(int guest) const {
    return command({"ip", std::to_string(guest)});
}

}  // namespace cpe::test
