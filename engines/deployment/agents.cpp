#include "engines/deployment/agents.hpp"

#include "engines/deployment/operations.hpp"
#include "engines/deployment/restraint.hpp"
#include "engines/translate/parameter_digest.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace cpe::deployment {
namespace {

using Kind = OperationResult::Outcome;

TimerId timer_of(const World& w, const AssemblyUnit& a) {
    return {TimerKind::agents, w.index_of(a)};
}

/// It is known to run, by an agent that could take over what changed.
bool may_reload(const World& w, const Placement& p) {
    const Service& model = *w.service_of(p).model;
    const AssemblyUnit& a = w.home_of(p);
    return p.ran_with && p.state == ServiceState::running && !model.retired &&
           model.agent_class == AgentClass::ocf && p.ran_with->same_agent(model) &&
           a.life.state() == Life::State::member && a.history.knows(p.service) &&
           !is_restrained(w, a);
}

template <class Unit>
auto* find(Unit& a, const Service& model) {
    const auto at = std::find_if(a.agents.begin(), a.agents.end(),
                                 [&](const KnownAgent& agent) { return agent.is_of(model); });
    return at == a.agents.end() ? nullptr : &*at;
}

/// Overtaken by an abort on its way to the guest.
bool is_to_be_asked_again(const KnownAgent& agent) {
    return !agent.question && agent.was_overtaken && agent.asked < questions_of_one_agent;
}

void ask(World& w, AssemblyUnit& a, const Service& model, KnownAgent& agent) {
    OperationRequest request;
    request.id = w.ids.next_operation();
    request.resource = std::string(model.resource);
    request.agent_class = model.agent_class;
    request.provider = std::string(model.provider);
    request.type = std::string(model.type);
    request.operation = metadata_operation;
    request.timeout = metadata_timeout;
    ActionRecord row;
    row.id = request.id;
    row.at = w.now.wall;
    row.assembly = std::string(a.model->name);
    row.service = std::string(model.name);
    row.resource = request.resource;
    row.operation = request.operation;
    row.expected_rc = ocf::ok;
    w.journal.batch().actions.push_back(row);
    agent.question = std::move(row);
    agent.limit = w.now.mono + metadata_timeout + answer_margin;
    ++agent.asked;
    w.timers.set(timer_of(w, a), agent.limit);
    w.journal.act(effect::RunOperation{std::string(a.model->name), w.generation, request});
}

KnownAgent& add(World& w, AssemblyUnit& a, const Service& model) {
    return a.agents.emplace_back(
        KnownAgent{.provider = Text(model.provider, &w.arena),
                   .type = Text(model.type, &w.arena),
                   .metadata = {.reloads = false, .reloadable = List<Text>(&w.arena)},
                   .question = {},
                   .limit = {},
                   .asked = 0,
                   .was_overtaken = false});
}

void close(World& w, KnownAgent& agent, ActionStatus status, std::optional<int> rc) {
    ActionRecord row = std::move(*agent.question);
    agent.question.reset();
    row.finished_at = w.now.wall;
    row.status = status;
    row.rc = rc;
    w.journal.batch().actions.push_back(std::move(row));
    w.touched = true;
}

void learn(World& w, KnownAgent& agent, const OperationResult& result) {
    const bool done = result.outcome == Kind::done;
    const bool well = done && result.rc == ocf::ok;
    const std::string name = std::string(agent.provider) + ":" + std::string(agent.type);
    close(w, agent,
          well                                ? ActionStatus::complete
          : done                              ? ActionStatus::failed
          : result.outcome == Kind::timed_out ? ActionStatus::timed_out
          : result.outcome == Kind::cancelled ? ActionStatus::cancelled
                                              : ActionStatus::lost,
          done ? std::optional(result.rc) : std::nullopt);
    if (!well) return;
    auto metadata = translate::read_agent_metadata(result.output, w.arena);
    if (metadata)
        agent.metadata = std::move(*metadata);
    else
        w.note(LogLevel::warning, "ocf:" + name + ": " + metadata.error().line());
}

}  // namespace

bool await_agents(World& w) {
    bool awaited = false;
    for (AssemblyUnit& a : w.assemblies)
        w.each_placement(a, [&](Placement& p) {
            if (!may_reload(w, p)) return;
            const Service& model = *w.service_of(p).model;
            KnownAgent* known = find(a, model);
            KnownAgent& agent = known ? *known : add(w, a, model);
            if (!known || is_to_be_asked_again(agent)) ask(w, a, model, agent);
            awaited = awaited || agent.question;
        });
    return awaited;
}

bool on_metadata(World& w, const event::OperationDone& done) {
    AssemblyUnit* a = w.find_assembly(done.assembly);
    if (!a) return false;
    for (KnownAgent& agent : a->agents) {
        if (!agent.question || agent.question->id != done.result.id) continue;
        agent.was_overtaken = done.result.outcome == Kind::cancelled;
        learn(w, agent, done.result);
        return true;
    }
    return false;
}

void expire_questions(World& w, AssemblyUnit& a) {
    std::optional<MonoTime> next;
    for (KnownAgent& agent : a.agents) {
        if (!agent.question) continue;
        if (agent.limit <= w.now.mono)
            close(w, agent, ActionStatus::timed_out, std::nullopt);
        else if (!next || agent.limit < *next)
            next = agent.limit;
    }
    if (next) w.timers.set(timer_of(w, a), *next);
}

void forget_agents(World& w, AssemblyUnit& a) {
    for (KnownAgent& agent : a.agents)
        if (agent.question) close(w, agent, ActionStatus::lost, std::nullopt);
    a.agents.clear();
    w.timers.clear(timer_of(w, a));
}

std::optional<RestartFacts> restart_facts(const World& w, const Placement& p) {
    if (!may_reload(w, p)) return std::nullopt;
    const Service& model = *w.service_of(p).model;
    const KnownAgent* agent = find(w.home_of(p), model);
    if (!agent || !agent->metadata.reloads) return std::nullopt;
    std::set<std::string_view> names;
    for (const auto& [name, value] : p.ran_with->parameters) names.insert(name);
    for (const Parameter& parameter : model.parameters) names.insert(parameter.name);
    RestartFacts facts{" ", {}};
    for (const auto name : names)
        if (!agent->metadata.takes_over(name)) facts.force.append(name).append(" ");
    translate::ParameterList kept;
    for (const auto& [name, value] : p.ran_with->parameters)
        if (!agent->metadata.takes_over(name)) kept.emplace_back(name, value);
    facts.digest = translate::parameter_digest(std::move(kept));
    return facts;
}

}  // namespace cpe::deployment
