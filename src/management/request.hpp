// One management request, read from a message and checked for form.
//
// Thread: any; values.
#pragma once

#include "adapters/amqp/message.hpp"

#include <cpe/ids.hpp>
#include <cpe/result.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace cpe::management {

/// The tenant that is meant where a request names none.
inline constexpr const char* default_tenant = "default";

/// Names and other short texts of a request are refused beyond this many bytes.
constexpr std::size_t max_name_bytes = 512;

struct Request {
    std::string operation;
    std::string type;         ///< may be empty
    std::string name;         ///< may be empty
    std::string identity;     ///< may be empty
    std::string tenant;       ///< application property `tenant`; may be empty
    std::string deployable;   ///< application property `deployable`, for QUERY; may be empty
    std::string entity_type;  ///< for QUERY and GET-*; may be empty
    std::optional<std::uint64_t> offset;
    std::optional<std::uint64_t> count;
    amqp::Map body;  ///< empty when the body is null
};

/// What is wrong with a key of a request's body.
[[nodiscard]] Error bad_body(const std::string& key, std::string what);
/// A string of a request's body; empty where it may be absent and is.
[[nodiscard]] Result<std::string> body_text(const amqp::Map& body, const std::string& key,
                                            bool required);

[[nodiscard]] Result<Request> read_request(const amqp::Message& message);

/// What a request's `identity` or `name` points at: "[tenant/]deployable[/item]".
struct Target {
    DeployableKey deployable;
    std::string item;      ///< assembly or service; empty for deployables
    std::string assembly;  ///< of a service, where it was given with it
};

enum class Named { deployable, assembly, service };

/// A deployable is "deployable", an assembly "deployable/assembly", a service "deployable/service"
/// or "deployable/assembly/service". An identity begins with the tenant, a name does not.
[[nodiscard]] Result<Target> target_of(const Request& request, Named what);

/// The one entity of a type whose names have no slash (cpe, tenant).
[[nodiscard]] Result<std::string> plain_name_of(const Request& request);

}  // namespace cpe::management
