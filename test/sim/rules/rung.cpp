#include "test/sim/rules/rung.hpp"

#include <boost/json.hpp>

#include <utility>

namespace cpe::sim::rules {
namespace {

std::string text_in(const boost::json::object& detail, std::string_view name) {
    const auto* value = detail.if_contains(name);
    return value ? std::string(value->as_string()) : std::string();
}

}  // namespace

std::int64_t number_in(const EventRecord& event, std::string_view name) {
    const auto detail = boost::json::parse(event.detail).as_object();
    const auto* value = detail.if_contains(name);
    return value ? value->to_number<std::int64_t>() : 0;
}

Rung Rung::counted(std::string rung, std::string assembly, std::string service,
                   const FailureCount::Verdict& verdict, std::int64_t at) {
    return {std::move(rung),
            std::move(assembly),
            std::move(service),
            verdict.failures,
            verdict.first_at,
            at,
            {},
            {}};
}

Rung Rung::told(const EventRecord& event) {
    const auto detail = boost::json::parse(event.detail).as_object();
    return {event.state,
            event.assembly,
            event.service,
            static_cast<std::size_t>(number_in(event, "failures")),
            number_in(event, "first_at"),
            number_in(event, "last_at"),
            text_in(detail, "from"),
            text_in(detail, "to")};
}

std::string Rung::text() const {
    return rung + " of " + assembly + "/" + service + " after " + std::to_string(failures) +
           " failures from " + std::to_string(first_at) + " to " + std::to_string(last_at) +
           (to.empty() ? "" : ", " + from + " -> " + to);
}

}  // namespace cpe::sim::rules
