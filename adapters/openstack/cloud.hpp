// One project of one OpenStack cloud in one region, as a tenant without admin rights uses it.
//
// Thread: the loop (the executor's); nothing blocks. Ownership: what is under way when the Cloud is
// dropped or closed ends with FaultKind::cancelled; so do calls whose coroutine is cancelled.
//
// Every call has a deadline, within which it authenticates where it must, waits for a connection
// and tries again (429, 413, 503, and what was not reached) with backoff. A call that changes
// something is tried again only where the cloud cannot have carried it out; otherwise its fault
// (timeout, unreachable) leaves open whether it was: look before you repeat it.
//
// Actions and delete are accepted by the cloud (202, 204), not carried out: their outcome is to be
// seen in server(). Limits: those of adapters/http, and of json.hpp.
#pragma once

#include "adapters/openstack/access.hpp"
#include "adapters/openstack/actions.hpp"
#include "adapters/openstack/fault.hpp"
#include "adapters/openstack/resources.hpp"

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cpe::openstack {

class Session;

using Deadline = std::chrono::steady_clock::time_point;
[[nodiscard]] inline Deadline now() {
    return std::chrono::steady_clock::now();
}
[[nodiscard]] inline Deadline within(Millis limit) {
    return now() + limit;
}

/// How often the cloud was asked, and how that went; grows only.
struct CloudCounters {
    std::uint64_t requests = 0;  ///< HTTP requests, those to Keystone too
    std::uint64_t retries = 0;
    std::uint64_t authentications = 0;
    std::uint64_t faults = 0;  ///< calls that ended with one
};

struct CloudOptions {
    /// 0 <= x < 1, for the jitter of backoff; as it is, there is none.
    std::function<double()> random = [] { return 0.5; };
    /// None of what is said holds a secret.
    std::function<void(LogLevel, const std::string&)> log = {};
    /// What the pause after a first failure is; it doubles from there (retry.hpp, keystone.hpp).
    Millis first_backoff{500};
    std::size_t connections = 8;  ///< at most so many at once to one server
    std::size_t page_size = 0;    ///< servers a page; 0: as many as the cloud gives
};

class Cloud {
public:
    template <class T = void>
    using Awaited = boost::asio::awaitable<Answer<T>>;

    Cloud(const boost::asio::any_io_executor& executor, Access access, CloudOptions options);
    ~Cloud();
    Cloud(const Cloud&) = delete;
    Cloud& operator=(const Cloud&) = delete;
    void close();
    /// Whether another Cloud with this would be entered just as this one is.
    [[nodiscard]] bool enters_with(const Access& access) const;

    /// All pages. A server that changes while pages are read may be missing or come twice (once
    /// here): ask again before something is taken for gone.
    [[nodiscard]] Awaited<std::vector<Server>> servers(ServerQuery query, Deadline deadline);
    [[nodiscard]] Awaited<Server> server(std::string id, Deadline deadline);
    /// Its id. Not idempotent: look for a tag or metadata first, and after a timeout.
    [[nodiscard]] Awaited<std::string> create_server(NewServer server, Deadline deadline);
    [[nodiscard]] Awaited<> delete_server(std::string id, Deadline deadline);
    [[nodiscard]] Awaited<> stop_server(std::string id, Deadline deadline);
    [[nodiscard]] Awaited<> start_server(std::string id, Deadline deadline);
    [[nodiscard]] Awaited<> reboot_server(std::string id, Reboot kind, Deadline deadline);
    [[nodiscard]] Awaited<> rebuild_server(std::string id, Rebuild rebuild, Deadline deadline);

    /// Of a server that may be deleted already.
    [[nodiscard]] Awaited<std::vector<ServerAction>> actions(std::string server_id,
                                                             Deadline deadline);
    [[nodiscard]] Awaited<std::vector<ActionEvent>> action_events(std::string server_id,
                                                                  std::string request_id,
                                                                  Deadline deadline);

    [[nodiscard]] Awaited<KeyPair> import_key_pair(std::string name, std::string public_key,
                                                   Deadline deadline);
    [[nodiscard]] Awaited<KeyPair> key_pair(std::string name, Deadline deadline);
    [[nodiscard]] Awaited<> delete_key_pair(std::string name, Deadline deadline);

    /// A server's ports; still there some time after the server is not.
    [[nodiscard]] Awaited<std::vector<Port>> ports(std::string server_id, Deadline deadline);
    [[nodiscard]] Awaited<> delete_port(std::string id, Deadline deadline);

    /// By id or else by name; not_found: none has it, bad_request: several have. Kept for
    /// lookups_kept; forget_lookups() where one turned out to be old.
    [[nodiscard]] Awaited<Image> image(std::string name_or_id, Deadline deadline);
    [[nodiscard]] Awaited<Flavor> flavor(std::string name_or_id, Deadline deadline);
    [[nodiscard]] Awaited<Network> network(std::string name_or_id, Deadline deadline);
    void forget_lookups();

    [[nodiscard]] Awaited<Limits> limits(Deadline deadline);

    [[nodiscard]] const CloudCounters& counters() const;

private:
    std::shared_ptr<Session> session_;
};

constexpr Millis lookups_kept{300'000};

}  // namespace cpe::openstack
