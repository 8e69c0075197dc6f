#include "test/src/cpe-ctl/fake_cped.hpp"

#include "src/management/attributes.hpp"
#include "src/management/event_message.hpp"

#include <boost/asio/post.hpp>

#include <stdlib.h>

#include <future>
#include <stdexcept>

namespace cpe::ctl::test {
namespace {

std::filesystem::path scratch() {
    auto pattern = (std::filesystem::temp_directory_path() / "cpe-ctl-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    return pattern;
}

}  // namespace

amqp::Map map_of(const DeployableStatus& deployable) {
    return management::attributes_of(deployable, true);
}

Answer refused(int status, std::string description) {
    return {status, std::move(description), {}, false};
}

Answer query_answer(const Asked& asked, const std::vector<DeployableStatus>& deployables) {
    std::vector<amqp::Map> maps;
    for (const auto& deployable : deployables) {
        if (asked.entity_type == "org.pacemakercloud.deployable")
            maps.push_back(management::attributes_of(deployable, false));
        if (asked.entity_type == "org.pacemakercloud.assembly")
            for (const auto& assembly : deployable.assemblies)
                maps.push_back(management::attributes_of(assembly, deployable.key));
        if (asked.entity_type == "org.pacemakercloud.service")
            for (const auto& service : deployable.services)
                maps.push_back(management::attributes_of(service, deployable.key));
    }
    // One row a page, so that pages are asked for.
    amqp::List names, results;
    if (asked.offset < maps.size()) {
        amqp::List row;
        for (const auto& [key, value] : maps[asked.offset]) {
            names.emplace_back(key);
            row.push_back(value);
        }
        results.push_back(amqp::to_value(row));
    }
    Answer answer;
    answer.body = {{"attributeNames", amqp::to_value(names)}, {"results", amqp::to_value(results)}};
    return answer;
}

class FakeHandler final : public amqp::Handler {
public:
    FakeHandler(std::weak_ptr<amqp::Connection> connection, FakeCped& cped)
        : connection_(std::move(connection)), cped_(cped) {}

    Result<> on_sender(const std::shared_ptr<amqp::Sender>& link) override {
        if (link->address() != "events") return Error{Errc::not_found, "no such node", "", ""};
        cped_.receivers_.push_back(link);
        cped_.filters_.push_back(link->filters());
        if (cped_.on_subscribed_) cped_.on_subscribed_(cped_);
        return {};
    }
    Result<> on_receiver(const std::shared_ptr<amqp::Receiver>& link) override {
        link->on_message([this](amqp::Message message, amqp::Delivery delivery) {
            delivery.accept();
            answer(message);
        });
        return {};
    }
    void on_closed(const amqp::Condition&) override {}

private:
    void answer(const amqp::Message& message) {
        const auto property = [&](const char* key) {
            return amqp::as_string(amqp::property(message, key)).value_or("");
        };
        Asked asked{property("operation"),
                    property("type"),
                    property("name"),
                    property("tenant"),
                    property("entityType"),
                    property("deployable"),
                    amqp::as_uint(amqp::property(message, "offset")).value_or(0),
                    amqp::as_map(message.body()).value_or(amqp::Map{})};
        cped_.asked_.push_back(asked);
        const auto connection = connection_.lock();
        const auto told = cped_.script_(cped_, asked);
        if (told.drop) return connection->close({"amqp:connection:forced", "cped is stopping"});
        amqp::Message reply;
        reply.correlation_id(message.id());
        reply.properties().put("statusCode", told.status);
        reply.properties().put("statusDescription", told.description);
        reply.body(amqp::to_value(told.body));
        connection->reply_sender(message.reply_to())->send(reply);
    }

    std::weak_ptr<amqp::Connection> connection_;
    FakeCped& cped_;
};

FakeCped::FakeCped(Script script)
    : directory_(scratch()), script_(std::move(script)), work_(io_.get_executor()) {
    amqp::ListenerSettings settings;
    settings.path = socket();
    auto opened = amqp::Listener::open(
        io_.get_executor(), settings,
        [this](const auto& connection, const auto&) -> std::unique_ptr<amqp::Handler> {
            return std::make_unique<FakeHandler>(connection, *this);
        });
    listener_ = std::move(opened).value();
    thread_ = std::thread([this] { io_.run(); });
}

FakeCped::~FakeCped() {
    std::promise<void> closed;
    post([&](FakeCped& cped) {
        cped.receivers_.clear();
        cped.listener_->close();
        closed.set_value();
    });
    closed.get_future().wait();
    work_.reset();
    thread_.join();
    listener_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

void FakeCped::post(std::function<void(FakeCped&)> task) {
    boost::asio::post(io_, [this, task = std::move(task)] { task(*this); });
}

void FakeCped::tell(const StoredEvent& event) {
    const auto message = management::event_message(event);
    for (const auto& receiver : receivers_) receiver->send(message);
}

}  // namespace cpe::ctl::test
