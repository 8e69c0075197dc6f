#include "adapters/openstack/outcome.hpp"

#include "adapters/openstack/json.hpp"
#include "adapters/openstack/timestamp.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace cpe::openstack {
namespace {

namespace json = boost::json;

constexpr std::size_t max_words = 500;
constexpr std::int64_t longest_retry_after_s = 86'400;

/// One line, not longer than anybody reads.
std::string tidy(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
        if (line.size() >= max_words) break;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

/// A page's text, its marks left out.
std::string without_marks(std::string_view page) {
    std::string text;
    bool inside = false;
    for (const char c : page) {
        if (c == '<') inside = true;
        if (!inside) text += c;
        if (c == '>') {
            inside = false;
            text += ' ';
        }
        if (text.size() > max_words) break;
    }
    return tidy(text);
}

struct Words {
    std::string message;
    bool openstack = false;  ///< it has the form of OpenStack's errors
    std::optional<Millis> retry_after;
};

std::optional<Millis> seconds_in(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return Millis(std::min(seconds, longest_retry_after_s) * 1000);
}

/// The first object with a message; Neutron's has no code.
std::optional<Words> words_of(const json::value& body) {
    const auto* top = body.if_object();
    if (top == nullptr) return std::nullopt;
    for (const auto& entry : *top) {
        const auto* object = entry.value().if_object();
        const auto* message = object == nullptr ? nullptr : object->if_contains("message");
        if (message == nullptr || !message->is_string()) continue;
        Words words;
        words.message = tidy(std::string_view(message->get_string()));
        words.openstack = true;
        const auto* after = object->if_contains("retryAfter");
        if (after != nullptr && after->is_string())
            words.retry_after = seconds_in(std::string_view(after->get_string()));
        return words;
    }
    return std::nullopt;
}

Words words_of(const http::Response& response) {
    if (const auto body = parse_json(response.body))
        if (auto words = words_of(*body)) return *words;
    Words words;
    words.message = without_marks(response.body);
    if (words.message.empty()) words.message = "no reason is given";
    return words;
}

std::optional<Millis> retry_after(const http::Response& response) {
    const auto text = response.header("retry-after");
    if (text.empty()) return std::nullopt;
    if (const auto seconds = seconds_in(text)) return seconds;
    const auto when = parse_http_date(text);
    const auto told = parse_http_date(response.header("date"));
    if (!when || !told) return std::nullopt;
    return Millis(std::clamp<std::int64_t>(when->ms - told->ms, 0, longest_retry_after_s * 1000));
}

bool speaks_of_quota(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text.find("quota") != std::string::npos;
}

FaultKind kind_of(int status, const Words& words) {
    if (status == 401) return FaultKind::credential;
    if (status == 429 || status == 413)
        return status == 413 && !words.retry_after && speaks_of_quota(words.message)
                   ? FaultKind::quota
                   : FaultKind::rate_limited;
    if (status >= 500 || status == 408) return FaultKind::server_fault;
    if (status < 400 || !words.openstack) return FaultKind::protocol;
    if ((status == 403 || status == 409) && speaks_of_quota(words.message)) return FaultKind::quota;
    if (status == 403) return FaultKind::forbidden;
    if (status == 404) return FaultKind::not_found;
    if (status == 409) return FaultKind::conflict;
    return FaultKind::bad_request;
}

}  // namespace

std::optional<Failed> failed(const http::Response& response) {
    const int status = response.status;
    if (status >= 200 && status < 300) return std::nullopt;
    Words words = words_of(response);
    if (const auto after = retry_after(response)) words.retry_after = after;
    Failed result;
    result.fault.kind = kind_of(status, words);
    result.fault.status = status;
    result.fault.retry_after = words.retry_after;
    result.fault.message = std::move(words.message);
    if (result.fault.kind == FaultKind::protocol)
        result.fault.message = (status < 400 ? "an answer that is not expected here: "
                                             : "this is no answer of OpenStack's: ") +
                               result.fault.message;
    const bool refused = status == 503 || result.fault.kind == FaultKind::rate_limited;
    result.carried_out = status >= 500 && !refused;
    result.passing = refused || result.fault.kind == FaultKind::server_fault;
    return result;
}

Failed failed(const http::Failure& failure) {
    Failed result;
    result.carried_out = failure.sent;
    result.fault.message = failure.message;
    switch (failure.kind) {
        case http::FailureKind::unreachable:
            result.fault.kind = FaultKind::unreachable;
            result.passing = true;
            break;
        case http::FailureKind::tls: result.fault.kind = FaultKind::unreachable; break;
        case http::FailureKind::timeout: result.fault.kind = FaultKind::timeout; break;
        case http::FailureKind::cancelled: result.fault.kind = FaultKind::cancelled; break;
        case http::FailureKind::too_large:
        case http::FailureKind::broken: result.fault.kind = FaultKind::protocol; break;
    }
    return result;
}

}  // namespace cpe::openstack
