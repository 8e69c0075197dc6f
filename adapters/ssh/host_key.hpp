// A host's public key, and what is known of the hosts: an OpenSSH known_hosts file and pins.
//
// Thread: any; values, pure. Limits: max_known_hosts bytes of a file. Lines that make no sense are
// left out, as ssh(1) does; @cert-authority lines, too, for certificates are not supported.
#pragma once

#include <cpe/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::ssh {

constexpr std::size_t max_known_hosts = std::size_t{16} << 20U;

struct HostKey {
    std::string type;         ///< "ssh-ed25519"
    std::string blob;         ///< as it goes over the wire
    std::string fingerprint;  ///< "ssh-ed25519 SHA256:...": how a pin is written
};

/// Of a blob as the peer sent it. An error: it makes no sense.
[[nodiscard]] Result<HostKey> host_key_of(std::string_view blob);

class KnownHosts {
public:
    KnownHosts() = default;
    /// In the format of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
    explicit KnownHosts(std::string_view text);

    enum class Answer { match, other, revoked, unknown };
    [[nodiscard]] Answer look_up(const std::string& host, std::uint16_t port,
                                 const HostKey& key) const;
    /// The types of its keys that stand there.
    [[nodiscard]] std::vector<std::string> types_of(const std::string& host,
                                                    std::uint16_t port) const;
    [[nodiscard]] std::size_t size() const { return lines_.size(); }

private:
    struct Line {
        bool revoked = false;
        std::string hosts;
        std::string type;
        std::string blob;
    };
    std::vector<Line> lines_;
};

/// Which host keys are asked for, as libssh2 takes them: what is known of this host first, or a
/// host with two keys would offer the one that is not known.
[[nodiscard]] std::string preferred_types(const KnownHosts& known, const std::string& pin,
                                          const std::string& host, std::uint16_t port);

enum class Trust {
    known,      ///< it is the pinned one, or stands in the file
    first_use,  ///< nothing is known of this host, and that is allowed: pin it
    refused,
};
struct TrustVerdict {
    Trust trust = Trust::refused;
    std::string why;  ///< refused; for people
};
/// A pin is the newest word of a person, and counts before the file.
[[nodiscard]] TrustVerdict judge(const KnownHosts& known, const std::string& pin,
                                 const std::string& host, std::uint16_t port, const HostKey& key,
                                 bool first_use_allowed);

}  // namespace cpe::ssh
