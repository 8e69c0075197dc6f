#include "adapters/local/sandbox/bridge.hpp"

#include "adapters/local/names.hpp"
#include "adapters/local/posix.hpp"
#include "adapters/local/sandbox/ip_command.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <algorithm>
#include <bit>
#include <memory>
#include <optional>
#include <sstream>

namespace cpe::local {
namespace {

struct Interface {
    std::string name;
    std::uint32_t address = 0;
    Subnet network;
};

std::uint32_t ipv4_of(const sockaddr* address) {
    return ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
}

std::vector<Interface> ipv4_interfaces() {
    ifaddrs* raw = nullptr;
    if (::getifaddrs(&raw) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(raw, &::freeifaddrs);
    std::vector<Interface> found;
    for (const auto* each = raw; each != nullptr; each = each->ifa_next) {
        if (!each->ifa_addr || !each->ifa_netmask || each->ifa_addr->sa_family != AF_INET) continue;
        const auto address = ipv4_of(each->ifa_addr);
        const auto mask = ipv4_of(each->ifa_netmask);
        found.push_back({each->ifa_name,
                         address,
                         {address & mask, static_cast<unsigned>(std::popcount(mask))}});
    }
    return found;
}

/// A line of /proc/net/route: name, destination, gateway, flags, ..., mask is the eighth; numbers
/// are hexadecimal in network byte order.
std::optional<Claim> route_of(const std::string& line) {
    std::istringstream words(line);
    std::string name, skipped;
    std::uint32_t destination = 0, gateway = 0, mask = 0;
    words >> name >> std::hex >> destination >> gateway;
    for (int field = 0; field < 4; ++field) words >> skipped;
    words >> mask;
    if (!words || mask == 0) return std::nullopt;
    const auto prefix = static_cast<unsigned>(std::popcount(mask));
    return Claim{name, {ntohl(destination), prefix}, gateway == 0};
}

/// Held as long as the result lives, and by each `ip` that is run meanwhile: one that is killed
/// with us may live on for a moment, and what it still makes must not surprise who comes next.
Fd machine_lock() {
    Fd folder(::open("/run", O_RDONLY | O_DIRECTORY));
    if (folder) ::flock(folder.get(), LOCK_EX);
    return folder;
}

std::vector<std::string> interfaces_with(const std::string& prefix) {
    std::vector<std::string> names;
    const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> all(
        ::if_nameindex(), &::if_freenameindex);
    for (const auto* each = all.get(); each != nullptr && each->if_index != 0; ++each)
        if (std::string_view(each->if_name).starts_with(prefix)) names.emplace_back(each->if_name);
    return names;
}

/// After somebody removed the bridge under living sandboxes. One may die meanwhile: not an error.
void hang_onto(const std::string& bridge, const std::vector<std::string>& ports) {
    for (const auto& port : ports) {
        if (port == bridge) continue;
        std::string batch = "link set dev ";
        batch.append(port).append(" master ").append(bridge).append("\n");
        static_cast<void>(run_ip(batch));
    }
}

/// The state directory that a bridge's alias names; empty where it has none.
std::string owner_of(const std::string& bridge) {
    auto alias = read_small("/sys/class/net/" + bridge + "/ifalias").value_or("");
    while (!alias.empty() && alias.back() == '\n') alias.pop_back();
    return alias;
}

/// ip's batch parser takes it as one word, and the kernel as an alias.
bool is_plain(const std::string& path) {
    return path.size() < 250 && path.find_first_of(" \t\n\"'\\#") == std::string::npos;
}

/// Bridges without a port, of state directories that somebody deleted without `delete`: their
/// slices would be lost until the next boot of the machine.
void drop_orphans() {
    for (const auto& bridge : interfaces_with("cpe")) {
        if (!bridge.ends_with("-br")) continue;
        const auto owner = owner_of(bridge);
        const auto prefix = bridge.substr(0, bridge.size() - 2);
        if (owner.starts_with("/") && !std::filesystem::exists(owner) &&
            interfaces_with(prefix).size() == 1)
            static_cast<void>(drop_interface(bridge));
    }
}

/// What makes the bridge anew.
std::string batch_for(const std::string& bridge, const Subnet& slice,
                      const std::filesystem::path& state_dir) {
    return "link add name " + bridge + " type bridge\nlink set dev " + bridge +
           " addrgenmode none" +
           (is_plain(state_dir) ? " alias " + state_dir.native() : std::string()) + "\naddr add " +
           address_text(slice.gateway()) + "/" + std::to_string(slice.prefix) + " dev " + bridge +
           "\n";
}

}  // namespace

std::vector<Claim> claims_of_machine(const std::string& bridge) {
    std::vector<Claim> claims;
    for (const auto& each : ipv4_interfaces())
        if (each.name != bridge) claims.push_back({each.name, each.network, true});
    std::istringstream routes(read_small("/proc/net/route", 1U << 20U).value_or(""));
    std::string line;
    std::getline(routes, line);  // the heading
    while (std::getline(routes, line))
        if (const auto claim = route_of(line); claim && claim->interface != bridge)
            claims.push_back(*claim);
    return claims;
}

Result<Subnet> choose_slice(const Subnet& subnet, std::uint64_t begin,
                            const std::vector<Claim>& claims) {
    const Claim* holder = nullptr;
    for (std::uint64_t step = 0; step < slices_of(subnet); ++step) {
        const auto slice = slice_of(subnet, begin % slices_of(subnet) + step);
        const auto found = std::find_if(claims.begin(), claims.end(), [&](const Claim& claim) {
            return claim.network.overlaps(slice) &&
                   (claim.connected || claim.network.prefix >= subnet.prefix);
        });
        if (found == claims.end()) return slice;
        holder = &*found;
    }
    return Error{Errc::refused,
                 "no part of it is free: " + holder->interface + " has " + holder->network.text(),
                 "subnet " + subnet.text(), "set this provider's subnet to an unused network"};
}

Result<Subnet> ensure_bridge(const Home& home, const Subnet& subnet) {
    const auto bridge = home.bridge();
    const Fd lock = machine_lock();
    const auto have = ipv4_interfaces();
    const auto own = std::find_if(have.begin(), have.end(),
                                  [&](const Interface& each) { return each.name == bridge; });
    const auto ports =
        interfaces_with(interface_prefix(home.network()) + "-");  // and the bridge itself
    if (own != have.end() && (ports.size() > 1 || subnet.contains(own->address))) {
        const auto up = run_ip("link set dev " + bridge + " up\n");
        if (!up) return up.error();
        return own->network;
    }
    drop_orphans();
    auto slice = choose_slice(subnet, hash_of(home.network()), claims_of_machine(bridge));
    if (!slice) return slice;
    auto made = drop_interface(bridge);
    if (made)
        made =
            run_ip(batch_for(bridge, *slice, home.state_dir) + "link set dev " + bridge + " up\n");
    if (!made) return made.error();
    hang_onto(bridge, ports);
    return slice;
}

}  // namespace cpe::local
