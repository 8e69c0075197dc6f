#include "adapters/openstack/json.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/storage_ptr.hpp>

#include <utility>

namespace cpe::openstack {

namespace json = boost::json;

Answer<json::value> parse_json(std::string_view text) {
    json::parse_options options;
    options.max_depth = max_json_depth;
    boost::system::error_code error;
    auto value = json::parse(text, error, json::storage_ptr(), options);
    if (!error) return value;
    Fault fault;
    fault.message = "the answer is no JSON that can be read: " + error.message();
    return fault;
}

void Reading::fail(std::string message) {
    if (fault) return;
    fault.emplace();
    fault->message = "the answer makes no sense: " + std::move(message);
}

Reader::Reader(const json::value* value, std::string where, Reading& reading)
    : where_(std::move(where)), reading_(&reading) {
    if (value == nullptr) return;
    object_ = value->if_object();
    if (object_ == nullptr) reading_->fail(where_ + " is no object");
}

std::string Reader::name_of(std::string_view key) const {
    return where_.empty() ? std::string(key) : where_ + "." + std::string(key);
}

void Reader::fail(std::string_view key, std::string_view what) {
    reading_->fail(name_of(key) + " " + std::string(what));
}

const json::value* Reader::find(std::string_view key) const {
    if (object_ == nullptr) return nullptr;
    const auto* value = object_->if_contains(json::string_view(key.data(), key.size()));
    return value == nullptr || value->is_null() ? nullptr : value;
}

const json::value* Reader::need(std::string_view key) {
    const auto* value = find(key);
    if (value == nullptr) fail(key, "is missing");
    return value;
}

bool Reader::has(std::string_view key) const {
    return find(key) != nullptr;
}

std::string Reader::text(std::string_view key) {
    if (need(key) == nullptr) return {};
    return optional_text(key).value_or("");
}

std::optional<std::string> Reader::optional_text(std::string_view key) {
    const auto* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    fail(key, "is no text");
    return std::nullopt;
}

std::int64_t Reader::number(std::string_view key) {
    return need(key) == nullptr ? 0 : optional_number(key, 0);
}

std::int64_t Reader::optional_number(std::string_view key, std::int64_t otherwise) {
    const auto* value = find(key);
    if (value == nullptr) return otherwise;
    boost::system::error_code error;
    const auto number = value->to_number<std::int64_t>(error);
    if (!error) return number;
    fail(key, "is no whole number");
    return otherwise;
}

bool Reader::optional_flag(std::string_view key) {
    const auto* value = find(key);
    if (value == nullptr) return false;
    if (const auto* flag = value->if_bool()) return *flag;
    fail(key, "is neither true nor false");
    return false;
}

Reader Reader::object(std::string_view key) {
    return {need(key), name_of(key), *reading_};
}

std::vector<Reader> Reader::objects(std::string_view key) {
    std::vector<Reader> result;
    const auto* value = need(key);
    if (value == nullptr) return result;
    const auto* list = value->if_array();
    if (list == nullptr) {
        fail(key, "is no list");
        return result;
    }
    result.reserve(list->size());
    for (const auto& item : *list)
        result.emplace_back(&item, name_of(key) + "[" + std::to_string(result.size()) + "]",
                            *reading_);
    return result;
}

std::vector<std::string> Reader::texts(std::string_view key) {
    std::vector<std::string> result;
    const auto* value = find(key);
    if (value == nullptr) return result;
    const auto* list = value->if_array();
    if (list == nullptr) {
        fail(key, "is no list");
        return result;
    }
    for (const auto& item : *list) {
        const auto* text = item.if_string();
        if (text == nullptr) {
            fail(key, "has something that is no text");
            return result;
        }
        result.emplace_back(text->data(), text->size());
    }
    return result;
}

std::vector<std::string> Reader::keys() const {
    std::vector<std::string> result;
    if (object_ == nullptr) return result;
    for (const auto& entry : *object_) result.emplace_back(entry.key().data(), entry.key().size());
    return result;
}

}  // namespace cpe::openstack
