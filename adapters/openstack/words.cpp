#include "adapters/openstack/words.hpp"

namespace cpe::openstack {
namespace {

Errc code_of(FaultKind kind) {
    switch (kind) {
        case FaultKind::forbidden: return Errc::not_allowed;
        case FaultKind::quota:
        case FaultKind::conflict: return Errc::refused;
        case FaultKind::not_found:
        case FaultKind::bad_request: return Errc::invalid_input;
        case FaultKind::timeout: return Errc::timed_out;
        default: return Errc::unavailable;
    }
}

std::string hint_of(FaultKind kind) {
    switch (kind) {
        case FaultKind::quota: return "delete something, or ask for a larger quota";
        case FaultKind::forbidden: return "the cloud's policy does not let this user do it";
        case FaultKind::credential: return "look at clouds.yaml, or the keys of the provider";
        default: return {};
    }
}

}  // namespace

Error to_error(const Fault& fault, const std::string& where) {
    return {code_of(fault.kind), fault.line(), where, hint_of(fault.kind)};
}

std::string name_of(const AssemblyKey& key) {
    return "assembly '" + key.deployable.name + "/" + key.assembly + "'";
}

std::string words_of(const InstanceReport& report) {
    std::string text(name_of(report.state));
    if (!report.reason.empty()) text += ": " + report.reason;
    return text;
}

std::optional<std::string> address_of(const Server& server, const AddressChoice& choice) {
    for (const Address& one : server.addresses) {
        if (!choice.network.empty() && one.network != choice.network) continue;
        if (choice.version != 0 && one.version != choice.version) continue;
        if (one.floating == choice.floating) return one.address;
    }
    return std::nullopt;
}

std::string words_of(const AddressChoice& choice) {
    std::string text = choice.floating ? "floating address" : "fixed address";
    if (choice.version != 0) text += " of IP version " + std::to_string(choice.version);
    if (!choice.network.empty()) text += " in network '" + choice.network + "'";
    return text;
}

}  // namespace cpe::openstack
