#include "src/config/tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

namespace cpe::config {
namespace {

Position position(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {mark.line + 1, mark.column + 1};
}

/// Ends the parsing from within a callback; never leaves this file.
struct Stop : std::exception {
    Stop(Position position, std::string why, std::string what_to_do)
        : at(position), what_is_wrong(std::move(why)), hint(std::move(what_to_do)) {}
    Position at;
    std::string what_is_wrong;
    std::string hint;
};

bool means_null(const std::string& text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Builds the tree from yaml-cpp's events: no node graph of its own, so nothing is shared and
/// nothing unfolds.
class Builder : public YAML::EventHandler {
public:
    Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        Node node;
        node.at = position(mark);
        add(std::move(node));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Stop(position(mark), "aliases (*name) are not taken here", "write the value out");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        Node node;
        node.at = position(mark);
        node.quoted = tag == "!";
        if (node.quoted || !means_null(value)) {
            node.kind = Node::Kind::scalar;
            node.text = value;
        }
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, Node::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, Node::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        Node node;
        bool key_is_next = true;
    };

    void open(const YAML::Mark& mark, Node::Kind kind) {
        const Position at = position(mark);
        if (stack_.size() >= static_cast<std::size_t>(max_depth))
            throw Stop(at, "nested deeper than " + std::to_string(max_depth) + " levels", "");
        if (!stack_.empty() && stack_.back().node.kind == Node::Kind::map &&
            stack_.back().key_is_next)
            throw Stop(at, "a list or map cannot be a key", "keys are plain words");
        Open level;
        level.node.kind = kind;
        level.node.at = at;
        stack_.push_back(std::move(level));
    }

    void close() {
        Node node = std::move(stack_.back().node);
        stack_.pop_back();
        add(std::move(node));
    }

    void add(Node node) {
        if (++nodes_ > max_nodes)
            throw Stop(node.at, "more than " + std::to_string(max_nodes) + " values", "");
        if (stack_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = stack_.back();
        if (parent.node.kind == Node::Kind::list) {
            parent.node.items.push_back(std::move(node));
            return;
        }
        if (parent.key_is_next) {
            add_key(parent.node, node);
        } else {
            parent.node.entries.back().value = std::move(node);
        }
        parent.key_is_next = !parent.key_is_next;
    }

    static void add_key(Node& map, const Node& key) {
        const auto same = std::find_if(map.entries.begin(), map.entries.end(),
                                       [&](const Entry& entry) { return entry.key == key.text; });
        if (same != map.entries.end())
            throw Stop(key.at, "key '" + key.text + "' stands here twice",
                       "first in line " + std::to_string(same->at.line));
        map.entries.push_back({key.text, key.at, {}});
    }

    Node root_;
    std::vector<Open> stack_;
    std::size_t nodes_ = 0;
};

Node build(std::string_view text) {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser(stream);
    Builder builder;
    parser.HandleNextDocument(builder);
    Node root = builder.take();
    Builder second;
    if (parser.HandleNextDocument(second))
        throw Stop(second.take().at, "a second document begins here", "one file, one document");
    return root;
}

}  // namespace

std::string place(std::string_view name, Position at) {
    std::string text{name};
    if (at.line > 0) text += ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    return text;
}

Result<Node> read_tree(std::string_view text, std::string_view name) {
    if (text.size() > max_file)
        return Error{Errc::too_large, "larger than " + std::to_string(max_file) + " bytes",
                     std::string{name}, "a configuration is a few lines"};
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
        return Error{Errc::invalid_input, "byte " + std::to_string(nul) + " is zero",
                     std::string{name}, "YAML is text"};
    try {
        return build(text);
    } catch (const Stop& stop) {
        return Error{Errc::invalid_input, stop.what_is_wrong, place(name, stop.at), stop.hint};
    } catch (const YAML::Exception& error) {
        return Error{Errc::invalid_input, "not YAML: " + error.msg,
                     place(name, position(error.mark)), ""};
    } catch (const std::exception& error) {
        return Error{Errc::invalid_input, std::string{"not YAML: "} + error.what(),
                     std::string{name}, ""};
    }
}

}  // namespace cpe::config
