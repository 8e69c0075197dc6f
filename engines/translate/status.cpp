#include "engines/translate/status.hpp"

#include "engines/translate/feature_set.hpp"
#include "engines/translate/markup.hpp"

#include <algorithm>

namespace cpe::translate {
namespace {

/// What the cluster layer would say of a node. Booting is down: `pending` would block everything
/// that depends on the node, and lost keeps expected="member", which is what asks for a fence.
std::string_view membership(Membership membership) {
    switch (membership) {
        case Membership::down:
        case Membership::booting:
            return R"( in_ccm="false" crmd="offline" join="down" expected="down")";
        case Membership::online:
            return R"( in_ccm="true" crmd="online" join="member" expected="member")";
        case Membership::lost: break;
    }
    return R"( in_ccm="false" crmd="offline" join="member" expected="member")";
}

class Writer {
public:
    Writer(std::string_view uuid, const RuntimeValues& values, std::size_t expected)
        : uuid_(uuid), values_(values), out_(expected) {}

    void node(const NodeStatus& node, std::size_t number) {
        out_.raw("<node_state")
            .attribute("id", node.uuid)
            .attribute("uname", node.name)
            .raw(membership(node.membership))
            .raw(">");
        attributes(node, static_cast<std::int64_t>(number));
        out_.raw("<lrm").attribute("id", node.uuid).raw("><lrm_resources>");
        const bool monitors = !contains(values_.maintained, node.name);
        for (const auto& resource : node.history) history(resource, monitors);
        out_.raw("</lrm_resources></lrm></node_state>");
    }

    Markup& out() { return out_; }

private:
    /// Ids by position: a uuid need not be an XML name.
    void attributes(const NodeStatus& node, std::int64_t number) {
        if (node.attributes.empty()) return;
        out_.raw("<transient_attributes").attribute("id", node.uuid).raw("><instance_attributes");
        out_.raw(" id=\"status-").number(number).raw("\">");
        std::int64_t position = 0;
        for (const auto& [name, value] : node.attributes) {
            out_.raw("<nvpair id=\"status-").number(number).raw("-").number(++position).raw("\"");
            out_.attribute("name", name).attribute("value", value).raw("/>");
        }
        out_.raw("</instance_attributes></transient_attributes>");
    }

    static bool contains(const std::vector<std::string_view>& names, std::string_view name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    void history(const ResourceHistory& resource, bool monitors) {
        out_.raw("<lrm_resource")
            .attribute("id", resource.resource)
            .attribute("class", resource.agent_class);
        if (!resource.provider.empty()) out_.attribute("provider", resource.provider);
        out_.attribute("type", resource.type).raw(">");
        for (const auto& entry : resource.entries)
            if (monitors || entry.interval.count() == 0) operation(resource.resource, entry);
        out_.raw("</lrm_resource>");
    }

    void operation(std::string_view resource, const HistoryEntry& entry) {
        const std::int64_t interval = entry.interval.count();
        out_.raw("<lrm_rsc_op id=\"").escaped(resource);
        if (entry.failure)
            out_.raw("_last_failure_0");
        else if (interval != 0)
            out_.raw("_").escaped(entry.operation).raw("_").number(interval);
        else
            out_.raw("_last_0");
        out_.raw("\" operation_key=\"").escaped(resource).raw("_").escaped(entry.operation);
        out_.raw("_").number(interval).raw("\"");
        out_.attribute("operation", entry.operation).attribute("crm_feature_set", feature_set);
        out_.raw(" transition-key=\"");
        transition_key(entry);
        out_.raw("\" transition-magic=\"").number(entry.op_status).raw(":").number(entry.rc);
        out_.raw(";");
        transition_key(entry);
        out_.raw("\"").attribute("call-id", std::int64_t{entry.call_id});
        out_.attribute("rc-code", std::int64_t{entry.rc});
        out_.attribute("op-status", std::int64_t{entry.op_status}).attribute("interval", interval);
        out_.attribute("last-rc-change", entry.changed.ms / 1000);
        if (!entry.digest.empty()) out_.attribute("op-digest", entry.digest);
        if (!entry.restart_digest.empty())
            out_.attribute("op-force-restart", entry.force_restart)
                .attribute("op-restart-digest", entry.restart_digest);
        out_.raw("/>");
    }

    void transition_key(const HistoryEntry& entry) {
        out_.number(entry.action).raw(":").number(entry.transition).raw(":");
        out_.number(entry.target_rc).raw(":").escaped(uuid_);
    }

    std::string_view uuid_;
    const RuntimeValues& values_;
    Markup out_;
};

/// A guess that spares growing: an operation takes about 400 bytes.
std::size_t expected_size(std::span<const NodeStatus> nodes) {
    std::size_t size = 64;
    for (const auto& node : nodes) {
        size += 256 + node.attributes.size() * 128;
        for (const auto& resource : node.history) size += 128 + resource.entries.size() * 480;
    }
    return size;
}

}  // namespace

std::string status_section(std::span<const NodeStatus> nodes, const RuntimeValues& values,
                           std::string_view transition_uuid) {
    Writer writer(transition_uuid, values, expected_size(nodes));
    writer.out().raw("<status>");
    std::size_t number = 0;
    for (const auto& node : nodes) writer.node(node, ++number);
    writer.out().raw("</status>");
    return std::move(writer.out()).take();
}

}  // namespace cpe::translate
