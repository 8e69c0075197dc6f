#include "adapters/openstack/yaml.hpp"

#include "adapters/http/wipe.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <exception>
#include <map>
#include <sstream>

namespace cpe::openstack {
namespace {

std::string place(const YAML::Mark& mark) {
    return mark.is_null() ? std::string() : "line " + std::to_string(mark.line + 1);
}

/// Ends the parsing from within a callback; never leaves this file.
struct Stop : std::exception {
    Stop(const YAML::Mark& mark, std::string why)
        : where(place(mark)), what_is_wrong(std::move(why)) {}
    std::string where;
    std::string what_is_wrong;
};

std::size_t values_in(const Yaml& node) {
    std::size_t count = 1;
    for (const auto& item : node.items) count += values_in(item);
    for (const auto& entry : node.entries) count += values_in(entry.second);
    return count;
}

bool means_null(const std::string& text) {
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// From yaml-cpp's events, which share and unfold nothing: an alias is a copy that counts.
class Builder : public YAML::EventHandler {
public:
    Yaml take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        add(mark, Yaml(), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) throw Stop(mark, "an alias stands within what it names");
        count(mark, values_in(known->second));
        add(mark, known->second, 0);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        Yaml node;
        if (tag == "!" || !means_null(value)) {
            node.kind = Yaml::Kind::scalar;
            node.text = value;
        }
        add(mark, std::move(node), anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, Yaml::Kind::list, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, Yaml::Kind::map, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Level {
        Yaml node;
        YAML::Mark mark;
        YAML::anchor_t anchor = 0;
        bool key_is_next = true;
    };

    void count(const YAML::Mark& mark, std::size_t more) {
        values_ += more;
        if (values_ > max_yaml_values)
            throw Stop(mark, "there are more than " + std::to_string(max_yaml_values) + " values");
    }

    void open(const YAML::Mark& mark, Yaml::Kind kind, YAML::anchor_t anchor) {
        if (levels_.size() >= max_yaml_depth)
            throw Stop(mark, "it is nested deeper than " + std::to_string(max_yaml_depth));
        if (takes_key()) throw Stop(mark, "a list or map cannot be a key");
        Level level;
        level.node.kind = kind;
        level.mark = mark;
        level.anchor = anchor;
        levels_.push_back(std::move(level));
    }

    void close() {
        Level level = std::move(levels_.back());
        levels_.pop_back();
        unfold_merge_key(level.node);
        add(level.mark, std::move(level.node), level.anchor);
    }

    /// YAML 1.1's `<<: *defaults`, as OpenStack's own clients read it.
    static void unfold_merge_key(Yaml& map) {
        const Yaml* found = map.find("<<");
        if (found == nullptr || found->kind != Yaml::Kind::map) return;
        const Yaml defaults = *found;
        for (const auto& entry : defaults.entries)
            if (map.find(entry.first) == nullptr) map.entries.push_back(entry);
    }

    [[nodiscard]] bool takes_key() const {
        return !levels_.empty() && levels_.back().node.kind == Yaml::Kind::map &&
               levels_.back().key_is_next;
    }

    void add(const YAML::Mark& mark, Yaml node, YAML::anchor_t anchor) {
        count(mark, 1);
        if (anchor != 0) anchors_[anchor] = node;
        if (levels_.empty()) {
            root_ = std::move(node);
            return;
        }
        Level& parent = levels_.back();
        if (parent.node.kind == Yaml::Kind::list) {
            parent.node.items.push_back(std::move(node));
        } else if (parent.key_is_next) {
            if (node.kind != Yaml::Kind::scalar) throw Stop(mark, "a key is no plain word");
            if (parent.node.find(node.text) != nullptr)
                throw Stop(mark, "a key stands there twice");
            parent.node.entries.emplace_back(node.text, Yaml());
            parent.key_is_next = false;
        } else {
            parent.node.entries.back().second = std::move(node);
            parent.key_is_next = true;
        }
    }

    Yaml root_;
    std::vector<Level> levels_;
    std::map<YAML::anchor_t, Yaml> anchors_;
    std::size_t values_ = 0;
};

Error invalid(std::string what, std::string where) {
    return {Errc::invalid_input, std::move(what), std::move(where), {}};
}

}  // namespace

Yaml::~Yaml() {
    http::wipe(text);
}

const Yaml* Yaml::find(std::string_view key) const {
    for (const auto& entry : entries)
        if (entry.first == key) return &entry.second;
    return nullptr;
}

Yaml* Yaml::find(std::string_view key) {
    return const_cast<Yaml*>(std::as_const(*this).find(key));
}

Result<Yaml> parse_yaml(std::string_view text) {
    if (text.size() > max_clouds_file)
        return invalid("is over " + std::to_string(max_clouds_file) + " bytes", "");
    try {
        std::istringstream in{std::string(text)};
        YAML::Parser parser(in);
        Builder builder;
        parser.HandleNextDocument(builder);
        return builder.take();
    } catch (const Stop& stop) {
        return invalid(stop.what_is_wrong, stop.where);
    } catch (const YAML::Exception& wrong) {
        return invalid("is no YAML: " + wrong.msg, place(wrong.mark));
    }
}

void merge(Yaml& into, Yaml over) {
    if (into.kind != Yaml::Kind::map || over.kind != Yaml::Kind::map) {
        into = std::move(over);
        return;
    }
    for (auto& entry : over.entries) {
        if (auto* known = into.find(entry.first))
            merge(*known, std::move(entry.second));
        else
            into.entries.push_back(std::move(entry));
    }
}

}  // namespace cpe::openstack
