// What a cloud, or whatever stands in its place, answers; and clouds.yaml, which people write.
#include "adapters/openstack/clouds_file.hpp"
#include "adapters/openstack/microversion.hpp"
#include "adapters/openstack/outcome.hpp"
#include "adapters/openstack/servers.hpp"
#include "adapters/openstack/supplies.hpp"
#include "adapters/openstack/timestamp.hpp"
#include "adapters/openstack/token.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace cpe;
using namespace cpe::openstack;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

template <class T>
void check_fault(const Answer<T>& answer) {
    if (!answer) check(!answer.error().message.empty());
}

void try_server(const Server& server) {
    check(!server.id.empty() && server.status_text.size() < (1U << 20U));
    ServerQuery same;
    same.name = server.name;
    same.tags = server.tags;
    same.metadata = server.metadata;
    check(matches(server, same));
}

void try_documents(std::string_view text) {
    const auto document = parse_json(text);
    check_fault(document);
    if (!document) return;
    if (const auto server = read_server(*document)) try_server(*server);
    if (const auto page = read_server_page(*document)) {
        for (const auto& server : page->servers) try_server(server);
        check(!page->next || !page->next->empty());
    }
    if (const auto id = read_created(*document)) check(!id->empty());
    if (const auto version = choose_microversion(*document))
        check(*version >= oldest_nova && *version <= newest_nova);
    check_fault(choose_image(*document, "tiny"));
    check_fault(read_flavor_page(*document));
    check_fault(choose_network(*document, "private"));
    check_fault(read_port_page(*document));
    check_fault(read_key_pair(*document));
    check_fault(read_limits(*document));
}

void try_answers(int status, std::string_view text) {
    http::Response response;
    response.status = status;
    response.body = text;
    response.headers.push_back({"retry-after", std::string(text.substr(0, 40))});
    if (const auto wrong = failed(response)) {
        check(!wrong->fault.message.empty() && wrong->fault.message.size() < 1'000);
        check(wrong->fault.message.find('\n') == std::string::npos);
        check(wrong->fault.kind != FaultKind::not_found || text.find("message") != text.npos);
    }
    response.headers.front() = {"x-subject-token", "t"};
    auto token = read_token(response);
    if (!token) return;
    check(token->lifetime > Millis(0) && !token->id.empty());
    for (const char* region : {"", "RegionOne"})
        if (const auto url = find_endpoint(token->catalog, Service::compute, "public", region))
            if (const auto root = service_root(Service::compute, *url))
                check(versions_url(*root).ends_with('/'));
}

void try_clouds(std::string_view text) {
    auto document = parse_yaml(text);
    if (!document) {
        check(!document.error().what.empty());
        return;
    }
    static_cast<void>(holds_secret(*document));
    if (const auto access = access_to(*document, "")) check(!access->auth_url.empty());
    Yaml copy = *document;
    merge(copy, std::move(*document));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    constexpr int statuses[] = {200, 401, 403, 404, 409, 413, 429, 500};
    switch (data[0] % 3) {
        case 0: try_documents(text); break;
        case 1: try_answers(statuses[data[0] / 3 % 8], text); break;
        default: try_clouds(text); break;
    }
    if (const auto time = parse_timestamp(text.substr(0, 40)))
        check(!format_timestamp(*time).empty());
    return 0;
}
