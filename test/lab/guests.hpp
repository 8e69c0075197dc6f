// Guests of test/lab/guestlab for one test: made by the constructor, gone with the destructor.
//
// Thread: the one that constructs it stays in the guests' network until it is destroyed, and so is
// every process and thread that it starts meanwhile (cped, for one). Unix sockets and files are
// the same as ever. Root only; failures throw.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cpe::test {

class Guests {
public:
    struct Answer {
        int code = -1;
        std::string out;  ///< stdout and stderr
    };

    /// `options` as `guestlab --help` tells: {"--init", "systemd"}, {"--sshd-option", "…"}.
    explicit Guests(int count, const std::vector<std::string>& options = {});
    ~Guests();
    Guests(const Guests&) = delete;
    Guests& operator=(const Guests&) = delete;

    /// {"kill", "1"}, {"freeze", "2"}, …: proven when it returns; throws where guestlab failed.
    std::string command(const std::vector<std::string>& words) const;
    /// A shell line inside a guest (1 to count), by no network.
    Answer inside(int guest, const std::string& shell) const;
    /// The same line by ssh, as a person would: 255 where the guest cannot be reached.
    Answer ssh(int guest, const std::string& shell) const;
    std::string address(int guest) const;

    /// Has the private key `id`, and `known_hosts`; may be written to.
    [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }
    /// The program, for who else has to call it (with GUESTLAB_DIR set).
    static std::filesystem::path program();

private:
    struct Process;
    class Network;
    Answer call(std::vector<std::string> words) const;

    std::unique_ptr<Process> process_;
    std::filesystem::path dir_;
    std::unique_ptr<Network> network_;
};

}  // namespace cpe::test
