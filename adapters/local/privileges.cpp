#include "adapters/local/privileges.hpp"

#include "adapters/local/posix.hpp"

#include <linux/capability.h>

namespace cpe::local {

Result<> check_privileges(uid_t uid, std::uint64_t capabilities) {
    const char* advice =
        "run cped as root, or give the deployable another provider; what cannot be confined cannot "
        "be fenced";
    if (uid != 0)
        return Error{Errc::not_allowed,
                     "sandboxes need root, and cped runs as user " + std::to_string(uid),
                     "provider local", advice};
    const auto lacks = [&](int number) {
        return (capabilities >> static_cast<unsigned>(number) & 1U) == 0;
    };
    const char* missing = lacks(CAP_SYS_ADMIN)   ? "CAP_SYS_ADMIN"
                          : lacks(CAP_NET_ADMIN) ? "CAP_NET_ADMIN"
                          : lacks(CAP_KILL)      ? "CAP_KILL"
                                                 : nullptr;
    if (missing == nullptr) return {};
    return Error{Errc::not_allowed, std::string("sandboxes need ") + missing, "provider local",
                 "start cped with it (in a container: --privileged)"};
}

Result<> check_own_privileges() {
    const auto status = read_small("/proc/self/status").value_or("");
    const auto at = status.find("CapEff:");
    const auto capabilities =
        at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + 7, nullptr, 16);
    return check_privileges(::geteuid(), capabilities);
}

}  // namespace cpe::local
