// The real OpenStack of test/lab/openstack, for tests: brought up once for a program, ended with
// it.
//
// Thread: the one that constructs a Stay is in the lab's network until that is destroyed, and so is
// every process that it starts meanwhile (cped, for one). Root only; failures throw.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cpe::test {

class OpenStackLab {
public:
    struct Machine {
        std::string id;  ///< of the server
        std::string name;
        std::string host;
        std::string address;
    };

    /// Words for `openstacklab up DIR`: {"--token-ttl", "8"}.
    explicit OpenStackLab(const std::vector<std::string>& options = {});
    ~OpenStackLab();
    OpenStackLab(const OpenStackLab&) = delete;
    OpenStackLab& operator=(const OpenStackLab&) = delete;

    /// {"stop", "keystone"}, {"openstack", "server", "list"}, ...: what it says; throws where it
    /// fails.
    std::string command(const std::vector<std::string>& words) const;
    [[nodiscard]] std::vector<Machine> machines() const;
    /// The only machine whose name ends so; throws where there is none or several.
    [[nodiscard]] Machine machine(const std::string& ending) const;
    /// A shell line inside a machine, by no network.
    std::string inside(const Machine& machine, const std::string& shell) const;
    /// Of the real client: `openstack THING list`, one id a line.
    [[nodiscard]] std::vector<std::string> ids(const std::string& thing) const;

    /// Has clouds.yaml, and the key `id`.
    [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }

private:
    class Network;
    std::filesystem::path dir_;
    std::unique_ptr<Network> network_;
};

}  // namespace cpe::test
