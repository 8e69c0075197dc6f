#include "adapters/agent/agent_channel.hpp"

#include "adapters/agent/codec.hpp"
#include "adapters/agent/guest_port.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace cpe::agent {

AgentChannel::AgentChannel(boost::asio::any_io_executor executor, Settings settings,
                           GuestSink& sink)
    : executor_(std::move(executor)), settings_(std::move(settings)), sink_(sink) {}

AgentChannel::~AgentChannel() {
    *alive_ = false;
    for (auto& [key, port] : ports_) port->close();
}

Result<> AgentChannel::open(const AssemblyKey& key, const GuestPeer& peer) {
    if (const auto found = ports_.find(key); found != ports_.end()) {
        found->second->bar(peer.dead_boots);
        return {};
    }
    auto port = std::make_shared<GuestPort>(
        executor_,
        PortSettings{key, settings_.paths.agent_socket(key), settings_.heartbeat_interval,
                     settings_.limits, settings_.log, peer.dead_boots},
        sink_);
    if (const auto opened = port->open(); !opened) return opened;
    ports_.emplace(key, std::move(port));
    return {};
}

void AgentChannel::close(const AssemblyKey& key) {
    const auto found = ports_.find(key);
    if (found == ports_.end()) return;
    const auto port = std::move(found->second);
    ports_.erase(found);
    port->close();
}

void AgentChannel::submit(const AssemblyKey& key, OperationRequest request) {
    const auto found = ports_.find(key);
    const auto id = request.id;
    if (found == ports_.end()) return refuse(key, id, "the guest is not listened for");
    // What the agent would not understand must not be sent: it would have no way to answer.
    if (const auto understood = decode_to_guest(encode(ToGuest{Perform{request}})); !understood)
        return refuse(key, id, understood.error().line());
    found->second->submit(std::move(request));
}

void AgentChannel::refuse(const AssemblyKey& key, OperationId id, std::string why) {
    OperationResult result{id,       OperationResult::Outcome::cancelled, 0, std::move(why), {},
                           Millis{0}};
    boost::asio::post(executor_, [this, alive = alive_, key, result = std::move(result)] {
        if (*alive) sink_.operation_finished(key, result);
    });
}

void AgentChannel::cancel_monitor(const AssemblyKey& key, const std::string& resource,
                                  Millis interval) {
    const auto found = ports_.find(key);
    if (found != ports_.end()) found->second->cancel_monitor(resource, interval);
}

}  // namespace cpe::agent
