#include "adapters/ssh/ssh_channel.hpp"

#include "adapters/ssh/agent_key.hpp"
#include "adapters/ssh/file_key.hpp"
#include "adapters/ssh/guest.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace cpe::ssh {

namespace {

constexpr std::size_t connects_in_all = 256;
constexpr std::size_t connects_at_one_host = 2;

std::shared_ptr<Signer> signer_of(const boost::asio::any_io_executor& executor,
                                  const Settings& settings) {
    if (!settings.agent_socket.empty())
        return std::make_shared<AgentKey>(executor, settings.agent_socket);
    return std::make_shared<FileKey>(executor, settings.key, settings.passphrase_file);
}

}  // namespace

SshChannel::SshChannel(boost::asio::any_io_executor executor, Settings settings, GuestSink& sink)
    : library_(std::make_unique<Library>()) {
    auto signer = signer_of(executor, settings);
    const GateLimits handshakes{settings.handshakes, settings.handshakes};
    common_ =
        std::make_unique<Common>(Common{std::move(executor),
                                        std::move(settings),
                                        sink,
                                        std::move(signer),
                                        HandshakeGate({connects_in_all, connects_at_one_host}),
                                        HandshakeGate(handshakes),
                                        {},
                                        {},
                                        0,
                                        {}});
    common_->cped_id = common_->random_word();
}

SshChannel::~SshChannel() {
    *alive_ = false;
    for (auto& [key, guest] : guests_) guest->close();
}

Result<> SshChannel::open(const AssemblyKey& key, const GuestPeer& peer) {
    if (const auto found = guests_.find(key); found != guests_.end()) {
        found->second->move(peer);
        return {};
    }
    auto guest = std::make_shared<Guest>(*common_, key, peer);
    guests_.emplace(key, guest);
    guest->open();
    return {};
}

void SshChannel::close(const AssemblyKey& key) {
    const auto found = guests_.find(key);
    if (found == guests_.end()) return;
    const auto guest = std::move(found->second);
    guests_.erase(found);
    guest->close();
}

void SshChannel::submit(const AssemblyKey& key, OperationRequest request) {
    const auto found = guests_.find(key);
    if (found != guests_.end()) return found->second->submit(std::move(request));
    OperationResult result;
    result.id = request.id;
    result.outcome = OperationResult::Outcome::cancelled;
    result.exit_reason = "the guest is not connected to";
    boost::asio::post(common_->executor, [this, alive = alive_, key, result = std::move(result)] {
        if (*alive) common_->sink.operation_finished(key, result);
    });
}

void SshChannel::cancel_monitor(const AssemblyKey& key, const std::string& resource,
                                Millis interval) {
    const auto found = guests_.find(key);
    if (found != guests_.end()) found->second->cancel_monitor(resource, interval);
}

}  // namespace cpe::ssh
