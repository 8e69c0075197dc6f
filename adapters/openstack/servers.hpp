// Nova's servers: requests for them, and what it tells of them.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/json.hpp"
#include "adapters/openstack/microversion.hpp"
#include "adapters/openstack/resources.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cpe::openstack {

/// Of {"server": {...}}.
[[nodiscard]] Answer<Server> read_server(const boost::json::value& document);

struct ServerPage {
    std::vector<Server> servers;
    std::optional<std::string> next;  ///< see links.hpp
};
[[nodiscard]] Answer<ServerPage> read_server_page(const boost::json::value& document);

/// Of the answer to a create.
[[nodiscard]] Answer<std::string> read_created(const boost::json::value& document);

/// The query of the first page. page_size 0: as Nova likes.
[[nodiscard]] std::string list_query(const ServerQuery& query, std::size_t page_size);
[[nodiscard]] bool matches(const Server& server, const ServerQuery& query);

/// FaultKind::bad_request: user_data or metadata over Nova's limits. Below tags_on_create tags are
/// left out.
[[nodiscard]] Answer<std::string> create_body(const NewServer& server, Microversion version);
[[nodiscard]] Answer<std::string> rebuild_body(const Rebuild& rebuild, Microversion version);
[[nodiscard]] std::string reboot_body(Reboot kind);

}  // namespace cpe::openstack
