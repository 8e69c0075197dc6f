#include "engines/translate/pattern.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace cpe::translate {
namespace {

Error internal(std::string what) {
    return {Errc::internal, std::move(what), "the configuration", ""};
}

/// Words between single spaces.
std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> list;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find(' ', begin), text.size());
        if (end > begin) list.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return list;
}

}  // namespace

/// One document being made.
class Pattern::Filling {
public:
    Filling(const RuntimeValues& values, std::string_view status, std::size_t expected)
        : values_(values), status_(status), out_(expected) {
        for (const auto& value : values.references) references_[value.resource].push_back(&value);
        for (const auto resource : values.held) held_.emplace(resource, false);
        for (const auto assembly : values.maintained) maintained_.emplace(assembly, false);
        failed_.insert(values.failed.begin(), values.failed.end());
    }

    void place(const Place& place) {
        out_.raw(place.before);
        switch (place.kind) {
            case Kind::status: out_.raw(status_); break;
            case Kind::reference: reference(place); break;
            case Kind::target_role: target_role(place); break;
            case Kind::threshold:
                pair(place.id, "migration-threshold",
                     failed_.contains(place.resource) ? std::string_view(place.argument) : "0");
                break;
            case Kind::maintained: maintained(place); break;
            case Kind::unmanaged:
                if (values_.looks) unmanaged();
                break;
            case Kind::stop_all:
                if (values_.stop_all)
                    pair("option-stop-all-resources", "stop-all-resources", "true");
                break;
        }
    }

    Result<std::string> finish(std::string_view rest) && {
        for (const auto& [resource, used] : held_)
            if (!used) return internal("no resource " + std::string(resource) + " to hold");
        for (const auto& [assembly, used] : maintained_)
            if (!used) return internal("no assembly " + std::string(assembly) + " to maintain");
        if (resolved_ != values_.references.size())
            return internal("a value for a parameter that is no reference, or given twice");
        out_.raw(rest);
        return std::move(out_).take();
    }

private:
    void pair(std::string_view id, std::string_view name, std::string_view value) {
        out_.raw("<nvpair")
            .attribute("id", id)
            .attribute("name", name)
            .attribute("value", value)
            .raw("/>");
    }

    void unmanaged() {
        out_.raw("<rsc_defaults><meta_attributes id=\"cpe-defaults\">");
        pair("default-is-managed", "is-managed", "false");
        out_.raw("</meta_attributes></rsc_defaults>");
    }

    void reference(const Place& place) {
        if (const auto found = references_.find(place.resource); found != references_.end())
            for (const auto* value : found->second)
                if (value->parameter == place.argument) {
                    ++resolved_;
                    return pair(place.id, place.argument, value->value);
                }
        unresolved_ = place.resource;
    }

    /// Stands behind the references of the same resource.
    void target_role(const Place& place) {
        bool hold = unresolved_ == place.resource || place.argument == "always";
        if (const auto found = held_.find(place.resource); found != held_.end())
            hold = found->second = true;
        if (hold) pair(place.id, "target-role", "Stopped");
    }

    void maintained(const Place& place) {
        const auto found = maintained_.find(place.resource);
        if (found == maintained_.end()) return;
        found->second = true;
        out_.raw("<instance_attributes").attribute("id", "nodes-" + place.id).raw(">");
        pair(place.id, "maintenance", "true");
        out_.raw("</instance_attributes>");
    }

    const RuntimeValues& values_;
    std::string_view status_;
    Markup out_;
    std::unordered_map<std::string_view, std::vector<const RuntimeValues::Resolved*>> references_;
    std::unordered_map<std::string_view, bool> held_;  ///< whether its place was met
    std::unordered_map<std::string_view, bool> maintained_;
    std::unordered_set<std::string_view> failed_;
    std::size_t resolved_ = 0;
    std::string_view unresolved_;  ///< the last resource with a reference that has no value
};

Result<Pattern::Place> Pattern::parse(std::string_view instruction) {
    const auto word = words(instruction);
    const auto is = [&](std::string_view name, std::size_t count) {
        return word.size() == count && word[0] == name;
    };
    if (is("maintained", 3)) return Place{Kind::maintained, {}, word[1], word[2], {}};
    if (is("threshold", 4)) return Place{Kind::threshold, {}, word[1], word[2], word[3]};
    if (is("stop-all", 1)) return Place{Kind::stop_all, {}, {}, {}, {}};
    if (is("unmanaged", 1)) return Place{Kind::unmanaged, {}, {}, {}, {}};
    if (is("status", 1)) return Place{Kind::status, {}, {}, {}, {}};
    if (is("target-role", 4)) return Place{Kind::target_role, {}, word[1], word[2], word[3]};
    if (is("target-role", 3)) return Place{Kind::target_role, {}, word[1], word[2], {}};
    if (is("reference", 4)) return Place{Kind::reference, {}, word[1], word[2], word[3]};
    return internal("unknown place '" + std::string(instruction) + "'");
}

Result<Pattern> Pattern::cut(std::string_view configuration) {
    constexpr std::string_view begin = "<?cpe ", end = "?>";
    Pattern pattern;
    pattern.size_ = configuration.size();
    std::string_view text = configuration;
    for (auto at = text.find(begin); at != text.npos; at = text.find(begin)) {
        const auto close = text.find(end, at);
        if (close == text.npos) return internal("a place without end");
        const auto inside = at + begin.size();
        auto place = parse(text.substr(inside, close - inside));
        if (!place) return place.error();
        place->before = text.substr(0, at);
        pattern.places_.push_back(std::move(*place));
        text.remove_prefix(close + end.size());
    }
    pattern.rest_ = text;
    const auto statuses = std::count_if(pattern.places_.begin(), pattern.places_.end(),
                                        [](const Place& p) { return p.kind == Kind::status; });
    if (statuses != 1) return internal("it has not exactly one place for the status");
    return pattern;
}

Result<std::string> Pattern::fill(const RuntimeValues& values, std::string_view status) const {
    Filling filling(values, status, size_ + status.size() + 256);
    for (const auto& place : places_) filling.place(place);
    return std::move(filling).finish(rest_);
}

}  // namespace cpe::translate
