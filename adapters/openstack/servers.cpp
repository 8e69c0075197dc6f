#include "adapters/openstack/servers.hpp"

#include "adapters/openstack/encoding.hpp"
#include "adapters/openstack/links.hpp"
#include "adapters/openstack/timestamp.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace cpe::openstack {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 20> statuses{
    "ACTIVE",    "BUILD",        "DELETED",       "ERROR",   "HARD_REBOOT",
    "MIGRATING", "PASSWORD",     "PAUSED",        "REBOOT",  "REBUILD",
    "RESCUE",    "RESIZE",       "REVERT_RESIZE", "SHELVED", "SHELVED_OFFLOADED",
    "SHUTOFF",   "SOFT_DELETED", "SUSPENDED",     "UNKNOWN", "VERIFY_RESIZE"};

ServerStatus status_of(std::string_view text) {
    const auto* found = std::find(statuses.begin(), statuses.end(), text);
    if (found == statuses.end()) return ServerStatus::unknown;
    return static_cast<ServerStatus>(found - statuses.begin());
}

WallTime time(Reader& from, std::string_view key) {
    const auto time = parse_timestamp(from.text(key));
    if (!time) from.fail(key, "is no time");
    return time.value_or(WallTime{});
}

std::optional<WallTime> optional_time(Reader& from, std::string_view key) {
    if (!from.has(key)) return std::nullopt;
    return time(from, key);
}

int small(Reader& from, std::string_view key) {
    const auto number = from.optional_number(key, 0);
    if (number >= std::numeric_limits<int>::min() && number <= std::numeric_limits<int>::max())
        return static_cast<int>(number);
    from.fail(key, "is out of range");
    return 0;
}

std::vector<Address> addresses(Reader& server) {
    std::vector<Address> result;
    if (!server.has("addresses")) return result;
    Reader networks = server.object("addresses");
    auto names = networks.keys();
    std::sort(names.begin(), names.end());
    for (const auto& name : names)
        for (auto& item : networks.objects(name)) {
            Address address;
            address.network = name;
            address.address = item.text("addr");
            address.version = small(item, "version");
            address.floating = item.optional_text("OS-EXT-IPS:type") == "floating";
            address.mac = item.optional_text("OS-EXT-IPS-MAC:mac_addr").value_or("");
            result.push_back(std::move(address));
        }
    return result;
}

Metadata metadata(Reader& server) {
    Metadata result;
    if (!server.has("metadata")) return result;
    Reader items = server.object("metadata");
    for (const auto& key : items.keys()) result[key] = items.text(key);
    return result;
}

std::optional<ServerFault> fault(Reader& server) {
    if (!server.has("fault")) return std::nullopt;
    Reader read = server.object("fault");
    ServerFault result;
    result.code = small(read, "code");
    result.message = read.optional_text("message").value_or("");
    return result;
}

/// "" is a server of a volume; before 2.47 a flavor has an id alone.
std::string image_id(Reader& server, const json::value* image) {
    if (image == nullptr || image->is_null() || image->is_string()) return {};
    return server.object("image").text("id");
}

std::string flavor(Reader& server) {
    if (!server.has("flavor")) return {};
    Reader read = server.object("flavor");
    if (auto name = read.optional_text("original_name")) return *name;
    return read.text("id");
}

Server server_of(Reader read, const json::value* image) {
    Server server;
    server.id = read.text("id");
    server.name = read.text("name");
    server.status_text = read.text("status");
    server.status = status_of(server.status_text);
    server.task_state = read.optional_text("OS-EXT-STS:task_state");
    server.vm_state = read.text("OS-EXT-STS:vm_state");
    server.power_state = small(read, "OS-EXT-STS:power_state");
    server.locked = read.optional_flag("locked");
    server.fault = fault(read);
    server.addresses = addresses(read);
    server.metadata = metadata(read);
    server.tags = read.texts("tags");
    server.key_name = read.optional_text("key_name");
    server.image_id = image_id(read, image);
    server.flavor = flavor(read);
    server.host_id = read.optional_text("hostId").value_or("");
    server.config_drive = read.optional_text("config_drive") == "True";
    server.created = time(read, "created");
    server.updated = time(read, "updated");
    server.launched = optional_time(read, "OS-SRV-USG:launched_at");
    if (server.id.empty()) read.fail("id", "is empty");
    return server;
}

const json::value* image_in(const json::value& server) {
    const auto* object = server.if_object();
    return object == nullptr ? nullptr : object->if_contains("image");
}

json::string text(std::string_view from) {
    return json::string(json::string_view(from.data(), from.size()));
}

Fault too_large(std::string what) {
    Fault fault;
    fault.kind = FaultKind::bad_request;
    fault.message = std::move(what);
    return fault;
}

Fault user_data_too_large(const std::string& user_data) {
    return too_large("user_data has " + std::to_string(user_data.size()) + " bytes, Nova takes " +
                     std::to_string(max_user_data));
}

bool metadata_fits(const Metadata& metadata) {
    return std::all_of(metadata.begin(), metadata.end(), [](const auto& item) {
        return !item.first.empty() && item.first.size() <= max_metadata &&
               item.second.size() <= max_metadata;
    });
}

json::value networks_of(const std::vector<std::string>& ids) {
    if (ids.empty()) return "auto";
    json::array networks;
    for (const auto& id : ids) {
        json::object network;
        network["uuid"] = text(id);
        networks.push_back(std::move(network));
    }
    return networks;
}

/// A regular expression that means this text and no other.
std::string pattern(std::string_view name) {
    std::string result = "^";
    for (const char c : name) {
        if (std::string_view(R"(\^$.|?*+()[]{})").find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result + "$";
}

}  // namespace

std::string_view name_of(ServerStatus status) {
    return statuses.at(static_cast<std::size_t>(status));
}

Answer<Server> read_server(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    Reader read = top.object("server");
    const auto* object = document.if_object();
    const auto* inside = object == nullptr ? nullptr : object->if_contains("server");
    Server server = server_of(read, inside == nullptr ? nullptr : image_in(*inside));
    if (reading.fault) return *reading.fault;
    return server;
}

Answer<ServerPage> read_server_page(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    ServerPage page;
    const auto readers = top.objects("servers");
    for (std::size_t i = 0; i < readers.size(); ++i)
        page.servers.push_back(
            server_of(readers[i], image_in(document.at("servers").as_array()[i])));
    page.next = next_page(top, "servers_links");
    if (reading.fault) return *reading.fault;
    return page;
}

Answer<std::string> read_created(const json::value& document) {
    Reading reading;
    Reader top(&document, "", reading);
    auto id = top.object("server").text("id");
    if (id.empty()) reading.fail("the new server has no id");
    if (reading.fault) return *reading.fault;
    return id;
}

std::string list_query(const ServerQuery& query, std::size_t page_size) {
    std::string result;
    const auto add = [&](std::string_view key, const std::string& value) {
        if (!result.empty()) result += '&';
        result.append(key).append("=").append(percent_encoded(value));
    };
    if (query.name) add("name", pattern(*query.name));
    if (!query.tags.empty()) {
        std::string tags;
        for (const auto& tag : query.tags) tags += (tags.empty() ? "" : ",") + tag;
        add("tags", tags);
    }
    if (query.changes_since) add("changes-since", format_timestamp(*query.changes_since));
    if (page_size > 0) add("limit", std::to_string(page_size));
    return result;
}

bool matches(const Server& server, const ServerQuery& query) {
    if (query.name && server.name != *query.name) return false;
    const auto has_tag = [&](const std::string& tag) {
        return std::find(server.tags.begin(), server.tags.end(), tag) != server.tags.end();
    };
    if (!std::all_of(query.tags.begin(), query.tags.end(), has_tag)) return false;
    return std::all_of(query.metadata.begin(), query.metadata.end(), [&](const auto& wanted) {
        const auto found = server.metadata.find(wanted.first);
        return found != server.metadata.end() && found->second == wanted.second;
    });
}

Answer<std::string> create_body(const NewServer& server, Microversion version) {
    if (server.user_data.size() > max_user_data) return user_data_too_large(server.user_data);
    if (!metadata_fits(server.metadata))
        return too_large("metadata: a key or value is over 255 bytes, or a key is empty");
    json::object made;
    made["name"] = text(server.name);
    made["imageRef"] = text(server.image_id);
    made["flavorRef"] = text(server.flavor_id);
    made["networks"] = networks_of(server.network_ids);
    made["config_drive"] = server.config_drive;
    if (!server.user_data.empty()) made["user_data"] = text(base64(server.user_data));
    if (server.key_name) made["key_name"] = text(*server.key_name);
    if (server.availability_zone) made["availability_zone"] = text(*server.availability_zone);
    json::object metadata;
    for (const auto& [key, value] : server.metadata) metadata[key] = text(value);
    if (!metadata.empty()) made["metadata"] = std::move(metadata);
    json::array tags;
    for (const auto& tag : server.tags) tags.push_back(text(tag));
    if (!tags.empty() && version >= tags_on_create) made["tags"] = std::move(tags);
    json::array groups;
    for (const auto& name : server.security_groups) {
        json::object group;
        group["name"] = text(name);
        groups.push_back(std::move(group));
    }
    if (!groups.empty()) made["security_groups"] = std::move(groups);
    json::object body;
    body["server"] = std::move(made);
    return json::serialize(body);
}

Answer<std::string> rebuild_body(const Rebuild& rebuild, Microversion version) {
    json::object made;
    made["imageRef"] = text(rebuild.image_id);
    if (rebuild.user_data) {
        if (rebuild.user_data->size() > max_user_data)
            return user_data_too_large(*rebuild.user_data);
        if (version < user_data_on_rebuild)
            return too_large("this Nova cannot replace user_data in a rebuild (needs " +
                             text_of(user_data_on_rebuild) + ", has " + text_of(version) + ")");
        made["user_data"] = text(base64(*rebuild.user_data));
    }
    json::object body;
    body["rebuild"] = std::move(made);
    return json::serialize(body);
}

std::string reboot_body(Reboot kind) {
    return kind == Reboot::soft ? R"({"reboot":{"type":"SOFT"}})" : R"({"reboot":{"type":"HARD"}})";
}

}  // namespace cpe::openstack
