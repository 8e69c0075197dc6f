// The guest channel `agent`: each guest's cpe-agent speaks AMQP over a Unix socket of its own.
//
// Thread: the loop. Ownership: the channel owns sockets and connections; the sink must outlive it.
// The socket is the guest's identity: it is mounted into that guest only and serves nothing but the
// agent protocol (docs/agent-protocol.md). Opened again after a restart of cped at the same path,
// the agents return by themselves. Limits: Settings::limits for each guest.
#pragma once

#include "adapters/agent/guest_line.hpp"

#include <cpe/guest_channel.hpp>
#include <cpe/log.hpp>
#include <cpe/paths.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <unordered_map>

namespace cpe::agent {

class GuestPort;

struct Settings {
    StatePaths paths;
    Millis heartbeat_interval{2'000};
    LineLimits limits;
    LogSink log;
};

class AgentChannel : public GuestChannel {
public:
    AgentChannel(boost::asio::any_io_executor executor, Settings settings, GuestSink& sink);
    ~AgentChannel() override;
    AgentChannel(const AgentChannel&) = delete;
    AgentChannel& operator=(const AgentChannel&) = delete;

    /// Of the peer only `dead_boots` is needed: the socket is at StatePaths::agent_socket(key).
    Result<> open(const AssemblyKey& key, const GuestPeer& peer) override;
    void close(const AssemblyKey& key) override;
    void submit(const AssemblyKey& key, OperationRequest request) override;
    void cancel_monitor(const AssemblyKey& key, const std::string& resource,
                        Millis interval) override;

private:
    void refuse(const AssemblyKey& key, OperationId id, std::string why);

    boost::asio::any_io_executor executor_;
    Settings settings_;
    GuestSink& sink_;
    std::unordered_map<AssemblyKey, std::shared_ptr<GuestPort>, AssemblyKeyHash> ports_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for posted calls
};

}  // namespace cpe::agent
