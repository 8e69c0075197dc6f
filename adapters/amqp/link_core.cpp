#include "adapters/amqp/link_core.hpp"

#include <utility>

namespace cpe::amqp::detail {

void set_condition(pn_condition_t* into, const Condition& condition) {
    if (!condition.is_error()) return;
    pn_condition_set_name(into, condition.name.c_str());
    pn_condition_set_description(into, condition.description.c_str());
}

Condition read_condition(pn_condition_t* from) {
    if (!from || !pn_condition_is_set(from)) return {};
    const char* name = pn_condition_get_name(from);
    const char* description = pn_condition_get_description(from);
    return {name ? name : "", description ? description : ""};
}

void settle_delivery(pn_delivery_t* delivery, std::uint64_t state, const Condition& condition) {
    if (state == PN_REJECTED)
        set_condition(pn_disposition_condition(pn_delivery_local(delivery)), condition);
    pn_delivery_update(delivery, state);
    pn_delivery_settle(delivery);
}

void LinkCore::opened() {
    attached = true;
    if (auto callback = std::exchange(on_open, nullptr)) callback();
}

void LinkCore::ended(const Condition& condition) {
    if (over) return;
    const auto keep = shared_from_this();
    over = true;
    why = condition;
    let_go();
    link = nullptr;
    owner = nullptr;
    on_open = nullptr;
    auto callback = std::exchange(on_closed, nullptr);
    finish(condition);
    if (callback) callback(condition);
}

void LinkCore::abandon() {
    if (over) return;
    const auto keep = shared_from_this();
    over = true;
    let_go();
    link = nullptr;
    owner = nullptr;
    on_open = nullptr;
    on_closed = nullptr;
    drop();
}

void LinkCore::detach(const Condition& condition) {
    if (!link) return;
    let_go();
    set_condition(pn_link_condition(link), condition);
    if (pn_link_state(link) & PN_LOCAL_UNINIT) pn_link_open(link);
    pn_link_close(link);
    pn_link_set_context(link, nullptr);  // freed by the connection once the peer has detached too
    link = nullptr;
    if (owner) owner->wake();
}

void LinkCore::close(const Condition& condition) {
    if (over) return;
    closed_by_us = true;
    on_closed = nullptr;
    close_at_limit(condition);
}

void LinkCore::close_at_limit(const Condition& condition) {
    if (over) return;
    const auto keep = shared_from_this();
    detach(condition);
    ended(condition);
}

}  // namespace cpe::amqp::detail
