// Who we are to the cloud: one token at a time, renewed before it ends.
//
// However many calls need a token, one request for it is under way. While that fails, Keystone is
// left alone for longer and longer: calls wait for the next try where their deadline allows, and
// get the last fault where it does not, or where waiting is no use (wrong credentials, which would
// lock the user out).
//
// Thread: the loop. Ownership: shared with the request under way; close() ends it.
#pragma once

#include "adapters/http/client.hpp"
#include "adapters/openstack/access.hpp"
#include "adapters/openstack/cloud.hpp"
#include "adapters/openstack/token.hpp"
#include "adapters/openstack/waiters.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>

namespace cpe::openstack {

constexpr Millis authentication_limit{20'000};
constexpr Millis longest_authentication_pause{15'000};
constexpr Millis first_credential_pause{30'000};
constexpr Millis longest_credential_pause{300'000};

/// What lets us in.
struct Pass {
    Secret token;
    Catalog catalog;
    TimePoint renew_at;
    TimePoint ends_at;
};

class Keystone : public std::enable_shared_from_this<Keystone> {
public:
    Keystone(boost::asio::any_io_executor executor, std::shared_ptr<http::Client> client,
             Access access, CloudOptions options, std::shared_ptr<CloudCounters> counters);
    void close();
    [[nodiscard]] bool enters_with(const Access& access) const { return access_ == access; }

    using Held = std::shared_ptr<const Pass>;
    [[nodiscard]] static boost::asio::awaitable<Answer<Held>> pass(std::shared_ptr<Keystone> self,
                                                                   Deadline deadline);
    /// A service did not take it (401): the next one to ask gets another.
    void refused(const Held& pass);

private:
    void renew_if_due(TimePoint now);
    static boost::asio::awaitable<void> authenticate(std::shared_ptr<Keystone> self);
    [[nodiscard]] Answer<http::Request> request() const;
    [[nodiscard]] Answer<Held> read(http::Reply<http::Response> reply, TimePoint asked_at) const;
    void land(Answer<Held> outcome);
    void pause(Fault fault);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<http::Client> client_;
    Access access_;
    CloudOptions options_;
    std::shared_ptr<CloudCounters> counters_;
    Held pass_;
    Waiters waiters_;
    bool in_flight_ = false;
    bool closed_ = false;
    unsigned failures_ = 0;  ///< in a row
    std::optional<Fault> fault_;
    TimePoint next_try_{};
};

}  // namespace cpe::openstack
