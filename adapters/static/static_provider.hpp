// The instance provider `static`: hosts that exist already (design.md §1, docs/static-provider.md).
//
// It creates and destroys nothing. With a fence agent it can prove that a host does not run, and
// switch it on; without one stop() is Errc::unsupported, and only a person can confirm it. A host
// that is not wanted any more is left on.
//
// Thread: all calls and callbacks on the loop thread (the executor's); nothing blocks but the
// reading of one small file. Ownership: dropping the provider kills what runs of its fence agent
// and nothing else; no callback comes afterwards.
#pragma once

#include "adapters/static/settings.hpp"

#include <cpe/instance_provider.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace cpe::static_hosts {

class Core;

class StaticProvider : public InstanceProvider {
public:
    StaticProvider(boost::asio::any_io_executor executor, Settings settings);
    ~StaticProvider() override;
    StaticProvider(const StaticProvider&) = delete;
    StaticProvider& operator=(const StaticProvider&) = delete;

    void set_watch(Watch watch) override;
    void start(const InstanceSpec& spec, Done done) override;
    void stop(const AssemblyKey& key, Done done) override;
    void release(const AssemblyKey& key, Done done) override;
    void destroy(const AssemblyKey& key, Done done) override;

private:
    std::shared_ptr<Core> core_;
};

/// What hinders this fencing from working at all: the program, or the options file. For the start
/// of cped: later each command says it anew.
Result<> check_fencing(const Fencing& fencing);

}  // namespace cpe::static_hosts
