// A real OpenStack. Hidden, for it needs one: CPE_OPENSTACK_CLOUDS names its clouds.yaml,
// CPE_OPENSTACK_CLOUD the cloud in it, CPE_OPENSTACK_IMAGE, _FLAVOR and _NETWORK what it has.
#include "adapters/openstack/cloud.hpp"

#include "test/adapters/http/loop.hpp"

#include <boost/asio/steady_timer.hpp>

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

using namespace cpe;
using namespace cpe::openstack;

namespace {

std::string variable(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

Access access() {
    AccessSettings settings;
    settings.clouds_file = variable("CPE_OPENSTACK_CLOUDS", "clouds.yaml");
    settings.cloud = variable("CPE_OPENSTACK_CLOUD", "demo");
    auto found = find_access(settings, process_environment());
    if (!found) FAIL(found.error().line());
    return std::move(*found);
}

CloudOptions options() {
    CloudOptions result;
    result.random = [engine = std::minstd_rand(1)]() mutable {
        return std::uniform_real_distribution<>(0, 1)(engine);
    };
    result.log = [](LogLevel, const std::string& line) { std::cout << "  " << line << "\n"; };
    result.page_size = 1;
    return result;
}

struct Live {
    boost::asio::io_context loop;
    Cloud cloud{loop.get_executor(), access(), options()};
    std::string name = "cpe-live-" + std::to_string(::time(nullptr));

    static Deadline soon() { return within(Millis(60'000)); }

    template <class T>
    T need(Cloud::Awaited<T> work) {
        auto answer = test::run(loop, std::move(work));
        if (!answer) FAIL(answer.error().line());
        return std::move(*answer);
    }
    void done(Cloud::Awaited<> work) {
        const auto answer = test::run(loop, std::move(work));
        if (!answer) FAIL(answer.error().line());
    }
    template <class T>
    FaultKind fault(Cloud::Awaited<T> work) {
        const auto answer = test::run(loop, std::move(work));
        REQUIRE_FALSE(answer.has_value());
        std::cout << "  " << answer.error().line() << "\n";
        return answer.error().kind;
    }

    /// Until it has settled so, or does not exist any more.
    std::optional<Server> await(const std::string& id, ServerStatus wanted) {
        for (int tries = 0; tries < 600; ++tries) {
            const auto server = test::run(loop, cloud.server(id, soon()));
            if (!server && server.error().kind == FaultKind::not_found) return std::nullopt;
            if (!server) FAIL(server.error().line());
            if (server->settled_in(wanted)) return *server;
            boost::asio::steady_timer(loop, std::chrono::milliseconds(200)).wait();
        }
        FAIL("it does not become " << name_of(wanted));
        return std::nullopt;
    }
};

NewServer wanted(Live& live) {
    NewServer server;
    server.name = live.name;
    server.image_id =
        live.need(live.cloud.image(variable("CPE_OPENSTACK_IMAGE", "tiny"), Live::soon())).id;
    server.flavor_id =
        live.need(live.cloud.flavor(variable("CPE_OPENSTACK_FLAVOR", "m1.tiny"), Live::soon())).id;
    server.network_ids = {
        live.need(live.cloud.network(variable("CPE_OPENSTACK_NETWORK", "private"), Live::soon()))
            .id};
    server.user_data = "#cloud-config\n{}\n";
    server.metadata = {{"cpe:live", live.name}};
    server.tags = {live.name};
    server.config_drive = true;
    return server;
}

}  // namespace

TEST_CASE("a server's whole life in a real cloud", "[.openstack]") {
    Live live;
    auto& cloud = live.cloud;
    const auto soon = &Live::soon;
    auto server = wanted(live);
    const auto key = live.need(cloud.import_key_pair(
        live.name,
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBQCZ9270lFX3/XSr1yih+R+n+Ii5HNNzonX2+qJufAM live",
        soon()));
    CHECK(live.need(cloud.key_pair(live.name, soon())).fingerprint == key.fingerprint);
    CHECK(live.fault(cloud.import_key_pair(live.name, key.public_key, soon())) ==
          FaultKind::conflict);
    server.key_name = live.name;

    const auto id = live.need(cloud.create_server(server, soon()));
    const auto made = live.await(id, ServerStatus::active);
    REQUIRE(made.has_value());
    CHECK(made->key_name == live.name);
    CHECK(made->tags == std::vector{live.name});
    CHECK(made->config_drive);
    REQUIRE_FALSE(made->addresses.empty());

    ServerQuery query;
    query.tags = {live.name};
    CHECK(live.need(cloud.servers(query, soon())).size() == 1);
    query.metadata = server.metadata;
    query.name = live.name;
    CHECK(live.need(cloud.servers(query, soon())).size() == 1);
    query.name = live.name + "-other";
    CHECK(live.need(cloud.servers(query, soon())).empty());

    const auto ports = live.need(cloud.ports(id, soon()));
    REQUIRE(ports.size() == 1);
    CHECK(ports.front().fixed_ips.front() == made->addresses.front().address);

    live.done(cloud.stop_server(id, soon()));
    live.await(id, ServerStatus::shutoff);
    CHECK(live.fault(cloud.stop_server(id, soon())) == FaultKind::conflict);
    live.done(cloud.start_server(id, soon()));
    live.await(id, ServerStatus::active);
    live.done(cloud.reboot_server(id, Reboot::soft, soon()));
    live.await(id, ServerStatus::active);
    live.done(cloud.reboot_server(id, Reboot::hard, soon()));
    live.await(id, ServerStatus::active);
    Rebuild rebuild;
    rebuild.image_id = server.image_id;
    live.done(cloud.rebuild_server(id, rebuild, soon()));
    const auto rebuilt = live.await(id, ServerStatus::active);

    live.done(cloud.delete_server(id, soon()));
    CHECK_FALSE(live.await(id, ServerStatus::deleted).has_value());
    CHECK(live.fault(cloud.delete_server(id, soon())) == FaultKind::not_found);
    CHECK(live.need(cloud.ports(id, soon())).empty());
    ServerQuery changed;
    changed.changes_since = rebuilt->updated;
    const auto changes = live.need(cloud.servers(changed, soon()));
    const auto gone = std::find_if(changes.begin(), changes.end(),
                                   [&](const Server& one) { return one.id == id; });
    REQUIRE(gone != changes.end());
    CHECK(gone->status == ServerStatus::deleted);
    CHECK(gone->metadata.empty());

    live.done(cloud.delete_key_pair(live.name, soon()));
    CHECK(live.fault(cloud.key_pair(live.name, soon())) == FaultKind::not_found);
    CHECK(cloud.counters().authentications >= 1);
    std::cout << "  " << cloud.counters().requests << " requests, " << cloud.counters().retries
              << " retries, " << cloud.counters().authentications << " logins\n";
}

TEST_CASE("what a real cloud refuses, and what it has", "[.openstack]") {
    Live live;
    auto& cloud = live.cloud;
    auto server = wanted(live);
    CHECK(live.fault(cloud.image("no such image", Live::soon())) == FaultKind::not_found);
    CHECK(live.fault(cloud.image("11111111-2222-3333-4444-555555555555", Live::soon())) ==
          FaultKind::not_found);
    CHECK(live.fault(cloud.flavor("no such flavor", Live::soon())) == FaultKind::not_found);
    CHECK(live.fault(cloud.network("no such network", Live::soon())) == FaultKind::not_found);
    const auto by_id = live.need(cloud.image(server.image_id, Live::soon()));
    CHECK(by_id.id == server.image_id);
    CHECK(live.need(cloud.network(server.network_ids.front(), Live::soon())).id ==
          server.network_ids.front());
    CHECK(live.fault(cloud.server("11111111-2222-3333-4444-555555555555", Live::soon())) ==
          FaultKind::not_found);
    server.image_id = "11111111-2222-3333-4444-555555555555";
    CHECK(live.fault(cloud.create_server(server, Live::soon())) == FaultKind::bad_request);
    CHECK(live.need(cloud.limits(Live::soon())).instances.limit != 0);
}
