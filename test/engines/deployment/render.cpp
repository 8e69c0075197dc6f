#include "test/engines/deployment/render.hpp"

namespace cpe::test {
namespace {

std::string number(char mark, std::uint64_t value) {
    return std::string(1, mark) + std::to_string(value);
}

struct Lines {
    std::string operator()(const effect::RunOperation& e) const {
        std::string line = "run " + number('#', e.request.id.value) + " " + e.assembly + " " +
                           e.request.resource + " " + e.request.operation + "_" +
                           std::to_string(e.request.interval.count());
        for (const auto& [key, value] : e.request.parameters) line += " " + key + "=" + value;
        return line;
    }
    std::string operator()(const effect::CancelMonitor& e) const {
        return "cancel " + e.assembly + " " + e.resource + " monitor_" +
               std::to_string(e.interval.count());
    }
    std::string operator()(const effect::OpenChannel& e) const { return "open " + e.assembly; }
    std::string operator()(const effect::CloseChannel& e) const { return "close " + e.assembly; }
    std::string operator()(const effect::InstanceCommand& e) const {
        constexpr const char* kinds[] = {"start", "stop", "destroy"};
        const std::string where = e.provider.empty() ? "" : " at " + e.provider;
        return std::string("instance ") + kinds[static_cast<int>(e.kind)] + " " + e.assembly +
               where;
    }
    std::string operator()(const effect::RequestTick& e) const {
        return "tick " + std::to_string(e.tick);
    }
    std::string operator()(const effect::Reply& e) const {
        return "reply " + (e.outcome ? std::string("ok") : e.outcome.error().line());
    }
    std::string operator()(const effect::Retire&) const { return "retire"; }
};

}  // namespace

std::string render(const EventRecord& e) {
    std::string line = "event " + e.kind;
    if (!e.assembly.empty()) line += " " + e.assembly;
    if (!e.service.empty()) line += "/" + e.service;
    if (!e.state.empty()) line += " -> " + e.state;
    if (!e.reason.empty()) line += " (" + e.reason + ")";
    if (!e.detail.empty()) line += " " + e.detail;
    return line;
}

std::string render(const ActionRecord& a) {
    std::string line = "action " + number('#', a.id.value) + " " + a.assembly + " " + a.resource +
                       " " + a.operation + "_" + std::to_string(a.interval.count()) + " " +
                       std::string(name_of(a.status));
    if (a.rc) line += " rc " + std::to_string(*a.rc) + "/" + std::to_string(*a.expected_rc);
    return line;
}

std::string render(const TransitionRecord& t) {
    return "transition " + number('T', t.id.value) + " " + t.status + ", " +
           std::to_string(t.actions) + " actions (" + t.cause + ")";
}

std::string render(const Effect& effect) {
    return "  do " + std::visit(Lines{}, effect);
}

}  // namespace cpe::test
