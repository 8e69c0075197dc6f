#include "adapters/openstack/cloud.hpp"

#include "adapters/http/wipe.hpp"
#include "adapters/openstack/encoding.hpp"
#include "adapters/openstack/servers.hpp"
#include "adapters/openstack/session.hpp"
#include "adapters/openstack/supplies.hpp"

#include <functional>
#include <set>
#include <utility>

namespace cpe::openstack {
namespace {

using Self = std::shared_ptr<Session>;
template <class T = void>
using Awaited = Cloud::Awaited<T>;

constexpr unsigned max_pages = 1'000;

/// An empty id would turn one thing's path into that of all.
Fault no_id() {
    return fault_of(FaultKind::bad_request, "no id or name is given");
}

template <class Read>
auto read(const http::Response& response, Read reader)
    -> decltype(reader(std::declval<const boost::json::value&>())) {
    const auto document = parse_json(response.body);
    if (!document) return document.error();
    return reader(*document);
}

/// Nova is asked in the version that is spoken with it.
Awaited<http::Response> ask(Self self, Question question, Deadline deadline) {
    if (question.service == Service::compute) {
        const auto version = co_await Session::microversion(self, deadline);
        if (!version) co_return version.error();
    }
    co_return co_await Session::ask(self, std::move(question), deadline);
}

Question get(Service service, std::string path, const std::string& query = {}) {
    Question question;
    question.service = service;
    question.path = std::move(path);
    if (!query.empty()) question.path += "?" + query;
    return question;
}

/// Keeps what a page has, and tells what the next one is asked for with, if there is one.
using Take = std::function<Answer<std::optional<std::string>>(const boost::json::value&)>;

Awaited<> each_page(Self self, Service service, std::string path, std::string query, Take take,
                    Deadline deadline) {
    std::set<std::string> asked;
    std::optional<std::string> next = std::move(query);
    while (next) {
        if (asked.size() >= max_pages || !asked.insert(*next).second)
            co_return fault_of(FaultKind::protocol, "the pages of " + path + " have no end");
        Question question = get(service, path, *next);
        const auto response = co_await ask(self, std::move(question), deadline);
        if (!response) co_return response.error();
        auto after = read(*response, take);
        if (!after) co_return after.error();
        next = std::move(*after);
    }
    co_return Answer<>();
}

Awaited<std::vector<Server>> list_servers(Self self, ServerQuery query, Deadline deadline) {
    std::vector<Server> servers;
    std::set<std::string> ids;
    Take take = [&](const boost::json::value& document) -> Answer<std::optional<std::string>> {
        auto page = read_server_page(document);
        if (!page) return page.error();
        for (auto& server : page->servers)
            if (matches(server, query) && ids.insert(server.id).second)
                servers.push_back(std::move(server));
        return std::move(page->next);
    };
    std::string first = list_query(query, self->options().page_size);
    const auto told = co_await each_page(self, Service::compute, "/servers/detail",
                                         std::move(first), std::move(take), deadline);
    if (!told) co_return told.error();
    co_return servers;
}

Awaited<Server> show_server(Self self, std::string id, Deadline deadline) {
    if (id.empty()) co_return no_id();
    Question question = get(Service::compute, "/servers/" + percent_encoded(id));
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, read_server);
}

Awaited<std::string> create(Self self, NewServer server, Deadline deadline) {
    const auto version = co_await Session::microversion(self, deadline);
    if (!version) co_return version.error();
    if (*version < tags_on_create && !server.tags.empty())
        self->say(LogLevel::warning,
                  "Nova " + text_of(*version) + " takes no tags for a new server: it has none");
    auto body = create_body(server, *version);
    if (!body) co_return body.error();
    Question question;
    question.method = "POST";
    question.path = "/servers";
    question.body = std::move(*body);
    auto response = co_await Session::ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    auto id = read(*response, read_created);
    http::wipe(response->body);  // it has the administrator's password
    co_return id;
}

/// What has no answer but that it was accepted.
Awaited<> tell(Self self, Question question, Deadline deadline) {
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return Answer<>();
}

Awaited<> erase(Self self, Service service, std::string collection, std::string id,
                Deadline deadline) {
    if (id.empty()) co_return no_id();
    Question question;
    question.service = service;
    question.method = "DELETE";
    question.path = collection + percent_encoded(id);
    co_return co_await tell(self, std::move(question), deadline);
}

Awaited<> act(Self self, std::string id, std::string body, Deadline deadline) {
    if (id.empty()) co_return no_id();
    Question question;
    question.method = "POST";
    question.path = "/servers/" + percent_encoded(id) + "/action";
    question.body = std::move(body);
    co_return co_await tell(self, std::move(question), deadline);
}

Awaited<> rebuild(Self self, std::string id, Rebuild wanted, Deadline deadline) {
    const auto version = co_await Session::microversion(self, deadline);
    if (!version) co_return version.error();
    auto body = rebuild_body(wanted, *version);
    if (!body) co_return body.error();
    co_return co_await act(self, std::move(id), std::move(*body), deadline);
}

std::string actions_path(const std::string& server_id) {
    return "/servers/" + percent_encoded(server_id) + "/os-instance-actions";
}

Awaited<std::vector<ServerAction>> list_actions(Self self, std::string id, Deadline deadline) {
    if (id.empty()) co_return no_id();
    Question question = get(Service::compute, actions_path(id));
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, read_actions);
}

Awaited<std::vector<ActionEvent>> list_action_events(Self self, std::string id, std::string request,
                                                     Deadline deadline) {
    if (id.empty() || request.empty()) co_return no_id();
    Question question = get(Service::compute, actions_path(id) + "/" + percent_encoded(request));
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, read_action_events);
}

Awaited<KeyPair> import(Self self, std::string name, std::string public_key, Deadline deadline) {
    Question question;
    question.method = "POST";
    question.path = "/os-keypairs";
    question.body = key_pair_body(name, public_key);
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, read_key_pair);
}

Awaited<KeyPair> show_key_pair(Self self, std::string name, Deadline deadline) {
    if (name.empty()) co_return no_id();
    Question question = get(Service::compute, "/os-keypairs/" + percent_encoded(name));
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, read_key_pair);
}

Awaited<std::vector<Port>> list_ports(Self self, std::string server_id, Deadline deadline) {
    if (server_id.empty()) co_return no_id();
    std::vector<Port> ports;
    Take take = [&](const boost::json::value& document) -> Answer<std::optional<std::string>> {
        auto page = read_port_page(document);
        if (!page) return page.error();
        for (auto& port : page->ports) ports.push_back(std::move(port));
        return std::move(page->next);
    };
    std::string first = "device_id=" + percent_encoded(server_id);
    const auto told = co_await each_page(self, Service::network, "/ports", std::move(first),
                                         std::move(take), deadline);
    if (!told) co_return told.error();
    co_return ports;
}

Awaited<Image> fetch_image(Self self, std::string name, Deadline deadline) {
    if (is_uuid(name)) {
        Question question = get(Service::image, "/images/" + name);
        const auto response = co_await Session::ask(self, std::move(question), deadline);
        if (response) co_return read(*response, read_image);
        // Glance's 404 is a page of HTML; a name may look like an id.
        if (response.error().status != 404) co_return response.error();
    }
    Question question = get(Service::image, "/images?name=" + percent_encoded(name));
    const auto response = co_await Session::ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, [&](const boost::json::value& document) {
        return choose_image(document, name);
    });
}

Awaited<Flavor> fetch_flavor(Self self, std::string name, Deadline deadline) {
    std::vector<Flavor> flavors;
    Take take = [&](const boost::json::value& document) -> Answer<std::optional<std::string>> {
        auto page = read_flavor_page(document);
        if (!page) return page.error();
        for (auto& flavor : page->flavors) flavors.push_back(std::move(flavor));
        return std::move(page->next);
    };
    const auto told = co_await each_page(self, Service::compute, "/flavors/detail", {},
                                         std::move(take), deadline);
    if (!told) co_return told.error();
    co_return choose_flavor(flavors, name);
}

Awaited<Network> fetch_network(Self self, std::string name, Deadline deadline) {
    const auto choose = [&](const boost::json::value& document) {
        return choose_network(document, name);
    };
    if (is_uuid(name)) {
        Question question = get(Service::network, "/networks?id=" + name);
        const auto response = co_await Session::ask(self, std::move(question), deadline);
        if (!response) co_return response.error();
        auto network = read(*response, choose);
        if (network || network.error().kind != FaultKind::not_found) co_return network;
    }
    Question question = get(Service::network, "/networks?name=" + percent_encoded(name));
    const auto response = co_await Session::ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, choose);
}

Awaited<Limits> show_limits(Self self, Deadline deadline) {
    Question question = get(Service::compute, "/limits");
    const auto response = co_await ask(self, std::move(question), deadline);
    if (!response) co_return response.error();
    co_return read(*response, read_limits);
}

/// A look-up's fetch that keeps the session.
template <class T>
typename Lookups<T>::Fetch bound(Self self, Awaited<T> (*fetch)(Self, std::string, Deadline)) {
    return [self = std::move(self), fetch](std::string name, Deadline deadline) {
        return fetch(self, std::move(name), deadline);
    };
}

}  // namespace

Cloud::Cloud(const boost::asio::any_io_executor& executor, Access access, CloudOptions options)
    : session_(std::make_shared<Session>(executor, std::move(access), std::move(options))) {}

Cloud::~Cloud() {
    close();
}

bool Cloud::enters_with(const Access& access) const {
    return session_->enters_with(access);
}

void Cloud::close() {
    session_->close();
}

Cloud::Awaited<std::vector<Server>> Cloud::servers(ServerQuery query, Deadline deadline) {
    return list_servers(session_, std::move(query), deadline);
}

Cloud::Awaited<Server> Cloud::server(std::string id, Deadline deadline) {
    return show_server(session_, std::move(id), deadline);
}

Cloud::Awaited<std::string> Cloud::create_server(NewServer server, Deadline deadline) {
    return create(session_, std::move(server), deadline);
}

Cloud::Awaited<> Cloud::delete_server(std::string id, Deadline deadline) {
    return erase(session_, Service::compute, "/servers/", std::move(id), deadline);
}

Cloud::Awaited<> Cloud::stop_server(std::string id, Deadline deadline) {
    return act(session_, std::move(id), R"({"os-stop":null})", deadline);
}

Cloud::Awaited<> Cloud::start_server(std::string id, Deadline deadline) {
    return act(session_, std::move(id), R"({"os-start":null})", deadline);
}

Cloud::Awaited<> Cloud::reboot_server(std::string id, Reboot kind, Deadline deadline) {
    return act(session_, std::move(id), reboot_body(kind), deadline);
}

Cloud::Awaited<> Cloud::rebuild_server(std::string id, Rebuild wanted, Deadline deadline) {
    return rebuild(session_, std::move(id), std::move(wanted), deadline);
}

Cloud::Awaited<std::vector<ServerAction>> Cloud::actions(std::string server_id, Deadline deadline) {
    return list_actions(session_, std::move(server_id), deadline);
}

Cloud::Awaited<std::vector<ActionEvent>> Cloud::action_events(std::string server_id,
                                                              std::string request_id,
                                                              Deadline deadline) {
    return list_action_events(session_, std::move(server_id), std::move(request_id), deadline);
}

Cloud::Awaited<KeyPair> Cloud::import_key_pair(std::string name, std::string public_key,
                                               Deadline deadline) {
    return import(session_, std::move(name), std::move(public_key), deadline);
}

Cloud::Awaited<KeyPair> Cloud::key_pair(std::string name, Deadline deadline) {
    return show_key_pair(session_, std::move(name), deadline);
}

Cloud::Awaited<> Cloud::delete_key_pair(std::string name, Deadline deadline) {
    return erase(session_, Service::compute, "/os-keypairs/", std::move(name), deadline);
}

Cloud::Awaited<std::vector<Port>> Cloud::ports(std::string server_id, Deadline deadline) {
    return list_ports(session_, std::move(server_id), deadline);
}

Cloud::Awaited<> Cloud::delete_port(std::string id, Deadline deadline) {
    return erase(session_, Service::network, "/ports/", std::move(id), deadline);
}

Cloud::Awaited<Image> Cloud::image(std::string name_or_id, Deadline deadline) {
    return session_->images.find(std::move(name_or_id), deadline,
                                 bound<Image>(session_, fetch_image));
}

Cloud::Awaited<Flavor> Cloud::flavor(std::string name_or_id, Deadline deadline) {
    return session_->flavors.find(std::move(name_or_id), deadline,
                                  bound<Flavor>(session_, fetch_flavor));
}

Cloud::Awaited<Network> Cloud::network(std::string name_or_id, Deadline deadline) {
    return session_->networks.find(std::move(name_or_id), deadline,
                                   bound<Network>(session_, fetch_network));
}

void Cloud::forget_lookups() {
    session_->images.forget();
    session_->flavors.forget();
    session_->networks.forget();
}

Cloud::Awaited<Limits> Cloud::limits(Deadline deadline) {
    return show_limits(session_, deadline);
}

const CloudCounters& Cloud::counters() const {
    return session_->counters();
}

}  // namespace cpe::openstack
