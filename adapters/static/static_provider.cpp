#include "adapters/static/static_provider.hpp"

#include "adapters/static/core.hpp"
#include "adapters/static/options_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cpe::static_hosts {

StaticProvider::StaticProvider(boost::asio::any_io_executor executor, Settings settings)
    : core_(std::make_shared<Core>(std::move(executor), std::move(settings))) {
    core_->open();
}

StaticProvider::~StaticProvider() {
    core_->close();
}

void StaticProvider::set_watch(Watch watch) {
    core_->set_watch(std::move(watch));
}

void StaticProvider::start(const InstanceSpec& spec, Done done) {
    core_->command(Verb::start, spec, std::move(done));
}

void StaticProvider::stop(const AssemblyKey& key, Done done) {
    core_->command(Verb::stop, {key, {}, {}, {}}, std::move(done));
}

void StaticProvider::release(const AssemblyKey& key, Done done) {
    core_->command(Verb::release, {key, {}, {}, {}}, std::move(done));
}

void StaticProvider::destroy(const AssemblyKey& key, Done done) {
    core_->command(Verb::destroy, {key, {}, {}, {}}, std::move(done));
}

Result<> check_fencing(const Fencing& fencing) {
    if (::access(fencing.program.c_str(), X_OK) != 0)
        return Error{Errc::unavailable, std::strerror(errno), fencing.program.string(),
                     "is it installed (package fence-agents)?"};
    if (const auto options = read_options(fencing.options_file); !options) return options.error();
    return {};
}

}  // namespace cpe::static_hosts
