#include "src/config/reader.hpp"

#include "src/config/units.hpp"
#include "src/config/value.hpp"

#include <set>
#include <utility>

namespace cpe::config {
namespace {

template <class Target>
constexpr bool is_root = std::is_same_v<Target, Configuration>;

std::string_view kind_of(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null: return "nothing";
        case Node::Kind::scalar: return "a single value";
        case Node::Kind::list: return "a list";
        case Node::Kind::map: return "a map";
    }
    return {};
}

bool takes_text(Kind kind) {
    return kind == Kind::text || kind == Kind::path || kind == Kind::name || kind == Kind::subnet ||
           kind == Kind::choice;
}

/// A key of exactly this level: "log.level" is none of the root's own.
bool belongs(const Key& key, std::string_view prefix, bool root) {
    if (key.path.substr(0, prefix.size()) != prefix) return false;
    const auto rest = key.path.substr(prefix.size());
    return !root || rest.find_first_of("[*") == std::string_view::npos;
}

}  // namespace

Error Reader::error(const Place& at, Errc code, std::string what, std::string hint) const {
    return {code, at.shown + ": " + std::move(what), place(name_, at.at), std::move(hint)};
}

Error Reader::at(const std::string& path, Errc code, std::string what, std::string hint) const {
    const auto found = positions_.find(path);
    const Position position = found == positions_.end() ? Position{} : found->second;
    return error({{}, path, position}, code, std::move(what), std::move(hint));
}

Result<Value> Reader::scalar(const Key& key, const Node& node, const Place& at) const {
    if (node.kind != Node::Kind::scalar)
        return error(
            at, Errc::invalid_input,
            "takes " + type_text(key) + ", but " + std::string{kind_of(node)} + " stands here", {});
    if (node.quoted && !takes_text(key.kind))
        return error(at, Errc::invalid_input,
                     "takes " + type_text(key) + ", but a quoted text stands here",
                     "write it without quotes");
    auto value = parse_value(key, node.text);
    if (!value) return error(at, value.error().code, value.error().what, value.error().hint);
    return value;
}

template <class Element>
Result<> Reader::read_element(const Node& node, const Place& at, Element& element) {
    const Place inside{at.pattern + ".", at.shown + ".", at.at};
    std::set<std::string_view> given;
    for (const Entry& entry : node.entries) given.insert(entry.key);
    for (const Key& key : keys()) {
        if (!belongs(key, inside.pattern, false) || !key.supported) continue;
        const auto word = key.path.substr(inside.pattern.size());
        if (given.count(word) != 0) continue;
        if (key.fallback.empty()) {
            // What stands instead may say more than what is missing: a tcp listener has no unix.
            if (auto read = read_map(node, inside, element); !read) return read;
            return error(at, Errc::invalid_input, "'" + std::string{word} + "' is missing",
                         std::string{key.meaning});
        }
        const auto fallback = read_tree(key.fallback, name_);
        if (!fallback) return fallback.error();
        if (auto done = set(key, *fallback, inside, element); !done) return done;
    }
    return read_map(node, inside, element);
}

template <class Element>
Result<> Reader::collect(const Key& key, const Node& node, const Place& at,
                         std::vector<Element>& elements) {
    if (node.kind != Node::Kind::list)
        return error(at, Errc::invalid_input,
                     "takes a list, but " + std::string{kind_of(node)} + " stands here",
                     "begin each element with '- '");
    elements.clear();
    for (const Node& item : node.items) {
        const Place here{std::string{key.path} + "[]",
                         at.shown + "[" + std::to_string(elements.size()) + "]", item.at};
        if (item.kind != Node::Kind::map)
            return error(here, Errc::invalid_input,
                         "takes a map, but " + std::string{kind_of(item)} + " stands here", {});
        positions_[here.shown] = item.at;
        if (auto read = read_element(item, here, elements.emplace_back()); !read) return read;
    }
    return {};
}

template <class Element>
Result<> Reader::collect(const Key& key, const Node& node, const Place& at,
                         std::map<std::string, Element>& elements) {
    if (node.kind != Node::Kind::map)
        return error(at, Errc::invalid_input,
                     "takes a map of names, but " + std::string{kind_of(node)} + " stands here",
                     {});
    elements.clear();
    for (const Entry& entry : node.entries) {
        const Place here{std::string{key.path} + ".*", at.shown + "." + entry.key, entry.at};
        if (const auto named = check_name(entry.key); !named)
            return error(at, Errc::invalid_input, named.error().what, named.error().hint);
        if (entry.value.kind != Node::Kind::map)
            return error(here, Errc::invalid_input,
                         "takes a map, but " + std::string{kind_of(entry.value)} + " stands here",
                         {});
        positions_[here.shown] = entry.at;
        if (auto read = read_element(entry.value, here, elements[entry.key]); !read) return read;
    }
    return {};
}

template <class Target>
Result<> Reader::set(const Key& key, const Node& node, const Place& at, Target& target) {
    if (!key.supported) return error(at, Errc::unsupported, "is not supported yet", {});
    if constexpr (is_root<Target>) {
        if (const auto* member =
                std::get_if<std::vector<Listener> Configuration::*>(&key.destination))
            return collect(key, node, at, target.**member);
        if (const auto* member =
                std::get_if<std::vector<Tenant> Configuration::*>(&key.destination))
            return collect(key, node, at, target.**member);
        if (const auto* member =
                std::get_if<std::vector<StartupDeployable> Configuration::*>(&key.destination))
            return collect(key, node, at, target.**member);
        if (const auto* member =
                std::get_if<std::map<std::string, Provider> Configuration::*>(&key.destination))
            return collect(key, node, at, target.**member);
    }
    const auto value = scalar(key, node, at);
    if (!value) return value.error();
    std::get<Store<Target>>(key.destination)(target, *value);
    return {};
}

template <class Target>
Result<> Reader::read_entry(const Entry& entry, const Place& above, Target& target) {
    const Place here{above.pattern + entry.key, above.shown + entry.key, entry.at};
    positions_[here.shown] = entry.at;
    if (const Key* key = find_key(here.pattern)) {
        const Place value_place{here.pattern, here.shown,
                                entry.value.at.line > 0 ? entry.value.at : entry.at};
        return set(*key, entry.value, key->supported ? value_place : here, target);
    }
    if (is_section(here.pattern)) {
        // Commenting out all keys of a section leaves its head with nothing behind it.
        if (entry.value.kind == Node::Kind::null) return {};
        return read_map(entry.value, {here.pattern + ".", here.shown + ".", entry.at}, target);
    }
    const auto meant = nearest_key(here.pattern);
    return error(here, Errc::invalid_input, "there is no such key",
                 meant.empty() ? "see cped --print-default-config" : "did you mean " + meant + "?");
}

template <class Target>
Result<> Reader::read_map(const Node& node, const Place& at, Target& target) {
    if (node.kind != Node::Kind::map) {
        const Place shown{{}, at.shown.substr(0, at.shown.size() - 1), at.at};
        return error(shown, Errc::invalid_input,
                     "takes a map, but " + std::string{kind_of(node)} + " stands here", {});
    }
    for (const Entry& entry : node.entries)
        if (auto read = read_entry(entry, at, target); !read) return read;
    return {};
}

Result<> Reader::set_defaults(Configuration& configuration) {
    for (const Key& key : keys()) {
        if (!key.supported || !belongs(key, "", true)) continue;
        const auto fallback = read_tree(key.fallback, "default");
        if (!fallback) return fallback.error();
        const Place here{std::string{key.path}, std::string{key.path}, {}};
        if (auto done = set(key, *fallback, here, configuration); !done) return done;
    }
    positions_.clear();
    return {};
}

Result<> Reader::read(const Node& root, Configuration& configuration) {
    if (root.kind == Node::Kind::null) return {};
    if (root.kind != Node::Kind::map)
        return Error{Errc::invalid_input,
                     "the file is " + std::string{kind_of(root)} + ", not a map of keys",
                     place(name_, root.at), "see cped --print-default-config"};
    return read_map(root, {}, configuration);
}

}  // namespace cpe::config
