#include "adapters/amqp/driver.hpp"
#include "adapters/amqp/filters.hpp"

#include <proton/connection.h>
#include <proton/session.h>
#include <proton/terminus.h>
#include <proton/transport.h>

#include <utility>
#include <vector>

namespace cpe::amqp::detail {
namespace {

LinkCore* core_of(pn_link_t* link) {
    return static_cast<LinkCore*>(pn_link_get_context(link));
}

bool fresh(pn_state_t state) {
    return (state & PN_LOCAL_UNINIT) != 0;
}

std::string text(const char* chars) {
    return chars ? chars : "";
}

/// The terminus that says what the link is about: of the node at the other end of our direction.
pn_terminus_t* remote_node(pn_link_t* link) {
    return pn_link_is_sender(link) ? pn_link_remote_target(link) : pn_link_remote_source(link);
}

/// Transfer frames that a session may have on their way to us; the engine enforces it. More than
/// the credit of a link, so that it bounds hostile peers and not honest ones.
constexpr std::size_t session_window_frames = 128;

}  // namespace

void Driver::handle(pn_event_t* event) {
    switch (pn_event_type(event)) {
        case PN_CONNECTION_REMOTE_OPEN: return remote_open();
        case PN_CONNECTION_REMOTE_CLOSE: return remote_close();
        case PN_SESSION_REMOTE_OPEN: return session_open(pn_event_session(event));
        case PN_SESSION_REMOTE_CLOSE: return session_close(pn_event_session(event));
        case PN_LINK_REMOTE_OPEN: return link_open(pn_event_link(event));
        case PN_LINK_REMOTE_CLOSE:
        case PN_LINK_REMOTE_DETACH: return link_close(pn_event_link(event));
        case PN_DELIVERY: return delivery(pn_event_delivery(event));
        case PN_TRANSPORT_ERROR: return transport_error();
        default: return;
    }
}

void Driver::remote_open() {
    deadlines_.clear(Deadline::handshake);
    if (failing_) return;
    const Result<> welcome = handler_->on_open();
    if (!welcome) return close(to_condition(welcome.error()));
    if (fresh(pn_connection_state(engine_.connection()))) pn_connection_open(engine_.connection());
    open_ = true;
}

void Driver::remote_close() {
    remember(read_condition(pn_connection_remote_condition(engine_.connection())));
    say_goodbye({});
}

void Driver::session_open(pn_session_t* session) {
    if (!fresh(pn_session_state(session))) return;
    pn_session_set_incoming_capacity(session, settings_.limits.max_frame * session_window_frames);
    pn_session_open(session);
}

void Driver::session_close(pn_session_t* session) {
    const Condition why = read_condition(pn_session_remote_condition(session));
    std::vector<std::shared_ptr<LinkCore>> ending;
    for (const auto& [link, core] : links_)
        if (core->link && pn_link_session(link) == session) ending.push_back(core);
    for (const auto& core : ending) {
        pn_link_set_context(core->link, nullptr);
        core->ended(why);
    }
    if (session == session_) session_ = nullptr;
    pn_session_close(session);
    pn_session_free(session);
}

/// A link of a connection that is over: over from the outset.
template <class Core>
std::shared_ptr<Core> Driver::dead_core(const std::string& address) {
    auto core = std::make_shared<Core>(*this, nullptr);
    core->address = address;
    core->ended(why_.value_or(Condition{"cped:disconnected", "the connection is closed"}));
    return core;
}

template <class Core>
std::shared_ptr<Core> Driver::make_core(pn_link_t* link) {
    auto core = std::make_shared<Core>(*this, link);
    pn_link_set_context(link, static_cast<LinkCore*>(core.get()));
    links_[link] = core;
    return core;
}

void Driver::refuse(pn_link_t* link, const Condition& condition) {
    if (const auto found = links_.find(link); found != links_.end()) {
        const auto core = found->second;
        pn_link_set_context(link, nullptr);
        core->ended(condition);
        links_.erase(link);
    }
    // Termini are left null: that is how an attach is refused (AMQP 1.0 §2.6.3).
    pn_link_open(link);
    set_condition(pn_link_condition(link), condition);
    pn_link_close(link);
}

void Driver::link_open(pn_link_t* link) {
    if (LinkCore* core = core_of(link)) {  // one that we have opened
        if (pn_terminus_get_type(remote_node(link)) == PN_UNSPECIFIED) return;  // refusal follows
        if (core->address.empty())
            core->address = text(pn_terminus_get_address(pn_link_remote_source(link)));
        return core->opened();
    }
    if (!fresh(pn_link_state(link)) || failing_) return;
    if (links_.size() >= settings_.limits.max_links)
        return refuse(link, {"amqp:resource-limit-exceeded",
                             "more than " + std::to_string(settings_.limits.max_links) +
                                 " links on one connection"});
    if (pn_link_is_receiver(link)) return accept_receiver(link);
    if (pn_terminus_is_dynamic(pn_link_remote_source(link))) return accept_reply(link);
    return accept_sender(link);
}

void Driver::accept_reply(pn_link_t* link) {
    const auto core = make_core<SenderCore>(link);
    core->address = "reply/" + std::to_string(next_reply_++);
    pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
    pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
    pn_terminus_set_dynamic(pn_link_source(link), false);
    pn_terminus_set_address(pn_link_source(link), core->address.c_str());
    pn_link_open(link);
    replies_[core->address] = std::make_shared<Sender>(core);
    core->opened();
}

void Driver::accept_sender(pn_link_t* link) {
    const auto filters = read_filters(pn_link_remote_source(link));
    if (!filters) return refuse(link, to_condition(filters.error()));
    const auto core = make_core<SenderCore>(link);
    core->address = text(pn_terminus_get_address(pn_link_remote_source(link)));
    core->filters = *filters;
    const Result<> welcome = handler_->on_sender(std::make_shared<Sender>(core));
    if (core->over) return;  // the handler has closed it
    if (!welcome) return refuse(link, to_condition(welcome.error()));
    pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
    pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
    pn_link_open(link);
    core->opened();
}

void Driver::accept_receiver(pn_link_t* link) {
    const auto core = make_core<ReceiverCore>(link);
    core->address = text(pn_terminus_get_address(pn_link_remote_target(link)));
    const Result<> welcome = handler_->on_receiver(std::make_shared<Receiver>(core));
    if (core->over) return;
    if (!welcome) return refuse(link, to_condition(welcome.error()));
    pn_link_set_max_message_size(link, settings_.limits.max_message);
    pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
    pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
    pn_link_open(link);
    core->grant_initial();
    core->opened();
}

void Driver::link_close(pn_link_t* link) {
    if (const auto found = links_.find(link); found != links_.end()) {
        const auto core = found->second;
        links_.erase(found);
        replies_.erase(core->address);
        pn_link_set_context(link, nullptr);
        core->ended(read_condition(pn_link_remote_condition(link)));
    }
    if (fresh(pn_link_state(link))) pn_link_open(link);
    pn_link_close(link);
    pn_link_free(link);
}

void Driver::delivery(pn_delivery_t* delivery) {
    pn_link_t* link = pn_delivery_link(delivery);
    LinkCore* core = core_of(link);
    if (!core) {  // closed by us, and the peer does not know yet: nothing is kept
        if (pn_link_is_receiver(link) && pn_link_current(link) == delivery) pn_link_advance(link);
        pn_delivery_settle(delivery);
    } else if (pn_link_is_receiver(link)) {
        static_cast<ReceiverCore*>(core)->arrived(delivery);
    } else {
        static_cast<SenderCore*>(core)->updated(delivery);
    }
}

void Driver::transport_error() {
    const Condition why = read_condition(pn_transport_condition(engine_.transport()));
    remember(why);
    if (mute_) return;
    log(LogLevel::debug, "transport error: " + why.name + " " + why.description);
    mute_ = true;
    failing_ = true;
    deadlines_.set(Deadline::linger, now() + settings_.limits.linger);
}

void Driver::flush() {
    std::vector<std::shared_ptr<LinkCore>> senders;
    std::erase_if(links_, [](const auto& entry) { return entry.second->over; });
    std::erase_if(replies_, [](const auto& entry) { return !entry.second->is_open(); });
    for (const auto& [link, core] : links_)
        if (pn_link_is_sender(link)) senders.push_back(core);
    for (const auto& core : senders) static_cast<SenderCore&>(*core).flush();
}

pn_session_t* Driver::own_session() {
    if (!session_) {
        session_ = pn_session(engine_.connection());
        session_open(session_);
    }
    return session_;
}

std::shared_ptr<Sender> Driver::open_sender(const std::string& address) {
    if (ended_ || failing_) return std::make_shared<Sender>(dead_core<SenderCore>(address));
    const std::string name = "cpe-" + std::to_string(next_link_++);
    pn_link_t* link = pn_sender(own_session(), name.c_str());
    const auto core = make_core<SenderCore>(link);
    core->address = address;
    pn_terminus_set_address(pn_link_target(link), address.c_str());
    pn_terminus_set_address(pn_link_source(link), name.c_str());
    pn_link_open(link);
    wake();
    return std::make_shared<Sender>(core);
}

std::shared_ptr<Receiver> Driver::open_receiver(const std::string& address, const Filters& filters,
                                                Receiver::OnMessage on_message) {
    return open_receiver_link(address, false, filters, std::move(on_message));
}

std::shared_ptr<Receiver> Driver::open_reply_receiver(Receiver::OnMessage on_message) {
    return open_receiver_link("", true, {}, std::move(on_message));
}

std::shared_ptr<Receiver> Driver::open_receiver_link(const std::string& address, bool dynamic,
                                                     const Filters& filters,
                                                     Receiver::OnMessage on_message) {
    if (ended_ || failing_) return std::make_shared<Receiver>(dead_core<ReceiverCore>(address));
    const std::string name = "cpe-" + std::to_string(next_link_++);
    pn_link_t* link = pn_receiver(own_session(), name.c_str());
    const auto core = make_core<ReceiverCore>(link);
    core->address = address;
    core->filters = filters;
    core->on_message = std::move(on_message);
    pn_terminus_t* source = pn_link_source(link);
    if (dynamic) {
        pn_terminus_set_dynamic(source, true);
    } else {
        pn_terminus_set_address(source, address.c_str());
    }
    write_filters(source, filters);
    pn_terminus_set_address(pn_link_target(link), name.c_str());
    pn_link_set_max_message_size(link, settings_.limits.max_message);
    pn_link_open(link);
    core->grant_initial();
    wake();
    return std::make_shared<Receiver>(core);
}

std::shared_ptr<Sender> Driver::reply_sender(const std::string& address) const {
    const auto found = replies_.find(address);
    return found == replies_.end() ? nullptr : found->second;
}

}  // namespace cpe::amqp::detail
