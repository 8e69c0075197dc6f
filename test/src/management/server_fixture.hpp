// A management server on a real Unix socket, a fake Control behind it, and one client.
#pragma once

#include "fake_control.hpp"

#include "src/management/server.hpp"
#include "test/adapters/amqp/loop.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace test {

struct Reply {
    std::int64_t status = 0;
    std::string description;
    cpe::amqp::Value body;
    cpe::amqp::Message message;

    [[nodiscard]] cpe::amqp::Map map() const {
        return cpe::amqp::as_map(body).value_or(cpe::amqp::Map{});
    }
};

struct ManagementFixture {
    explicit ManagementFixture(cpe::management::ManagementSettings settings_in = {})
        : settings(std::move(settings_in)) {
        settings.socket = dir.path / "cped.sock";
        settings.log = [this](cpe::LogLevel, std::string_view, std::string_view line) {
            lines.emplace_back(line);
        };
        server.emplace(loop.io.get_executor(), control, settings);
        if (!server->start()) throw std::runtime_error("start");
    }

    cpe::Result<std::shared_ptr<cpe::amqp::Client>> connect() {
        std::optional<cpe::Result<std::shared_ptr<cpe::amqp::Client>>> got;
        cpe::amqp::Client::connect_unix(loop.io.get_executor(), settings.socket, {},
                                        [&](auto result) { got = std::move(result); });
        if (!loop.run_until([&] { return got.has_value(); })) throw std::runtime_error("no answer");
        return *got;
    }
    std::shared_ptr<cpe::amqp::Client>& client() {
        if (!client_) client_ = connect().value();
        return client_;
    }

    /// `properties`: application properties beside operation and type.
    Reply ask(const std::string& operation, const std::string& type,
              const std::map<std::string, proton::scalar>& properties = {},
              const cpe::amqp::Value& body = {}) {
        cpe::amqp::Message message;
        if (!operation.empty()) message.properties().put("operation", operation);
        if (!type.empty()) message.properties().put("type", type);
        for (const auto& [key, value] : properties) message.properties().put(key, value);
        message.body(body);
        std::optional<cpe::Result<cpe::amqp::Message>> got;
        client()->request("$management", message, cpe::Millis(10'000),
                          [&](auto result) { got = std::move(result); });
        REQUIRE(loop.run_until([&] { return got.has_value(); }));
        REQUIRE(got->has_value());
        Reply reply{0, "", (*got)->body(), **got};
        reply.status = cpe::amqp::as_int(cpe::amqp::property(**got, "statusCode")).value_or(0);
        reply.description =
            cpe::amqp::as_string(cpe::amqp::property(**got, "statusDescription")).value_or("");
        return reply;
    }

    Loop loop;
    ScratchDir dir;
    FakeControl control;
    std::vector<std::string> lines;
    cpe::management::ManagementSettings settings;
    std::optional<cpe::management::ManagementServer> server;

private:
    std::shared_ptr<cpe::amqp::Client> client_;
};

}  // namespace test
