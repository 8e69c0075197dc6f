#include "test/adapters/openstack/render.hpp"

#include <sstream>

namespace cpe::test {

using namespace openstack;

std::string render(const Fault& fault) {
    std::string text = fault.line();
    if (fault.retry_after)
        text += " [again after " + std::to_string(fault.retry_after->count()) + " ms]";
    return text;
}

std::string render(const Server& server) {
    std::ostringstream out;
    out << server.id << " '" << server.name << "' " << name_of(server.status) << " task "
        << server.task_state.value_or("-") << " vm " << server.vm_state << " power "
        << server.power_state << " image " << server.image_id << " flavor " << server.flavor
        << " host " << (server.host_id.empty() ? "-" : server.host_id.substr(0, 4)) << " key "
        << server.key_name.value_or("-") << (server.config_drive ? " config drive" : "")
        << (server.locked ? " locked" : "") << " created " << format_timestamp(server.created)
        << " updated " << format_timestamp(server.updated) << " launched "
        << (server.launched ? format_timestamp(*server.launched) : "-");
    for (const auto& address : server.addresses)
        out << "\n    address " << address.network << " " << address.address << " v"
            << address.version << (address.floating ? " floating " : " fixed ") << address.mac;
    for (const auto& [key, value] : server.metadata) out << "\n    " << key << " = " << value;
    for (const auto& tag : server.tags) out << "\n    tag " << tag;
    if (server.fault) out << "\n    fault " << server.fault->code << ": " << server.fault->message;
    return out.str();
}

std::string render(const Token& token) {
    std::ostringstream out;
    out << "token for " << token.lifetime.count() << " ms, project " << token.project_id;
    for (const auto& endpoint : token.catalog)
        if (endpoint.interface == "public")
            out << "\n    " << endpoint.type << " " << endpoint.region << " " << endpoint.url;
    return out.str();
}

std::string render(const Limits& limits) {
    const auto quota = [](const Quota& of) {
        return std::to_string(of.used) + "/" + std::to_string(of.limit);
    };
    return "instances " + quota(limits.instances) + " cores " + quota(limits.cores) + " ram " +
           quota(limits.ram_mib) + " key pairs " + std::to_string(limits.key_pairs) + " metadata " +
           std::to_string(limits.server_metadata);
}

}  // namespace cpe::test
