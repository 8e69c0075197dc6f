// `cpe-ctl simulate --execute` beside the real `crm_simulate -S`: what is executed, and the status
// that it leaves.
#include <cpe_test_paths.hpp>

#include "engines/translate/simulated_status.hpp"
#include "src/cpe-ctl/simulate/carry_out.hpp"
#include "src/cpe-ctl/simulate/helper_session.hpp"
#include "test/golden/golden.hpp"
#include "test/src/cpe-ctl/shell.hpp"
#include "test/src/cpe-ctl/simulate/pacemaker.hpp"

#include <boost/json.hpp>

#include <array>

using namespace cpe;
using namespace cpe::test;

namespace {

struct Executed {
    std::vector<std::string> actions;  ///< as crm_simulate_executed() names them
    std::string status;                ///< the CIB afterwards
    bool controllers_work = false;     ///< something that crm_simulate leaves undone
};

/// crm_simulate only looks at operations; these have effects of the cluster's own.
bool needs_controller(const GraphAction& action) {
    static constexpr std::array<std::string_view, 5> names{"delete", "cancel", "clear_failcount",
                                                           "do_shutdown", "lrm_delete"};
    if (std::find(names.begin(), names.end(), action.operation) != names.end()) return true;
    if (action.operation != "stonith") return false;
    // An unfencing leaves attributes; of a remote node it is written down that it was fenced; a
    // guest node's fence is a pseudo event.
    return action.kind == GraphAction::Kind::pseudo || action.meta.at("stonith_action") == "on" ||
           action.node == "remote1";
}

std::string name_of(const GraphAction& action) {
    const auto ms = action.interval.count();
    const auto operation = action.operation == "delete" ? "delete" : action.operation;
    return operation + (ms > 0 && operation != "delete" ? "=" + std::to_string(ms) : "") + " " +
           action.node;
}

Executed execute(const std::filesystem::path& file) {
    ctl::HelperSession helper(Millis{60'000});
    policy::SimulationRequest request;
    request.cib = read_file(file);
    request.return_cib = true;
    request.clock = WallTime{1'700'000'000'000};
    const auto plan = helper.ask(request);
    REQUIRE(plan.has_value());
    auto status = translate::SimulatedStatus::read(plan->cib);
    REQUIRE(status.has_value());
    Executed done;
    for (const auto* action : ctl::carry_out(plan->graph).actions) {
        status->succeeded(*action, plan->now);
        done.controllers_work = done.controllers_work || needs_controller(*action);
        if (action->kind != GraphAction::Kind::pseudo) done.actions.push_back(name_of(*action));
    }
    std::sort(done.actions.begin(), done.actions.end());
    done.status = status->text();
    return done;
}

}  // namespace

TEST_CASE("what is executed is what crm_simulate executes, and leaves the same status") {
    std::size_t compared = 0;
    for (const auto& cib : sample_cibs()) {
        if (cib.stem() == "order-circle") continue;
        INFO(cib);
        const auto ours = execute(cib);
        CHECK(ours.actions == crm_simulate_executed(cib));
        if (ours.controllers_work) continue;
        CHECK(status_lines(ours.status) == status_lines(crm_simulate_result(cib)));
        ++compared;
    }
    CHECK(compared >= 40);
}

TEST_CASE("every sample comes to rest, and nothing is left to do then") {
    for (const auto& cib : sample_cibs()) {
        if (cib.stem() == "order-circle") continue;
        INFO(cib);
        const auto ran = run_shell(std::string(CPE_BIN_DIR) + "/cpe-ctl -o json simulate --cib '" +
                                   cib.string() + "' --execute 2>&1");
        CHECK(ran.exit == 0);
        const auto told = boost::json::parse(ran.text);
        CHECK(told.at("at_rest").as_bool());
        std::size_t actions = 0;
        for (const auto& count : told.at("transitions").as_array())
            actions += static_cast<std::size_t>(count.as_int64());
        CHECK(actions == told.at("actions").as_array().size());
    }
}
