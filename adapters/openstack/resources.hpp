// What a project in a cloud has, as far as we look at it: servers, ports, key pairs, and what they
// are made of.
//
// Thread: any; values. Ids are the cloud's, never empty in what the cloud told.
#pragma once

#include <cpe/time.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::openstack {

/// Nova's `status`.
enum class ServerStatus {
    active,
    build,
    deleted,  ///< in lists with changes_since only
    error,
    hard_reboot,
    migrating,
    password,
    paused,
    reboot,
    rebuild,
    rescue,
    resize,
    revert_resize,
    shelved,
    shelved_offloaded,
    shutoff,
    soft_deleted,
    suspended,
    unknown,  ///< Nova's own UNKNOWN, and what we do not know (see Server::status_text)
    verify_resize,
};

/// As Nova writes it: "ACTIVE".
[[nodiscard]] std::string_view name_of(ServerStatus status);

struct Address {
    std::string network;  ///< its name
    std::string address;
    int version = 4;
    bool floating = false;
    std::string mac = {};
    friend bool operator==(const Address&, const Address&) = default;
};

/// Why a server is in ERROR ("No valid host was found. "), as Nova tells it.
struct ServerFault {
    int code = 0;
    std::string message;
    friend bool operator==(const ServerFault&, const ServerFault&) = default;
};

using Metadata = std::map<std::string, std::string>;

struct Server {
    std::string id;
    std::string name;
    ServerStatus status = ServerStatus::unknown;
    std::string status_text;                ///< as told
    std::optional<std::string> task_state;  ///< none: nothing is under way
    std::string vm_state;                   ///< "active", "stopped", "error", ...
    int power_state = 0;                    ///< 0 none, 1 running, 3 paused, 4 shut down, 6 crashed
    bool locked = false;
    std::optional<ServerFault> fault;
    std::vector<Address> addresses;  ///< in the order of the networks' names
    Metadata metadata;               ///< this and tags: a deleted server has none left
    std::vector<std::string> tags;
    std::optional<std::string> key_name;
    std::string image_id;  ///< empty: booted from a volume
    std::string flavor;    ///< its name
    std::string host_id;   ///< which host, without saying which; empty: none
    bool config_drive = false;
    WallTime created;
    WallTime updated;
    std::optional<WallTime> launched;
    friend bool operator==(const Server&, const Server&) = default;

    /// Nothing is under way and this is its state. Just after a 202 this can still be the old one.
    [[nodiscard]] bool settled_in(ServerStatus wanted) const {
        return status == wanted && !task_state;
    }
};

/// What a list shall hold. The cloud is asked for it, and what it tells is looked through again:
/// Nova ignores silently what a member may not filter by, and takes names for patterns.
struct ServerQuery {
    std::optional<std::string> name;  ///< the whole of it
    std::vector<std::string> tags;    ///< all of them
    Metadata metadata;                ///< all of these
    /// What changed since, deleted servers too; these have lost tags and metadata and are to be
    /// known by their ids, so filter by neither. By the cloud's clock: take the latest `updated`
    /// seen, and give an overlap.
    std::optional<WallTime> changes_since;
};

struct NewServer {
    std::string name;
    std::string image_id;
    std::string flavor_id;
    std::vector<std::string> network_ids;  ///< none: the project's only one ("auto")
    std::string user_data;                 ///< plain; at most max_user_data
    Metadata metadata;                     ///< at most max_metadata bytes each
    std::optional<std::string> key_name;
    bool config_drive = false;
    std::vector<std::string> tags;                  ///< at most 60 bytes each, no '/' and ','
    std::vector<std::string> security_groups = {};  ///< names; none: the project's default
    std::optional<std::string> availability_zone = {};
};
constexpr std::size_t max_user_data = 49'149;  ///< 65,535 in base64, Nova's limit
constexpr std::size_t max_metadata = 255;      ///< bytes of a key or a value

struct Rebuild {
    std::string image_id;
    /// Given: replaces what the server was created with (since 2.57; older: bad_request).
    std::optional<std::string> user_data = {};
};

enum class Reboot { soft, hard };

struct KeyPair {
    std::string name;
    std::string fingerprint;
    std::string public_key;
    friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

struct Port {
    std::string id;
    std::string device_id;  ///< the server's
    std::string network_id;
    std::string status;  ///< "ACTIVE", "DOWN", ...
    std::string mac;
    std::vector<std::string> fixed_ips;
    friend bool operator==(const Port&, const Port&) = default;
};

struct Image {
    std::string id;
    std::string name;
    std::string status;  ///< "active": can be booted
    std::int64_t min_disk_gib = 0;
    std::int64_t min_ram_mib = 0;
    friend bool operator==(const Image&, const Image&) = default;
};

struct Flavor {
    std::string id;
    std::string name;
    std::int64_t vcpus = 0;
    std::int64_t ram_mib = 0;
    std::int64_t disk_gib = 0;
    friend bool operator==(const Flavor&, const Flavor&) = default;
};

struct Network {
    std::string id;
    std::string name;
    friend bool operator==(const Network&, const Network&) = default;
};

/// -1: no limit.
struct Quota {
    std::int64_t limit = -1;
    std::int64_t used = 0;
    friend bool operator==(const Quota&, const Quota&) = default;
};

struct Limits {
    Quota instances;
    Quota cores;
    Quota ram_mib;
    std::int64_t key_pairs = -1;        ///< how many may be
    std::int64_t server_metadata = -1;  ///< how many a server may have
    friend bool operator==(const Limits&, const Limits&) = default;
};

}  // namespace cpe::openstack
