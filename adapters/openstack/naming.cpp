#include "adapters/openstack/naming.hpp"

#include <algorithm>
#include <cctype>

namespace cpe::openstack {
namespace {

constexpr std::size_t longest_value = 255;  ///< of metadata
constexpr std::size_t longest_host_name = 63;

std::uint64_t fnv1a(std::string_view text, std::uint64_t hash) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash * 1099511628211ULL;  // as if ended by a zero byte
}

std::string hex(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4U)
        *at = digits[number & 15U];
    return text;
}

}  // namespace

std::string owner_tag(const std::string& owner) {
    return "cpe-" + owner;
}

/// Two hashes with different beginnings: 128 bits, for a tag is at most 60 characters.
std::string assembly_tag(const std::string& owner, const AssemblyKey& key) {
    std::string text = "cpe-assembly-";
    for (const std::uint64_t seed : {14695981039346656037ULL, 0x9e3779b97f4a7c15ULL}) {
        std::uint64_t hash = seed;
        for (const auto* part :
             {&owner, &key.deployable.tenant, &key.deployable.name, &key.assembly})
            hash = fnv1a(*part, hash);
        text += hex(hash);
    }
    return text;
}

std::string server_name(const AssemblyKey& key) {
    std::string name = key.deployable.name + "-" + key.assembly;
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
    if (name.size() > longest_host_name) name.resize(longest_host_name);
    while (!name.empty() && name.back() == '-') name.pop_back();
    return name;
}

Metadata metadata_of(const InstanceSpec& spec, const std::string& host_key) {
    Metadata all{{"cpe_tenant", spec.key.deployable.tenant},
                 {"cpe_deployable", spec.key.deployable.name},
                 {"cpe_deployable_uuid", spec.deployable_uuid},
                 {"cpe_assembly", spec.key.assembly},
                 {"cpe_assembly_uuid", spec.uuid},
                 {host_key_field, host_key}};
    for (auto& [key, value] : all)
        if (value.size() > longest_value) value.resize(longest_value);
    return all;
}

bool has_tag(const Server& server, const std::string& tag) {
    return std::find(server.tags.begin(), server.tags.end(), tag) != server.tags.end();
}

}  // namespace cpe::openstack
