// What a real OpenStack (Zed: Keystone 22, Nova 26, Glance 25, Neutron 21) was asked and answered,
// reduced to what we look at, without tokens and passwords. "{cloud}" stands for where it was.
#pragma once

#include "adapters/http/message.hpp"

#include "test/golden/golden.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>

namespace cpe::test {

inline boost::json::value recorded_exchange(const std::string& name) {
    return boost::json::parse(
        read_file(source_path("test/adapters/openstack/recorded/" + name + ".json")));
}

inline http::Response recorded(const std::string& name) {
    const auto exchange = recorded_exchange(name);
    const auto& answered = exchange.at("answered").as_object();
    http::Response response;
    response.status = static_cast<int>(answered.at("status").as_int64());
    for (const auto& header : answered.at("headers").as_object()) {
        std::string key(header.key());
        for (auto& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        response.headers.push_back({key, std::string(header.value().as_string())});
    }
    const auto& body = answered.at("body");
    if (!body.is_null()) response.body = boost::json::serialize(body);
    return response;
}

}  // namespace cpe::test
