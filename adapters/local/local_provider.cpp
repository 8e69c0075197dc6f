#include "adapters/local/local_provider.hpp"

#include "adapters/local/core.hpp"

namespace cpe::local {

LocalProvider::LocalProvider(boost::asio::any_io_executor executor, Settings settings)
    : core_(std::make_shared<Core>(std::move(executor), std::move(settings))) {
    core_->open();
}

LocalProvider::~LocalProvider() {
    core_->close();
}

void LocalProvider::set_watch(Watch watch) {
    core_->set_watch(std::move(watch));
}

void LocalProvider::start(const InstanceSpec& spec, Done done) {
    core_->command(spec.key, Verb::start, std::move(done));
}

void LocalProvider::stop(const AssemblyKey& key, Done done) {
    core_->command(key, Verb::stop, std::move(done));
}

void LocalProvider::destroy(const AssemblyKey& key, Done done) {
    core_->command(key, Verb::destroy, std::move(done));
}

std::vector<AssemblyKey> LocalProvider::known() const {
    return core_->known();
}

}  // namespace cpe::local
