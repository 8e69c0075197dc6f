#include "engines/translate/simulated_status.hpp"

#include "engines/deployable/scan.hpp"
#include "engines/deployable/xml.hpp"
#include "engines/translate/markup.hpp"
#include "engines/translate/simulated_history.hpp"
#include "engines/translate/tree.hpp"

#include <algorithm>
#include <utility>

namespace cpe::translate {
namespace {

/// A history of 5000 resources takes about 100,000; 16 MiB of text hold no more than this.
constexpr deployable::ScanLimits cib_limits{4'000'000, 1'000, 64};

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "fail-count-web", "last-failure-web:3#monitor_10000", ...
bool counts_failures_of(std::string_view name, std::string_view resource) {
    constexpr std::string_view count = "fail-count-", last = "last-failure-";
    if (name.starts_with(count))
        name.remove_prefix(count.size());
    else if (name.starts_with(last))
        name.remove_prefix(last.size());
    else
        return false;
    if (!name.starts_with(resource)) return false;
    name.remove_prefix(resource.size());
    const auto instance = name.substr(0, name.find('#'));
    return instance.empty() || (instance.front() == ':' && is_number(instance.substr(1)));
}

class Node {
public:
    explicit Node(xmlNode& state) : state_(state) {}

    void mark_down() {
        tree::set(state_, "in_ccm", "false");
        tree::set(state_, "crmd", "offline");
        tree::set(state_, "join", "down");
        tree::set(state_, "expected", "down");
    }
    void forget_attributes() { tree::remove(tree::child(state_, "transient_attributes")); }
    void forget_history() { tree::remove(tree::child(state_, "lrm")); }

    /// The cluster layer keeps no membership of remote nodes: that one was fenced is written down.
    void mark_fenced(WallTime now) {
        mark_down();
        forget_history();
        forget_attributes();
        if (tree::attribute(state_, "remote_node") == "true")
            tree::set(state_, "node_fenced", now.ms / 1000);
    }

    /// The history that the resource has there, by either name of a clone's instance; null when it
    /// has none.
    [[nodiscard]] xmlNode* history(const GraphAction& action) const {
        const xmlNode* lrm = tree::child(state_, "lrm");
        const xmlNode* resources = lrm ? tree::child(*lrm, "lrm_resources") : nullptr;
        if (!resources) return nullptr;
        if (auto* own = tree::child(*resources, "lrm_resource", "id", action.resource)) return own;
        if (action.long_id.empty()) return nullptr;
        return tree::child(*resources, "lrm_resource", "id", action.long_id);
    }

    xmlNode& need_history(const GraphAction& action) {
        if (auto* known = history(action)) return *known;
        xmlNode& lrm = tree::need_child(state_, "lrm");
        if (tree::attribute(lrm, "id").empty()) tree::set(lrm, "id", tree::attribute(state_, "id"));
        xmlNode& resource = tree::add_child(tree::need_child(lrm, "lrm_resources"), "lrm_resource");
        tree::set(resource, "id", action.resource);
        tree::set(resource, "class", action.agent_class);
        if (!action.agent_provider.empty()) tree::set(resource, "provider", action.agent_provider);
        tree::set(resource, "type", action.agent_type);
        return resource;
    }

    void set_attribute(const std::string& name, const std::string& value) {
        xmlNode& attributes = tree::need_child(state_, "transient_attributes");
        const auto id = tree::attribute(state_, "id");
        if (tree::attribute(attributes, "id").empty()) tree::set(attributes, "id", id);
        xmlNode& set = tree::need_child(attributes, "instance_attributes");
        if (tree::attribute(set, "id").empty()) tree::set(set, "id", "status-" + id);
        xmlNode* pair = tree::child(set, "nvpair", "name", name);
        if (!pair) pair = &tree::add_child(set, "nvpair");
        tree::set(*pair, "id", "status-" + id + "-" + name_part(name));
        tree::set(*pair, "name", name);
        tree::set(*pair, "value", value);
    }

    void forget_failures(const std::string& resource) {
        xmlNode* attributes = tree::child(state_, "transient_attributes");
        xmlNode* set = attributes ? tree::child(*attributes, "instance_attributes") : nullptr;
        if (!set) return;
        tree::remove_children_if(*set, [&](const xmlNode& pair) {
            return counts_failures_of(tree::attribute(pair, "name"), resource);
        });
    }

private:
    xmlNode& state_;
};

}  // namespace

struct SimulatedStatus::Impl {
    deployable::xml::DocumentHandle document;
    xmlNode* status;

    Node node(const GraphAction& action);
    void operation(const GraphAction& action, WallTime now);
    void fence(const GraphAction& action, WallTime now);
    void clear_failures(const GraphAction& action);
    void chore(const GraphAction& action);
};

Node SimulatedStatus::Impl::node(const GraphAction& action) {
    if (auto* known = tree::child(*status, "node_state", "uname", action.node)) return Node(*known);
    xmlNode& state = tree::add_child(*status, "node_state");
    tree::set(state, "id", action.node_uuid);
    tree::set(state, "uname", action.node);
    return Node(state);
}

void SimulatedStatus::Impl::operation(const GraphAction& action, WallTime now) {
    if (leaves_history(action))
        return write_history(node(action).need_history(action), action, now);
    xmlNode* history = node(action).history(action);
    if (!history) return;
    if (action.operation == "cancel") cancel_history(*history, action);
    if (action.operation == "delete") tree::remove(history);
}

void SimulatedStatus::Impl::fence(const GraphAction& action, WallTime now) {
    auto target = node(action);
    if (meta(action, "stonith_action") != "on") return target.mark_fenced(now);
    target.set_attribute("#node-unfenced", std::to_string(now.ms / 1000));
    target.set_attribute("#digests-all", meta(action, "digests_all"));
    target.set_attribute("#digests-secure", meta(action, "digests_secure"));
}

void SimulatedStatus::Impl::clear_failures(const GraphAction& action) {
    node(action).forget_failures(action.resource);
    xmlNode* history = node(action).history(action);
    if (!history) return;
    tree::remove(tree::child(*history, "lrm_rsc_op", "id", action.resource + "_last_failure_0"));
}

void SimulatedStatus::Impl::chore(const GraphAction& action) {
    if (action.operation == "clear_failcount") return clear_failures(action);
    if (action.operation == "lrm_delete") return tree::remove(node(action).history(action));
    if (action.operation != "do_shutdown") return;
    auto target = node(action);
    target.mark_down();
    target.forget_attributes();
}

SimulatedStatus::SimulatedStatus(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimulatedStatus::SimulatedStatus(SimulatedStatus&&) noexcept = default;
SimulatedStatus& SimulatedStatus::operator=(SimulatedStatus&&) noexcept = default;
SimulatedStatus::~SimulatedStatus() = default;

Result<SimulatedStatus> SimulatedStatus::read(std::string_view cib) {
    if (const auto scanned = deployable::scan(cib, cib_limits); !scanned) return scanned.error();
    auto document = deployable::xml::Document::read_trusted(cib);
    if (!document) return document.error();
    xmlNode* status = tree::child(*xmlDocGetRootElement(document->get()), "status");
    if (!status) return Error{Errc::invalid_input, "it has no status", "CIB", ""};
    return SimulatedStatus(
        std::make_unique<Impl>(Impl{deployable::xml::DocumentHandle(document->release()), status}));
}

void SimulatedStatus::succeeded(const GraphAction& action, WallTime now) {
    switch (action.kind) {
        case GraphAction::Kind::rsc: return impl_->operation(action, now);
        case GraphAction::Kind::fence: return impl_->fence(action, now);
        case GraphAction::Kind::crm: return impl_->chore(action);
        case GraphAction::Kind::pseudo: break;
    }
    // Of a guest node, which goes with its host.
    if (action.operation == "stonith" && !action.node.empty()) impl_->fence(action, now);
}

std::string SimulatedStatus::text() const {
    xmlChar* text = nullptr;
    int size = 0;
    xmlDocDumpMemoryEnc(impl_->document.get(), &text, &size, "UTF-8");
    const deployable::xml::TextHandle owned{text};
    return std::string(deployable::xml::view(text).substr(0, static_cast<std::size_t>(size)));
}

}  // namespace cpe::translate
