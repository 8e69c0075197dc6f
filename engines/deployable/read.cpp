#include "engines/deployable/read.hpp"

#include "engines/deployable/values.hpp"
#include "engines/deployable/vocabulary.hpp"

#include <limits>
#include <string>

namespace cpe::deployable {
namespace {

constexpr std::uint16_t default_port = 22;

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
                              .providers = read_names(root, "providers", resource_),
                              .escalation = read_escalation(root, report_),
                              .assemblies = List<Assembly>(&resource_),
                              .services = List<Service>(&resource_),
                              .dependencies = List<Dependency>(&resource_),
                              .constraints = List<VerbatimConstraint>(&resource_)},
                    .dependency_lines = {},
                    .verbatim = {},
                    .line = root.line()};
        root.each_child([&](const xml::Element& child) {
            if (child.name() == "assemblies") assemblies(child, draft.model);
            if (child.name() == "services") floating_services(child, draft.model);
            if (child.name() == "constraints")
                read_constraints(child, limits_, report_, resource_, draft);
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

    ChannelKind channel(const xml::Element& root) {
        const auto monitor = root.attribute("monitor");
        if (!monitor || *monitor == "agent") return ChannelKind::agent;
        if (*monitor == "ssh") return ChannelKind::ssh;
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
        Assembly model{.name = text(element, "name"),
                       .uuid = text(element, "uuid"),
                       .image = text(element, "image"),
                       .flavor = text(element, "flavor"),
                       .address = text(element, "address"),
                       .port = port(element),
                       .provider = text(element, "provider"),
                       .rebuild = element.value("rebuild") == "true",
                       .escalation = read_escalation(element, report_),
                       .services = List<Service>(&resource_),
                       .utilization = read_capacity(element, resource_),
                       .line = element.line()};
        if (const auto services = element.child("services")) {
            check(*services, rules::pinned_services, report_);
            services->each_child([&](const xml::Element& child) {
                if (report_.error()) return;
                const auto before = model.services.size();
                read_pinned_service(child, model.name, model.services, report_, resource_);
                count_resources(model.services.size() - before, child);
            });
        }
        return model;
    }

    /// Of another form it was refused before; absent it is ssh's.
    static std::uint16_t port(const xml::Element& element) {
        const auto number = whole_number(element.value("port"));
        return number ? static_cast<std::uint16_t>(*number) : default_port;
    }

    void floating_services(const xml::Element& element, Deployable& model) {
        check(element, rules::floating_services, report_);
        element.each_child([&](const xml::Element& child) {
            if (report_.error()) return;
            model.services.push_back(read_floating_service(child, report_, resource_));
            const std::size_t instances = model.services.back().floating->instances;
            count_resources(std::min(instances, limits_.assemblies), child);
        });
    }

    /// Scripts and every instance of a service count, for each costs the scheduler the same.
    void count_resources(std::size_t more, const xml::Element& element) {
        resources_ += more;
        if (resources_ > limits_.services)
            over("services", limits_.services, element, " (limits.services)");
    }

    void over(const std::string& what, std::size_t limit, const xml::Element& at,
              const std::string& key) {
        report_.fail(Error{Errc::too_large, "more than " + std::to_string(limit) + " " + what + key,
                           where(at), "divide it into several deployables"});
    }

    const Limits& limits_;
    Report& report_;
    std::pmr::memory_resource& resource_;
    std::size_t resources_ = 0;
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

List<Capacity> read_capacity(const xml::Element& element, std::pmr::memory_resource& resource) {
    List<Capacity> list(&resource);
    for (const auto word : words(element.value("utilization"))) {
        const auto equals = std::min(word.find('='), word.size());
        const auto amount = whole_number(word.substr(std::min(equals + 1, word.size())));
        list.push_back({Text(word.substr(0, equals), &resource), amount.value_or(0)});
    }
    return list;
}

List<Text> read_names(const xml::Element& element, std::string_view attribute,
                      std::pmr::memory_resource& resource) {
    List<Text> list(&resource);
    for (const auto word : words(element.value(attribute))) list.emplace_back(word);
    return list;
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
