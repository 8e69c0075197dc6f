#include "engines/deployable/read.hpp"

#include "engines/deployable/values.hpp"
#include "engines/deployable/vocabulary.hpp"

#include <limits>
#include <string>

namespace cpe::deployable {
namespace {

/// A positive whole number; else nothing, which means never. Says so where it may be a mistake.
std::optional<std::int64_t> read_count(const xml::Element& element, std::string_view name,
                                       Report& report) {
    const auto text = element.attribute(name);
    if (!text) return std::nullopt;
    const auto number = whole_number(*text);
    if (number && *number > 0) return number;
    if (!number && *text != "INFINITY" && *text != "+INFINITY" && *text != "-INFINITY")
        report.note(element, std::string(name) + " " + quoted(*text) +
                                 " is not a whole number: it never escalates");
    return std::nullopt;
}

class Reader {
public:
    Reader(const Limits& limits, Report& report, std::pmr::memory_resource& resource)
        : limits_(limits), report_(report), resource_(resource) {}

    Draft deployable(const xml::Element& root) {
        Draft draft{.model = {.name = text(root, "name"),
                              .uuid = text(root, "uuid"),
                              .channel = channel(root),
                              .username = text(root, "username"),
                              .provider = text(root, "provider"),
                              .providers = words(root.value("providers")),
                              .escalation = read_escalation(root, report_),
                              .assemblies = List<Assembly>(&resource_),
                              .services = List<Service>(&resource_),
                              .dependencies = List<Dependency>(&resource_),
                              .constraints = List<VerbatimConstraint>(&resource_)},
                    .dependency_lines = {},
                    .line = root.line()};
        if (draft.model.escalation.enabled())
            report_.unsupported(where(root), "the escalation of a whole deployable");
        root.each_child([&](const xml::Element& child) {
            if (child.name() == "assemblies") assemblies(child, draft.model);
            if (child.name() == "services") floating_services(child);
            if (child.name() == "constraints") constraints(child, draft);
            if (child.name() == "policy") check(child, rules::policy, report_);
        });
        if (draft.model.assemblies.empty())
            report_.invalid(root, "there is no assembly",
                            "<assemblies> with at least one <assembly>");
        return draft;
    }

private:
    Text text(const xml::Element& element, std::string_view name) {
        return Text(element.value(name), &resource_);
    }

    List<Text> words(std::string_view text) {
        List<Text> list(&resource_);
        while (!text.empty()) {
            const auto end = std::min(text.find(' '), text.size());
            if (end > 0) list.emplace_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return list;
    }

    ChannelKind channel(const xml::Element& root) {
        const auto monitor = root.attribute("monitor");
        if (!monitor || *monitor == "agent") return ChannelKind::agent;
        if (*monitor == "ssh") {
            report_.unsupported(where(root), "monitor=\"ssh\"");
            return ChannelKind::ssh;
        }
        report_.note(root, "monitor " + quoted(*monitor) + " means the default channel (agent)");
        return ChannelKind::agent;
    }

    void assemblies(const xml::Element& element, Deployable& model) {
        check(element, rules::assemblies, report_);
        element.each_child([&](const xml::Element& child) {
            if (report_.error()) return;
            if (model.assemblies.size() == limits_.assemblies)
                return over("assemblies", limits_.assemblies, child, " (limits.assemblies)");
            model.assemblies.push_back(assembly(child));
        });
    }

    Assembly assembly(const xml::Element& element) {
        check(element, rules::assembly, report_);
        if (element.value("rebuild") == "true")
            report_.unsupported(where(element), "rebuild=\"true\"");
        Assembly model{.name = text(element, "name"),
                       .uuid = text(element, "uuid"),
                       .image = text(element, "image"),
                       .flavor = text(element, "flavor"),
                       .provider = text(element, "provider"),
                       .rebuild = element.value("rebuild") == "true",
                       .escalation = read_escalation(element, report_),
                       .services = List<Service>(&resource_),
                       .utilization = List<Capacity>(&resource_),
                       .line = element.line()};
        if (const auto services = element.child("services")) {
            check(*services, rules::pinned_services, report_);
            services->each_child([&](const xml::Element& child) {
                if (count_service(child))
                    model.services.push_back(read_service(child, model.name, report_, resource_));
            });
        }
        return model;
    }

    void floating_services(const xml::Element& element) {
        check(element, rules::floating_services, report_);
        element.each_child([&](const xml::Element& child) {
            if (count_service(child)) read_floating_service(child, report_, resource_);
        });
    }

    void constraints(const xml::Element& element, Draft& draft) {
        check(element, rules::constraints, report_);
        element.each_child([&](const xml::Element& child) {
            if (report_.error() || child.name().substr(0, 4) == "rsc_") return;
            if (draft.model.dependencies.size() == limits_.dependencies)
                return over("dependencies", limits_.dependencies, child, "");
            check(child, rules::service_dependency, report_);
            draft.model.dependencies.push_back(
                {text(child, "id"), text(child, "first"), text(child, "then")});
            draft.dependency_lines.push_back(child.line());
        });
    }

    bool count_service(const xml::Element& element) {
        if (report_.error()) return false;
        if (services_++ < limits_.services) return true;
        over("services", limits_.services, element, " (limits.services)");
        return false;
    }

    void over(const std::string& what, std::size_t limit, const xml::Element& at,
              const std::string& key) {
        report_.fail(Error{Errc::too_large, "more than " + std::to_string(limit) + " " + what + key,
                           where(at), "divide it into several deployables"});
    }

    const Limits& limits_;
    Report& report_;
    std::pmr::memory_resource& resource_;
    std::size_t services_ = 0;
};

}  // namespace

Escalation read_escalation(const xml::Element& element, Report& report) {
    constexpr std::int64_t longest_s = 100LL * 366 * 24 * 3600;  // a century: no overflow in ms
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    Escalation escalation;
    if (const auto failures = read_count(element, "escalation_failures", report))
        escalation.failures = static_cast<std::uint32_t>(std::min(*failures, most));
    if (const auto seconds = read_count(element, "escalation_period", report))
        escalation.period = std::chrono::seconds(std::min(*seconds, longest_s));
    return escalation;
}

Draft read(const xml::Element& root, const Limits& limits, Report& report,
           std::pmr::memory_resource& resource) {
    if (root.name() != "deployable" || root.in_namespace())
        report.invalid(root, "the document is " + tag(root) + ", no deployable",
                       "<deployable name=... uuid=...> without a namespace");
    check(root, rules::deployable, report);
    return Reader(limits, report, resource).deployable(root);
}

}  // namespace cpe::deployable
