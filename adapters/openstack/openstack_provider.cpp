#include "adapters/openstack/openstack_provider.hpp"

#include "adapters/openstack/core.hpp"

#include <utility>

namespace cpe::openstack {
namespace {

InstanceSpec spec_of(const AssemblyKey& key) {
    InstanceSpec spec;
    spec.key = key;
    return spec;
}

}  // namespace

OpenStackProvider::OpenStackProvider(boost::asio::any_io_executor executor,
                                     ProviderSettings settings, std::string owner)
    : core_(std::make_shared<Core>(std::move(executor), std::move(settings), std::move(owner))) {
    core_->open();
}

OpenStackProvider::~OpenStackProvider() {
    core_->close();
}

void OpenStackProvider::set_watch(Watch watch) {
    core_->set_watch(std::move(watch));
}

void OpenStackProvider::start(const InstanceSpec& spec, Done done) {
    core_->command(Verb::start, spec, std::move(done));
}

void OpenStackProvider::stop(const AssemblyKey& key, Done done) {
    core_->command(Verb::halt, spec_of(key), std::move(done));
}

void OpenStackProvider::fence(const InstanceSpec& spec, Done done) {
    core_->command(Verb::halt, spec, std::move(done));
}

void OpenStackProvider::destroy(const AssemblyKey& key, Done done) {
    core_->command(Verb::destroy, spec_of(key), std::move(done));
}

}  // namespace cpe::openstack
