#include "adapters/http/transfer.hpp"

#include "adapters/http/wipe.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <new>
#include <stdexcept>
#include <utility>

namespace cpe::http {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::string one_line(std::string_view text) {
    std::string result(trimmed(text));
    for (auto& c : result)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return result;
}

/// What libcurl makes itself other programs that we start would inherit.
curl_socket_t open_socket(void* /*nothing*/, curlsocktype /*purpose*/, curl_sockaddr* address) {
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

FailureKind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_USE_SSL_FAILED: return FailureKind::tls;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_CONNECT:
        case CURLE_OPERATION_TIMEDOUT:  // connect_limit: the deadline is our own timer
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_PROXY: return FailureKind::unreachable;
        default: return FailureKind::broken;
    }
}

}  // namespace

Transfer::Transfer(const boost::asio::any_io_executor& executor, Request request,
                   const ClientOptions& options)
    : request_(std::move(request)), easy_(curl_easy_init()), timer_(executor, request_.deadline) {
    if (!easy_) throw std::bad_alloc();
    set_up(options);
}

Transfer::~Transfer() {
    for (auto& header : request_.headers) wipe(header.value);
    wipe(request_.body);
}

Transfer& Transfer::of(CURL* easy) {
    char* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    return *reinterpret_cast<Transfer*>(self);
}

void Transfer::set_up(const ClientOptions& options) {
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words_.data());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    set_up_connection(options);
    set_up_request();
}

void Transfer::set_up_connection(const ClientOptions& options) {
    CURL* easy = easy_.get();
    // A redirect would take the token to wherever it points.
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.connect_limit.count()));
    // Names are resolved by a thread of libcurl's; giving up must not wait for it.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request_.once ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options.verify ? 2L : 0L);
    if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

void Transfer::set_up_request() {
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
    if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
    }
    if (request_.method != "GET" && request_.method != "POST")
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    append(lines_, "Expect:");  // no round trip before a body
    append(lines_, "User-Agent: cped/" CPE_VERSION);
    for (const auto& header : request_.headers) {
        std::string line = header.name + ": " + header.value;
        append(lines_, line.c_str());
        wipe(line);
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines_.get());
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(data, size * count);
    return static_cast<Transfer*>(self)->add_header(line) ? line.size() : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    const std::string_view part(data, size * count);
    return static_cast<Transfer*>(self)->add_body(part) ? part.size() : 0;
}

bool Transfer::add_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > max_headers) {
        too_large_ = true;
        return false;
    }
    if (line.starts_with("HTTP/")) {  // an interim answer (1xx) may come before
        response_.headers.clear();
        return true;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    Header header;
    header.name = lower(trimmed(line.substr(0, colon)));
    header.value = trimmed(line.substr(colon + 1));
    response_.headers.push_back(std::move(header));
    return true;
}

bool Transfer::add_body(std::string_view part) {
    if (part.size() > request_.body_limit - response_.body.size()) {
        too_large_ = true;
        return false;
    }
    response_.body.append(part);
    return true;
}

bool Transfer::was_sent() const {
    curl_off_t ready = 0;
    long bytes = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &ready);
    curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &bytes);
    return ready > 0 || bytes > 0;
}

Failure Transfer::failure(CURLcode code) const {
    Failure failed;
    failed.sent = was_sent();
    failed.kind = kind_of(code);
    failed.message = one_line(words_[0] != '\0' ? words_.data() : curl_easy_strerror(code));
    if (too_large_) {
        failed.kind = FailureKind::too_large;
        failed.message = header_bytes_ > max_headers
                             ? "the answer's headers are over " + std::to_string(max_headers)
                             : "the answer is over " + std::to_string(request_.body_limit);
        failed.message += " bytes";
    }
    return failed;
}

void Transfer::finish(CURLcode code) {
    if (code != CURLE_OK) return end(failure(code));
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    end(std::move(response_));
}

void Transfer::finish(FailureKind kind, std::string message) {
    Failure failed;
    failed.kind = kind;
    failed.message = std::move(message);
    failed.sent = was_sent();
    end(std::move(failed));
}

void Transfer::end(Reply<Response> reply) {
    if (reply_) return;
    reply_.emplace(std::move(reply));
    timer_.cancel();
}

Reply<Response> Transfer::take() {
    return std::move(*reply_);
}

}  // namespace cpe::http
