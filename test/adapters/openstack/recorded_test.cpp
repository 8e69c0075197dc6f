// Every recorded answer, read: recorded/readings.txt says what each means to us.
#include "adapters/openstack/microversion.hpp"
#include "adapters/openstack/outcome.hpp"
#include "adapters/openstack/servers.hpp"
#include "adapters/openstack/supplies.hpp"

#include "test/adapters/openstack/recorded.hpp"
#include "test/adapters/openstack/render.hpp"

using namespace cpe;
using namespace cpe::openstack;

namespace {

std::string or_fault(const Answer<std::string>& text) {
    return text ? *text : test::render(text.error());
}

template <class T, class Text>
std::string told(const Answer<T>& answer, Text text) {
    return answer ? text(*answer) : test::render(answer.error());
}

std::string page_text(const ServerPage& page) {
    std::string text = std::to_string(page.servers.size()) + " servers";
    for (const auto& server : page.servers) text += "\n  " + test::render(server);
    if (page.next) text += "\n  next: " + *page.next;
    return text;
}

std::string flavors_text(const FlavorPage& page) {
    std::string text;
    for (const auto& flavor : page.flavors)
        text += (text.empty() ? "" : "\n  ") + flavor.id + " " + flavor.name + " " +
                std::to_string(flavor.vcpus) + " cpu " + std::to_string(flavor.ram_mib) + " MiB " +
                std::to_string(flavor.disk_gib) + " GiB";
    return text;
}

std::string document_text(const boost::json::value& document) {
    const auto& top = document.as_object();
    const auto has = [&](const char* key) { return top.contains(key); };
    if (has("versions") || has("version"))
        return told(choose_microversion(document), [](auto version) { return text_of(version); });
    if (has("servers")) return told(read_server_page(document), page_text);
    if (has("server") && !top.at("server").as_object().contains("status"))
        return "created " + or_fault(read_created(document));
    if (has("server"))
        return told(read_server(document), [](const auto& server) { return test::render(server); });
    if (has("flavors")) return told(read_flavor_page(document), flavors_text);
    if (has("images"))
        return told(choose_image(document, "tiny"),
                    [](const auto& image) { return image.id + " " + image.status; });
    if (has("networks"))
        return told(choose_network(document, "private"),
                    [](const auto& network) { return network.id; });
    if (has("keypair"))
        return told(read_key_pair(document),
                    [](const auto& pair) { return pair.name + " " + pair.fingerprint; });
    if (has("limits"))
        return told(read_limits(document), [](const auto& limits) { return test::render(limits); });
    return "?";
}

std::string reading(http::Response response) {
    if (const auto wrong = failed(response)) {
        std::string text = test::render(wrong->fault);
        if (wrong->passing) text += " [passing]";
        return text;
    }
    if (!response.header("x-subject-token").empty())
        return told(read_token(response), [](const auto& token) { return test::render(token); });
    if (response.body.empty()) return "accepted";
    const auto document = parse_json(response.body);
    REQUIRE(document.has_value());
    return document_text(*document);
}

}  // namespace

TEST_CASE("what a real OpenStack has answered is read as it was meant") {
    std::string text;
    for (const auto& path : test::files("test/adapters/openstack/recorded", ".json"))
        text += path.stem().string() + ": " + reading(test::recorded(path.stem().string())) + "\n";
    test::check_golden(test::source_path("test/adapters/openstack/recorded/readings.txt"), text);
}
