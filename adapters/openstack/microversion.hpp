// Nova's microversions: which one is asked for.
//
// Thread: any; pure.
#pragma once

#include "adapters/openstack/json.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace cpe::openstack {

struct Microversion {
    unsigned major = 2;
    unsigned minor = 1;
    friend auto operator<=>(const Microversion&, const Microversion&) = default;
};

constexpr Microversion oldest_nova{2, 37};  ///< `networks` in a create means what it says
constexpr Microversion newest_nova{2, 79};  ///< what this was built against and tried with
constexpr Microversion tags_on_create{2, 52};
constexpr Microversion user_data_on_rebuild{2, 57};

/// "2.79"
[[nodiscard]] std::optional<Microversion> parse_microversion(std::string_view text);
[[nodiscard]] std::string text_of(Microversion version);

/// The newest that both sides know. Takes a list of versions ("/") or one version's own ("/v2.1/").
/// FaultKind::bad_request: there is none.
[[nodiscard]] Answer<Microversion> choose_microversion(const boost::json::value& document);

}  // namespace cpe::openstack
