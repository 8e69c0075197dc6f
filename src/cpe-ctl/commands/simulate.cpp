#include "engines/policy/document.hpp"
#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/document.hpp"
#include "src/cpe-ctl/show/plan.hpp"
#include "src/cpe-ctl/simulate/helper_session.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <ostream>

namespace cpe::ctl {
namespace {

/// As of every command that does not wait for an outcome.
constexpr Millis default_limit{30'000};

std::string option(const Invocation& invocation, std::string_view name) {
    const auto found = invocation.options.find(name);
    return found == invocation.options.end() ? std::string{} : found->second;
}

Exit refuse(Io& io, const Error& error) {
    say_error(io, error);
    return error.where == "--now" ? Exit::usage : exit_of(error.code);
}

Exit misuse(Io& io, const std::string& name) {
    say_error(io, {Errc::invalid_input, "needs a value that is not empty", "--" + name, ""});
    return Exit::usage;
}

Result<std::string> read_cib(const std::string& file, Io& io) {
    auto cib = read_document(file, policy::max_cib_bytes, io);
    if (cib || cib.error().code != Errc::too_large) return cib;
    Error error = cib.error();
    error.hint = "no CIB needs so many";
    return error;
}

/// Tells which document it is where the engine speaks of "CIB".
Error in_cib(const std::string& file, Error error) {
    const std::string cib = "CIB";
    if (error.where == "--now" || error.code == Errc::unavailable) return error;
    if (error.where.starts_with(cib)) error.where.erase(0, cib.size());
    while (!error.where.empty() && (error.where.front() == ',' || error.where.front() == ' '))
        error.where.erase(0, 1);
    error.where = shown_name(file) + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

Result<> write_graph(const std::string& path, const std::string& xml) {
    errno = 0;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << xml;
    if (out.flush()) return {};
    return Error{Errc::unavailable, std::string{"cannot be written: "} + std::strerror(errno), path,
                 ""};
}

Exit show(const Invocation& invocation, const Simulation& simulation,
          const std::vector<std::string>& complaints, Io& io) {
    const bool executed = invocation.has("execute");
    if (const auto path = option(invocation, "graph"); !path.empty())
        if (const auto written = write_graph(path, simulation.graph_xml); !written)
            return refuse(io, written.error());
    io.out << (invocation.globals.output == Output::json
                   ? plan_json(simulation, executed)
                   : plan_table(simulation, executed, complaints, {io.moment(), io.out_colour}));
    return Exit::done;
}

}  // namespace

Exit run_simulate(const Invocation& invocation, Io& io) {
    const auto file = option(invocation, "cib");
    for (const char* name : {"now", "graph"})
        if (invocation.has(name) && option(invocation, name).empty()) return misuse(io, name);
    auto cib = read_cib(file, io);
    if (!cib) return refuse(io, cib.error());
    HelperSession helper(invocation.globals.timeout.value_or(default_limit));
    policy::SimulationRequest request;
    request.cib = std::move(*cib);
    request.now = option(invocation, "now");
    request.clock = io.moment().now;
    const auto simulation =
        simulate(std::move(request), invocation.has("execute"),
                 [&](const policy::SimulationRequest& question) { return helper.ask(question); });
    const auto exit = simulation.rounds.empty()
                          ? Exit::done
                          : show(invocation, simulation, helper.complaints(), io);
    if (exit != Exit::done || !simulation.error) return exit;
    return refuse(io, in_cib(file, *simulation.error));
}

}  // namespace cpe::ctl
