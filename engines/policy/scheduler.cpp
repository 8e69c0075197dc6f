#include "engines/policy/scheduler.hpp"

#include "engines/policy/changes.hpp"
#include "engines/policy/graph.hpp"
#include "engines/policy/library.hpp"
#include "engines/policy/limits.hpp"
#include "engines/policy/log_bridge.hpp"
#include "engines/policy/modernise.hpp"

#include <crm/common/xml.h>

#include <cstdlib>
#include <utility>

namespace cpe::policy {
namespace {

/// As the library writes XML to files.
std::string formatted(xmlNode& node) {
    const std::unique_ptr<char, decltype(&std::free)> text{dump_xml_formatted(&node), &std::free};
    return text ? text.get() : std::string{};
}

std::string unformatted(xmlDoc& document) {
    xmlChar* text = nullptr;
    int size = 0;
    xmlDocDumpMemoryEnc(&document, &text, &size, "UTF-8");
    std::string copy(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    xmlFree(text);
    return copy;
}

/// The library tells an error's reason in its log only.
Error with_reason(Error error, const std::string& logged) {
    if (!logged.empty()) error.what += ": " + logged;
    return error;
}

Result<TransitionGraph> graph_of(const pe_working_set_t& set) {
    if (!set.graph)
        return Error{Errc::internal, "the scheduler returned no transition graph", "", ""};
    auto graph = read_graph(*set.graph);
    if (graph && set.recheck_by > 0)
        graph->recheck_by = WallTime{static_cast<std::int64_t>(set.recheck_by) * 1000};
    return graph;
}

Result<Time> time_of(const SimulationRequest& request, const xmlNode& cib) {
    if (!request.now.empty()) return read_time(request.now);
    auto date = execution_date(cib);
    if (date && !*date) return time_at(request.clock);
    return date;
}

}  // namespace

struct Scheduler::Impl {
    explicit Impl(LogSink lines) : sink(std::move(lines)) {}

    LogSink sink;
    Library library;

    Result<TickResult> run(std::string_view name, std::string_view text, WallTime now,
                           bool validate) const;
    Result<Simulated> simulate(const SimulationRequest& request) const;
};

Result<TickResult> Scheduler::Impl::run(std::string_view name, std::string_view text, WallTime now,
                                        bool validate) const {
    const LogScope log(sink, name);
    auto document = parse_cib(text);
    if (!document) return document.error();
    if (validate && !library.valid(*document))
        return Error{Errc::invalid_input, "against Pacemaker's grammar: " + log.first_error(),
                     "CIB", ""};
    if (auto within = check_limits(**document, Circles::refused); !within) return within.error();
    auto set = library.schedule(std::move(*document), time_at(now));
    if (!set) return set.error();
    auto graph = graph_of(**set);
    if (!graph) return graph.error();
    if (auto possible = check_completable(*graph); !possible) return possible.error();
    return TickResult{std::move(*graph), Millis{0}};
}

Result<Simulated> Scheduler::Impl::simulate(const SimulationRequest& request) const {
    LogScope log(sink, "simulation");
    auto document = parse_any_cib(request.cib);
    if (!document) return document.error();
    auto time = time_of(request, *xmlDocGetRootElement(document->get()));
    if (!time) return time.error();
    if (const auto modern = modernise(*document); !modern)
        return with_reason(modern.error(), log.first_error());
    if (attribute(*xmlDocGetRootElement(document->get()), "validate-with") == "none")
        log.line(LogLevel::error, "the CIB is not checked against Pacemaker's grammar");
    if (const auto within = check_limits(**document, Circles::allowed); !within)
        return within.error();
    Simulated result;
    result.now = wall_time(**time);
    if (request.return_cib) result.cib = unformatted(**document);
    auto set = library.schedule(std::move(*document), std::move(*time), pe_flag_sanitized);
    if (!set) return set.error();
    auto graph = graph_of(**set);
    if (!graph) return graph.error();
    result.graph = std::move(*graph);
    result.graph_xml = formatted(*(*set)->graph);
    result.changes = changes_of(**set);
    return result;
}

Scheduler::Scheduler(LogSink sink) : impl_(std::make_unique<Impl>(std::move(sink))) {}
Scheduler::~Scheduler() = default;

Result<TickResult> Scheduler::run(std::string_view name, std::string_view cib, WallTime now,
                                  bool validate) {
    return impl_->run(name, cib, now, validate);
}

Result<Simulated> Scheduler::simulate(const SimulationRequest& request) {
    return impl_->simulate(request);
}

}  // namespace cpe::policy
