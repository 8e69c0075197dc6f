// The guest channel `ssh`: nothing but sshd is needed inside a guest (docs/ssh.md).
//
// Thread: the loop. Ownership: the channel owns sessions and keys; the sink must outlive it.
// Results are each told once; what was under way when a session ended is Outcome::lost. Recurring
// monitors are run from here: they rest while a guest cannot be reached, and end with cped.
#pragma once

#include "adapters/ssh/settings.hpp"

#include <cpe/guest_channel.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <unordered_map>

namespace cpe::ssh {

class Guest;
class Library;
class Signer;
struct Common;

class SshChannel : public GuestChannel {
public:
    SshChannel(boost::asio::any_io_executor executor, Settings settings, GuestSink& sink);
    ~SshChannel() override;
    SshChannel(const SshChannel&) = delete;
    SshChannel& operator=(const SshChannel&) = delete;

    Result<> open(const AssemblyKey& key, const GuestPeer& peer) override;
    void close(const AssemblyKey& key) override;
    void submit(const AssemblyKey& key, OperationRequest request) override;
    void cancel_monitor(const AssemblyKey& key, const std::string& resource,
                        Millis interval) override;

private:
    std::unique_ptr<Library> library_;
    std::unique_ptr<Common> common_;
    std::unordered_map<AssemblyKey, std::shared_ptr<Guest>, AssemblyKeyHash> guests_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  ///< for posted calls
};

}  // namespace cpe::ssh
