#include "engines/policy/scheduler.hpp"

#include "engines/policy/graph.hpp"
#include "engines/policy/library.hpp"
#include "engines/policy/limits.hpp"
#include "engines/policy/log_bridge.hpp"

#include <utility>

namespace cpe::policy {

struct Scheduler::Impl {
    explicit Impl(LogSink lines) : sink(std::move(lines)) {}

    LogSink sink;
    Library library;

    Result<TickResult> run(std::string_view name, std::string_view text, WallTime now,
                           bool validate) const;
};

Result<TickResult> Scheduler::Impl::run(std::string_view name, std::string_view text, WallTime now,
                                        bool validate) const {
    const LogScope log(sink, name);
    auto document = parse_cib(text);
    if (!document) return document.error();
    if (validate && !library.valid(*document))
        return Error{Errc::invalid_input, "against Pacemaker's grammar: " + log.first_error(),
                     "CIB", ""};
    if (auto within = check_limits(**document); !within) return within.error();
    auto set = library.schedule(std::move(*document), now);
    if (!set) return set.error();
    if (!(*set)->graph)
        return Error{Errc::internal, "the scheduler returned no transition graph", "", ""};
    auto graph = read_graph(*(*set)->graph);
    if (!graph) return graph.error();
    if (auto possible = check_completable(*graph); !possible) return possible.error();
    if ((*set)->recheck_by > 0)
        graph->recheck_by = WallTime{static_cast<std::int64_t>((*set)->recheck_by) * 1000};
    return TickResult{std::move(*graph), Millis{0}};
}

Scheduler::Scheduler(LogSink sink) : impl_(std::make_unique<Impl>(std::move(sink))) {}
Scheduler::~Scheduler() = default;

Result<TickResult> Scheduler::run(std::string_view name, std::string_view cib, WallTime now,
                                  bool validate) {
    return impl_->run(name, cib, now, validate);
}

}  // namespace cpe::policy
