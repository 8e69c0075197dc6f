#include <cpe_test_paths.hpp>

#include "test/lab/openstack.hpp"

#include "test/lab/network.hpp"

#include <boost/process.hpp>

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace bp = boost::process;
namespace fs = std::filesystem;

namespace cpe::test {
namespace {

std::string call(std::vector<std::string> words, const fs::path& dir) {
    words.insert(words.begin(),
                 (fs::path(CPE_SOURCE_DIR) / "test/lab/openstack/openstacklab").string());
    bp::environment environment = boost::this_process::environment();
    environment["OPENSTACKLAB_DIR"] = dir.string();
    // A file, not a pipe: what goes on in the background must not keep us waiting.
    std::string name = "/tmp/openstacklab-said.XXXXXX";
    const int fd = ::mkstemp(name.data());
    ::close(fd);
    bp::child child(words.front(),
                    bp::args(std::vector<std::string>(words.begin() + 1, words.end())), environment,
                    (bp::std_out & bp::std_err) > name, bp::std_in < bp::null);
    child.wait();
    std::ifstream in(name);
    std::string said(std::istreambuf_iterator<char>(in), {});
    fs::remove(name);
    if (child.exit_code() != 0)
        throw std::runtime_error("openstacklab " + words.at(1) + ": " + said);
    if (!said.empty() && said.back() == '\n') said.pop_back();
    return said;
}

fs::path fresh_folder() {
    std::string pattern = "/var/tmp/openstacklab.XXXXXX";
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp " + pattern);
    fs::permissions(pattern, fs::perms(0755));  // the database is another user's
    return fs::path(pattern) / "lab";
}

}  // namespace

class OpenStackLab::Network : public OtherNetwork {
    using OtherNetwork::OtherNetwork;
};

OpenStackLab::OpenStackLab(const std::vector<std::string>& options) : dir_(fresh_folder()) {
    std::vector<std::string> words{"up", dir_.string()};
    words.insert(words.end(), options.begin(), options.end());
    call(words, dir_);
    std::string hub;
    std::ifstream(dir_ / "hub") >> hub;
    network_ = std::make_unique<Network>(hub);
}

OpenStackLab::~OpenStackLab() {
    network_.reset();
    try {
        call({"down", dir_.string()}, dir_);
        fs::remove_all(dir_.parent_path());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
    }
}

std::string OpenStackLab::command(const std::vector<std::string>& words) const {
    return call(words, dir_);
}

std::vector<OpenStackLab::Machine> OpenStackLab::machines() const {
    std::vector<Machine> all;
    std::istringstream lines(command({"machines"}));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        Machine one;
        if (words >> one.id >> one.name >> one.host >> one.address) all.push_back(std::move(one));
    }
    return all;
}

OpenStackLab::Machine OpenStackLab::machine(const std::string& ending) const {
    std::vector<Machine> found;
    for (auto& one : machines())
        if (one.name.ends_with(ending)) found.push_back(std::move(one));
    if (found.size() == 1) return found.front();
    throw std::runtime_error(std::to_string(found.size()) + " machines of " + ending);
}

std::string OpenStackLab::inside(const Machine& machine, const std::string& shell) const {
    return command({"shell", machine.id, shell});
}

std::vector<std::string> OpenStackLab::ids(const std::string& thing) const {
    const std::string column = thing == "keypair" ? "Name" : "ID";
    std::istringstream lines(command({"openstack", thing, "list", "-f", "value", "-c", column}));
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) all.push_back(line);
    return all;
}

}  // namespace cpe::test
