#include "src/cpe-agent/identity.hpp"

#include "adapters/agent/protocol.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <system_error>

namespace cpe::guest {

namespace {

namespace fs = std::filesystem;

std::string random_name() {
    std::array<unsigned char, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        throw std::system_error(errno, std::generic_category(), "getrandom");
    constexpr const char* digits = "0123456789abcdef";
    std::string name;
    for (const auto byte : bytes) {
        name += digits[byte >> 4U];
        name += digits[byte & 15U];
    }
    return name;
}

fs::path default_boot_id_file() {
    const fs::path ours = "/run/cpe/boot_id";
    std::error_code ignored;
    return fs::exists(ours, ignored) ? ours : fs::path("/proc/sys/kernel/random/boot_id");
}

}  // namespace

Result<Identity> find_identity(const fs::path& boot_id_file) {
    Identity identity;
    const auto file = boot_id_file.empty() ? default_boot_id_file() : boot_id_file;
    std::ifstream in(file);
    if (!(in >> identity.boot_id) || identity.boot_id.size() > agent::max_name)
        return Error{Errc::unavailable, "holds no boot id", file.string(),
                     "one word that is new at each boot"};
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) identity.hostname = name.data();
    identity.agent_id = random_name();
    return identity;
}

}  // namespace cpe::guest
