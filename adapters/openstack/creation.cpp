// Core: how a server is made.
#include "adapters/openstack/core.hpp"
#include "adapters/openstack/naming.hpp"
#include "adapters/openstack/secret_file.hpp"
#include "adapters/openstack/user_data.hpp"
#include "adapters/openstack/words.hpp"

#include <algorithm>
#include <utility>

namespace cpe::openstack {
namespace {

constexpr std::size_t max_authorized_key = 16U << 10U;

std::string first_line(std::string text) {
    text.erase(std::min(text.find('\n'), text.size()));
    return text;
}

}  // namespace

Core::AwaitedResult<std::string> Core::create(InstanceSpec spec) {
    auto entered = this->cloud();
    if (!entered) co_return error_of(entered.error(), name_of(spec.key));
    const auto cloud = *entered;
    auto wanted = co_await describe(cloud, spec);
    if (!wanted) co_return wanted.error();
    const Millis patience = std::max(settings_.deadlines.request, settings_.deadlines.create / 2);
    auto made = co_await cloud->create_server(std::move(*wanted), within(patience));
    if (made) {
        say(LogLevel::info, name_of(spec.key) + ": server " + *made + " is being built");
        co_return std::move(*made);
    }
    const Fault fault = made.error();
    if (fault.kind == FaultKind::not_found || fault.kind == FaultKind::bad_request)
        cloud->forget_lookups();  // an image of that name may be another one now
    if (fault.kind == FaultKind::timeout || fault.kind == FaultKind::unreachable ||
        fault.kind == FaultKind::server_fault || fault.kind == FaultKind::protocol)
        co_return co_await find_after_doubt(std::move(spec), fault);
    co_return error_of(fault, name_of(spec.key));
}

/// Whether Nova has made it is not known: what it shows decides, after a while where it may be at
/// work still. What appears later yet is found by the next start, by its tags.
Core::AwaitedResult<std::string> Core::find_after_doubt(InstanceSpec spec, Fault fault) {
    const bool may_come = fault.kind == FaultKind::timeout;
    const Deadline limit = within(may_come ? settings_.deadlines.request : Millis(0));
    for (;;) {
        auto servers = co_await servers_of(spec);
        if (!servers) co_return servers.error();
        if (!servers->empty()) co_return servers->front().id;
        if (closed_ || now() >= limit) co_return error_of(fault, name_of(spec.key));
    }
}

Core::AwaitedResult<NewServer> Core::describe(std::shared_ptr<Cloud> cloud, InstanceSpec spec) {
    const std::string where = name_of(spec.key);
    const auto& defaults = settings_.servers;
    const auto limit = within(settings_.deadlines.request);
    const std::string image_name = spec.image.empty() ? defaults.image : spec.image;
    const std::string flavor_name = spec.flavor.empty() ? defaults.flavor : spec.flavor;
    if (image_name.empty() || flavor_name.empty())
        co_return Error{Errc::invalid_input,
                        image_name.empty() ? "it has no image" : "it has no flavor", where,
                        "give it one in the document, or a default in cped.yaml"};
    const auto image = co_await cloud->image(image_name, limit);
    if (!image) co_return error_of(image.error(), where + ", image '" + image_name + "'");
    const auto flavor = co_await cloud->flavor(flavor_name, limit);
    if (!flavor) co_return error_of(flavor.error(), where + ", flavor '" + flavor_name + "'");
    NewServer server;
    for (const auto& name : defaults.networks) {
        const auto network = co_await cloud->network(name, limit);
        if (!network) co_return error_of(network.error(), where + ", network '" + name + "'");
        server.network_ids.push_back(network->id);
    }
    const auto key = make_host_key();
    if (!key) co_return key.error();
    auto authorized = read_file(settings_.authorized_key, max_authorized_key);
    if (!authorized) co_return authorized.error();
    std::string operators;
    if (!defaults.user_data.empty()) {
        auto read = read_file(defaults.user_data, max_user_data);
        if (!read) co_return read.error();
        operators = std::move(read->text);
    }
    BootConfiguration boot;
    boot.user = spec.username.empty() ? settings_.user : spec.username;
    boot.authorized_key = first_line(std::move(authorized->text));
    boot.host_key = &*key;
    boot.operators = operators;
    auto user_data = render_user_data(boot);
    if (!user_data) {
        Error error = user_data.error();
        error.where = defaults.user_data.string();
        co_return error;
    }
    server.name = server_name(spec.key);
    server.image_id = image->id;
    server.flavor_id = flavor->id;
    server.user_data = std::string(user_data->reveal());
    server.metadata = metadata_of(spec, key->fingerprint);
    server.tags = {owner_tag(owner_), assembly_tag(owner_, spec.key)};
    server.security_groups = defaults.security_groups;
    server.config_drive = defaults.config_drive;
    if (!defaults.key_pair.empty()) server.key_name = defaults.key_pair;
    if (!defaults.availability_zone.empty()) server.availability_zone = defaults.availability_zone;
    co_return server;
}

}  // namespace cpe::openstack
