#include "adapters/openstack/catalog.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace cpe::openstack {
namespace {

Fault bad(std::string message) {
    Fault fault;
    fault.kind = FaultKind::bad_request;
    fault.message = std::move(message);
    return fault;
}

std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "none" : text;
}

std::string_view without_slashes(std::string_view url) {
    while (url.ends_with('/')) url.remove_suffix(1);
    return url;
}

std::string_view last_segment(std::string_view url) {
    return url.substr(url.rfind('/') + 1);
}

std::string_view parent(std::string_view url) {
    return without_slashes(url.substr(0, url.rfind('/')));
}

/// "v2", "v2.1"
bool is_version(std::string_view segment) {
    return segment.size() >= 2 && segment.front() == 'v' &&
           std::all_of(segment.begin() + 1, segment.end(),
                       [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
}

bool is_http(std::string_view url) {
    return (url.starts_with("http://") || url.starts_with("https://")) &&
           std::none_of(url.begin(), url.end(),
                        [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

}  // namespace

Catalog read_catalog(Reader token) {
    Catalog catalog;
    if (!token.has("catalog")) return catalog;
    for (auto& service : token.objects("catalog")) {
        const auto type = service.text("type");
        for (auto& item : service.objects("endpoints")) {
            Endpoint endpoint;
            endpoint.type = type;
            endpoint.interface = item.text("interface");
            endpoint.region =
                item.optional_text("region_id").value_or(item.optional_text("region").value_or(""));
            endpoint.url = item.text("url");
            catalog.push_back(std::move(endpoint));
        }
    }
    return catalog;
}

Answer<std::string> find_endpoint(const Catalog& catalog, Service service,
                                  std::string_view interface, std::string_view region) {
    const auto type = std::string(name_of(service));
    std::set<std::string> interfaces;
    std::set<std::string> regions;
    std::set<std::string> urls;
    for (const auto& endpoint : catalog) {
        if (endpoint.type != type) continue;
        interfaces.insert(endpoint.interface);
        if (endpoint.interface != interface) continue;
        regions.insert(endpoint.region);
        if (region.empty() || endpoint.region == region) urls.insert(endpoint.url);
    }
    if (interfaces.empty()) return bad("the catalog has no " + type + " service");
    if (regions.empty())
        return bad("the catalog's " + type + " service has no interface '" +
                   std::string(interface) + "' (but " + joined(interfaces) + ")");
    if (region.empty() && regions.size() > 1)
        return bad("the catalog has several regions, so one must be named: " + joined(regions));
    if (urls.empty())
        return bad("the catalog's " + type + " service has no region '" + std::string(region) +
                   "' (but " + joined(regions) + ")");
    if (urls.size() > 1)
        return bad("the catalog has several " + type + " services there: " + joined(urls));
    return *urls.begin();
}

Answer<std::string> service_root(Service service, std::string_view url) {
    const auto root = without_slashes(url);
    if (!is_http(root)) return bad("the catalog's URL makes no sense: " + std::string(url));
    if (is_version(last_segment(root))) {
        // Nova's legacy root knows no microversions; the same server answers at the other.
        if (service == Service::compute && last_segment(root) == "v2")
            return std::string(root) + ".1";
        return std::string(root);
    }
    if (service == Service::compute && is_version(last_segment(parent(root))))
        return std::string(root);  // behind it the project's id
    constexpr std::array<std::string_view, 3> versions{"/v2.1", "/v2", "/v2.0"};
    return std::string(root).append(versions[static_cast<std::size_t>(service)]);
}

std::string versions_url(std::string_view root) {
    return std::string(is_version(last_segment(root)) ? root : parent(root)) + "/";
}

Answer<std::string> identity_root(std::string_view auth_url) {
    const auto root = without_slashes(auth_url);
    if (!is_http(root)) return bad("auth_url is no URL of http or https: " + std::string(auth_url));
    if (last_segment(root) == "v3") return std::string(root);
    if (is_version(last_segment(root)))
        return bad("auth_url names another version than Keystone's v3: " + std::string(auth_url));
    return std::string(root) + "/v3";
}

}  // namespace cpe::openstack
