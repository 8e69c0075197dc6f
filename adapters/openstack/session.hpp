// One request to a service and all that stands between it and its outcome: token, endpoint,
// version, retries.
//
// Thread: the loop. Ownership: shared by the Cloud and by the calls under way; close() ends these.
#pragma once

#include "adapters/http/client.hpp"
#include "adapters/openstack/cloud.hpp"
#include "adapters/openstack/keystone.hpp"
#include "adapters/openstack/lookups.hpp"
#include "adapters/openstack/microversion.hpp"
#include "adapters/openstack/outcome.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace cpe::openstack {

/// What is asked of a service.
struct Question {
    Service service = Service::compute;
    std::string method = "GET";
    std::string path;  ///< behind the service's root, with its query
    std::string body = {};
    bool versions = false;  ///< not the path, but where Nova tells its versions
};

class Session : public std::enable_shared_from_this<Session> {
public:
    template <class T>
    using Awaited = boost::asio::awaitable<Answer<T>>;
    using Self = std::shared_ptr<Session>;

    Session(const boost::asio::any_io_executor& executor, Access access, CloudOptions options);
    void close();
    [[nodiscard]] bool enters_with(const Access& access) const;

    /// The answer to it, 2xx.
    [[nodiscard]] static Awaited<http::Response> ask(Self self, Question question,
                                                     Deadline deadline);
    /// The one that is spoken with Nova.
    [[nodiscard]] static Awaited<Microversion> microversion(Self self, Deadline deadline);

    [[nodiscard]] const CloudOptions& options() const { return options_; }
    [[nodiscard]] const CloudCounters& counters() const { return *counters_; }
    void say(LogLevel level, const std::string& text) const;

    Lookups<Image> images;
    Lookups<Flavor> flavors;
    Lookups<Network> networks;

private:
    static Awaited<http::Response> insist(Self self, Question question, Deadline deadline);
    static Awaited<Microversion> ask_microversion(Self self, Deadline deadline);
    [[nodiscard]] Answer<http::Request> request(const Question& question, const Pass& pass,
                                                Deadline deadline) const;
    /// How long to wait before it is made again; none: the fault is final.
    [[nodiscard]] std::optional<Millis> again(const Failed& failed, const Question& question,
                                              unsigned attempt, Deadline deadline);

    bool verifies_tls_;
    Access access_for_endpoints_;  ///< without its login
    CloudOptions options_;
    std::shared_ptr<CloudCounters> counters_;
    std::shared_ptr<http::Client> client_;
    std::shared_ptr<Keystone> keystone_;
    std::optional<Microversion> version_;
    bool asks_version_ = false;
    Waiters version_waiters_;
    bool closed_ = false;
};

}  // namespace cpe::openstack
