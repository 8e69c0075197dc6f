#include "adapters/local/network.hpp"

#include "adapters/local/helper.hpp"
#include "adapters/local/names.hpp"
#include "adapters/local/sandbox/boot_plan.hpp"

#include <net/if.h>

namespace cpe::local {
namespace {

namespace asio = boost::asio;

bool exists(const std::string& interface) {
    return ::if_nametoindex(interface.c_str()) != 0;
}

}  // namespace

Network::Network(asio::any_io_executor executor, const Settings& settings, const Subnet& subnet)
    : executor_(executor), settings_(settings), subnet_(subnet), one_(std::move(executor), 1) {}

std::string Network::bridge() const {
    return settings_.home().bridge();
}

std::string Network::veth(std::uint32_t address) const {
    return veth_name(settings_.home().network(), address);
}

asio::awaitable<Result<Subnet>> Network::ensure() {
    const auto permit = co_await one_.enter();
    if (slice_ && exists(bridge())) co_return *slice_;
    auto words = options_of(settings_.home());
    words.insert(words.begin(), "bridge");
    words.push_back("--subnet=" + subnet_.text());
    const auto answer = co_await ask_helper(executor_, settings_.sandbox_program, std::move(words),
                                            settings_.limits.network);
    if (!answer) co_return answer.error();
    const auto slice = parse_subnet(answer->size() > 1 ? (*answer)[1] : "");
    if (!slice) co_return slice.error();
    slice_ = *slice;
    leases.set_slice(*slice);
    co_return *slice;
}

asio::awaitable<Result<>> Network::drop(std::string interface) {
    if (!exists(interface)) co_return Result<>();
    std::vector<std::string> words{"drop", "--interface=" + interface};
    const auto answer = co_await ask_helper(executor_, settings_.sandbox_program, std::move(words),
                                            settings_.limits.network);
    if (!answer) co_return answer.error();
    co_return Result<>();
}

asio::awaitable<Result<>> Network::drop_veth(std::uint32_t address) {
    return drop(veth(address));
}

asio::awaitable<Result<>> Network::drop_bridge() {
    const auto permit = co_await one_.enter();
    slice_.reset();
    co_return co_await drop(bridge());
}

}  // namespace cpe::local
