#include "adapters/openstack/supplies.hpp"

#include "adapters/openstack/links.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>

namespace cpe::openstack {
namespace {

namespace json = boost::json;

Fault none(const char* what, const std::string& name) {
    Fault fault;
    fault.kind = FaultKind::not_found;
    fault.message = std::string("there is no ") + what + " '" + name + "'";
    return fault;
}

Fault several(const char* what, const std::string& name, std::size_t count) {
    Fault fault;
    fault.kind = FaultKind::bad_request;
    fault.message = std::to_string(count) + " " + what + "s are called '" + name +
                    "': name the one that is meant by its id";
    return fault;
}

template <class T>
Answer<T> only(const std::vector<T>& found, const char* what, const std::string& name) {
    if (found.empty()) return none(what, name);
    if (found.size() > 1) return several(what, name, found.size());
    return found.front();
}

Image image_of(Reader read) {
    Image image;
    image.id = read.text("id");
    image.name = read.optional_text("name").value_or("");
    image.status = read.text("status");
    image.min_disk_gib = read.optional_number("min_disk", 0);
    image.min_ram_mib = read.optional_number("min_ram", 0);
    if (image.id.empty()) read.fail("id", "is empty");
    return image;
}

Port port_of(Reader read) {
    Port port;
    port.id = read.text("id");
    port.device_id = read.optional_text("device_id").value_or("");
    port.network_id = read.text("network_id");
    port.status = read.optional_text("status").value_or("");
    port.mac = read.optional_text("mac_address").value_or("");
    if (read.has("fixed_ips"))
        for (auto& ip : read.objects("fixed_ips")) port.fixed_ips.push_back(ip.text("ip_address"));
    if (port.id.empty()) read.fail("id", "is empty");
    return port;
}

Quota quota(Reader& absolute, std::string_view limit, std::string_view used) {
    Quota result;
    result.limit = absolute.number(limit);
    result.used = absolute.number(used);
    return result;
}

}  // namespace

bool is_uuid(std::string_view text) {
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == form.size() &&
           std::equal(text.begin(), text.end(), form.begin(), [](unsigned char c, char wanted) {
               return wanted == '-' ? c == '-' : std::isxdigit(c) != 0;
           });
}

Answer<Image> read_image(const json::value& document) {
    Reading reading;
    Image image = image_of(Reader(&document, "image", reading));
    if (reading.fault) return *reading.fault;
    return image;
}

Answer<Image> choose_image(const json::value& document, const std::string& name) {
    Reading reading;
    Reader top(&document, "", reading);
    std::vector<Image> found;
    for (const auto& item : top.objects("images")) {
        Image image = image_of(item);
        if (image.name == name && image.status == "active") found.push_back(std::move(image));
    }
    if (reading.fault) return *reading.fault;
    return only(found, "active image", name);
}

Answer<FlavorPage> read_flavor_page(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    FlavorPage page;
    for (auto& item : top.objects("flavors")) {
        Flavor flavor;
        flavor.id = item.text("id");
        flavor.name = item.text("name");
        flavor.vcpus = item.number("vcpus");
        flavor.ram_mib = item.number("ram");
        flavor.disk_gib = item.number("disk");
        page.flavors.push_back(std::move(flavor));
    }
    page.next = next_page(top, "flavors_links");
    if (reading.fault) return *reading.fault;
    return page;
}

Answer<Flavor> choose_flavor(const std::vector<Flavor>& flavors, const std::string& name_or_id) {
    std::vector<Flavor> found;
    for (const auto& flavor : flavors) {
        if (flavor.id == name_or_id) return flavor;
        if (flavor.name == name_or_id) found.push_back(flavor);
    }
    return only(found, "flavor", name_or_id);
}

Answer<Network> choose_network(const json::value& document, const std::string& name_or_id) {
    Reading reading;
    Reader top(&document, "", reading);
    std::vector<Network> found;
    for (auto& item : top.objects("networks")) {
        Network network;
        network.id = item.text("id");
        network.name = item.optional_text("name").value_or("");
        if (network.id == name_or_id || network.name == name_or_id)
            found.push_back(std::move(network));
    }
    if (reading.fault) return *reading.fault;
    return only(found, "network", name_or_id);
}

Answer<PortPage> read_port_page(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    PortPage page;
    for (const auto& item : top.objects("ports")) page.ports.push_back(port_of(item));
    page.next = next_page(top, "ports_links");
    if (reading.fault) return *reading.fault;
    return page;
}

std::string key_pair_body(const std::string& name, const std::string& public_key) {
    json::object pair;
    pair["name"] = name;
    pair["type"] = "ssh";
    pair["public_key"] = public_key;
    json::object body;
    body["keypair"] = std::move(pair);
    return json::serialize(body);
}

Answer<KeyPair> read_key_pair(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    Reader read = top.object("keypair");
    KeyPair pair;
    pair.name = read.text("name");
    pair.fingerprint = read.text("fingerprint");
    pair.public_key = read.text("public_key");
    if (reading.fault) return *reading.fault;
    return pair;
}

Answer<Limits> read_limits(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    Reader absolute = top.object("limits").object("absolute");
    Limits limits;
    limits.instances = quota(absolute, "maxTotalInstances", "totalInstancesUsed");
    limits.cores = quota(absolute, "maxTotalCores", "totalCoresUsed");
    limits.ram_mib = quota(absolute, "maxTotalRAMSize", "totalRAMUsed");
    limits.key_pairs = absolute.optional_number("maxTotalKeypairs", -1);
    limits.server_metadata = absolute.optional_number("maxServerMeta", -1);
    if (reading.fault) return *reading.fault;
    return limits;
}

}  // namespace cpe::openstack
