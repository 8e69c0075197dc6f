// The instance provider `openstack`: servers of one project, without admin rights (design.md §1,
// docs/openstack.md).
//
// A start creates, starts or adopts; its servers carry our tags, so that what a crash left half
// done is found again. A stop is proven (SHUTOFF, or 404 with what supports it): it is fencing.
// What is accepted and does not happen is followed by the next rung, at last by a delete where the
// assembly may be rebuilt.
//
// Thread: all calls and callbacks on the loop thread (the executor's); nothing blocks but the
// reading of small files. Ownership: dropping the provider leaves all servers as they are; no
// callback comes afterwards.
#pragma once

#include "adapters/openstack/settings.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace cpe::openstack {

class Core;

class OpenStackProvider : public InstanceProvider {
public:
    OpenStackProvider(boost::asio::any_io_executor executor, ProviderSettings settings,
                      std::string owner);
    ~OpenStackProvider() override;
    OpenStackProvider(const OpenStackProvider&) = delete;
    OpenStackProvider& operator=(const OpenStackProvider&) = delete;

    void set_watch(Watch watch) override;
    void start(const InstanceSpec& spec, Done done) override;
    void stop(const AssemblyKey& key, Done done) override;
    void fence(const InstanceSpec& spec, Done done) override;
    void destroy(const AssemblyKey& key, Done done) override;

private:
    std::shared_ptr<Core> core_;
};

}  // namespace cpe::openstack
