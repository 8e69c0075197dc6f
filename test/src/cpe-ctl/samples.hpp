// Things to show, at fixed times.
#pragma once

#include "src/cpe-ctl/text/times.hpp"

#include <cpe/records.hpp>

namespace cpe::ctl::test {

/// 2026-11-22T11:31:42Z
constexpr std::int64_t noon_ms = 1'795'347'102'000;

/// One hour east of Greenwich.
inline Moment moment() {
    return {{noon_ms}, [](WallTime) { return std::chrono::seconds{3600}; }};
}

inline DeployableStatus two_tier() {
    DeployableStatus d;
    d.key = {"default", "two-tier"};
    d.uuid = "0b8f2f1e-8a53-4b8e-9d0c-6a2f4f1f0002";
    d.state = DeployableState::recovering;
    d.since = {noon_ms - 3'000};
    d.transition = {17};
    d.memory = 70'000;
    AssemblyStatus db;
    db.name = "db";
    db.uuid = "123456";
    db.state = AssemblyState::running;
    db.since = {noon_ms - 5 * 60'000};
    db.address = "10.88.0.2";
    db.provider = "local";
    db.channel = "agent";
    db.instance = "4711";
    db.instance_state = InstanceState::running;
    db.heartbeat = WallTime{noon_ms - 1'000};
    AssemblyStatus web;
    web.name = "web";
    web.uuid = "654321";
    web.state = AssemblyState::booting;
    web.since = {noon_ms - 2'000};
    web.instance_state = InstanceState::building;
    web.reason = "the guest does not accept our key";
    d.assemblies = {db, web};
    ServiceStatus mysqld;
    mysqld.name = "mysqld";
    mysqld.resource = "rsc_db_mysqld";
    mysqld.state = ServiceState::running;
    mysqld.since = {noon_ms - 4 * 3'600'000};
    mysqld.last_checked = WallTime{noon_ms - 2'000};
    mysqld.assemblies = {"db"};
    ServiceStatus httpd;
    httpd.name = "httpd";
    httpd.resource = "rsc_web_httpd";
    httpd.state = ServiceState::stopped;
    httpd.since = {noon_ms - 2'000};
    httpd.assemblies = {"web"};
    httpd.failures = 2;
    d.services = {mysqld, httpd};
    return d;
}

inline DeployableStatus stopped(std::string name) {
    DeployableStatus d;
    d.key = {"default", std::move(name)};
    d.uuid = "u";
    d.since = {noon_ms - 3 * 86'400'000LL};
    return d;
}

inline std::vector<StoredEvent> events() {
    StoredEvent failed;
    failed.id = {41};
    failed.key = {"default", "two-tier"};
    failed.event.at = {noon_ms - 3'000};
    failed.event.assembly = "db";
    failed.event.service = "mysqld";
    failed.event.kind = "service_state_change";
    failed.event.state = "failed";
    failed.event.reason = "monitor said 7 (not running)\nand \x1b[31mmore\xff";
    failed.event.transition = {17};
    failed.event.detail = R"({"rc":7})";
    StoredEvent told;
    told.id = {42};
    told.key = {"default", "two-tier"};
    told.event.at = {noon_ms};
    told.event.kind = "operator";
    told.event.reason = "uid 0: start";
    return {failed, told};
}

}  // namespace cpe::ctl::test
