// The instance provider `local`: each assembly is a sandbox on this machine (design.md §8;
// docs/local-provider.md tells what is inside and what stays on disk).
//
// Thread: all calls and callbacks on the loop thread (the executor's); nothing blocks: what does is
// done by the program cpe-sandbox. Ownership: dropping the provider ends no sandbox, only the
// watching; no callback comes afterwards. Errors: where the provider cannot work at all (no root, a
// wrong subnet), every command is answered with that error.
#pragma once

#include "adapters/local/settings.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <vector>

namespace cpe::local {

class Core;

class LocalProvider : public InstanceProvider {
public:
    /// Reads the records of the state directory and adopts the sandboxes that still run.
    LocalProvider(boost::asio::any_io_executor executor, Settings settings);
    ~LocalProvider() override;
    LocalProvider(const LocalProvider&) = delete;
    LocalProvider& operator=(const LocalProvider&) = delete;

    void set_watch(Watch watch) override;
    void start(const InstanceSpec& spec, Done done) override;
    void stop(const AssemblyKey& key, Done done) override;
    void destroy(const AssemblyKey& key, Done done) override;

    /// Whose sandboxes or disks there are, also those of an earlier cped: what belongs to no
    /// deployable any more is for the caller to destroy.
    [[nodiscard]] std::vector<AssemblyKey> known() const;

private:
    std::shared_ptr<Core> core_;
};

}  // namespace cpe::local
