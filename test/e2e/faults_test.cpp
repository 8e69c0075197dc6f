// Faults of the engine itself, injected with `cpe-ctl debug fault`: each stays where it is.
#include "test/e2e/documents.hpp"
#include "test/e2e/lab.hpp"

#include <catch2/catch.hpp>

#include <csignal>

using namespace cpe::e2e;

namespace {

const std::string with_faults = "debug: {fault_injection: true}\npolicy: {tick_limit: 2s}\n";
const std::string state_file = "/run/resource-agents/Dummy-rsc_one_probe.state";

/// "sick", which the faults are injected into, and "well" beside it. Both run.
struct Ward {
    explicit Ward(const std::string& configuration = with_faults) : lab(configuration) {
        for (const char* name : {"sick", "well"}) {
            auto text = minimal();
            text.replace(text.find("minimal"), 7, name);
            const auto made = lab.ctl(
                {"deployable", "create", lab.document(name, text), "--start", "--timeout", "60"});
            INFO(made.err << lab.log());
            REQUIRE(made.code == 0);
        }
        REQUIRE(eventually([&] { return at_rest("sick") && at_rest("well"); }));
        sick_init = lab.init_of("sick", "one");
        well_init = lab.init_of("well", "one");
        well_events = events_of_well();
    }

    [[nodiscard]] bool at_rest(const std::string& name) const {
        return lab.state_of(name) == "running" &&
               lab.cell(
                   "select count(*) from actions where status = 'complete' and operation = "
                   "'monitor' and interval_ms > 0 and deployable = '" +
                   name + "'") != "0" &&
               lab.cell("select transition from deployables where name = '" + name + "'").empty();
    }
    void inject(const std::string& fault) const {
        const auto done = lab.ctl({"debug", "fault", "sick", fault});
        INFO(done.err << lab.log());
        REQUIRE(done.code == 0);
    }
    /// A service that has ended makes a tick.
    void break_service(const std::string& name = "sick") const {
        REQUIRE(lab.inside(name, "one", "rm " + state_file).code == 0);
    }
    [[nodiscard]] bool service_is_there(const std::string& name = "sick") const {
        return lab.inside(name, "one", "test -e " + state_file).code == 0;
    }
    /// Whether an event of the sick one is told, with its reason like this.
    [[nodiscard]] bool told(const std::string& kind, const std::string& like = "%") const {
        return lab.cell("select count(*) from events where deployable = 'sick' and kind = '" +
                        kind + "' and reason like '" + like + "'") != "0";
    }
    [[nodiscard]] int starts() const {
        return std::stoi(lab.cell(
            "select count(*) from actions where deployable = 'sick' and operation = 'start' and "
            "status <> 'cancelled'"));
    }
    [[nodiscard]] int probes() const {
        return std::stoi(lab.cell(
            "select count(*) from actions where deployable = 'sick' and operation = 'monitor' and "
            "interval_ms = 0 and status in ('complete', 'failed')"));
    }
    [[nodiscard]] std::string events_of_well() const {
        return lab.cell("select count(*) from events where deployable = 'well'");
    }
    void guests_are_untouched() const {
        CHECK(lab.init_of("sick", "one") == sick_init);
        CHECK(lab.init_of("well", "one") == well_init);
        CHECK(::kill(sick_init, 0) == 0);
        CHECK(::kill(well_init, 0) == 0);
    }
    void sick_runs_again() const {
        INFO(lab.log());
        CHECK(eventually([&] { return service_is_there() && at_rest("sick"); }, Seconds(60)));
        guests_are_untouched();
    }

    Lab lab;
    int sick_init = 0;
    int well_init = 0;
    std::string well_events;
};

}  // namespace

TEST_CASE("faults are refused unless the configuration allows them", "[e2e]") {
    Lab lab;
    REQUIRE(lab.ctl({"deployable", "create", lab.document("minimal", minimal())}).code == 0);
    for (const char* fault : {"dpe-exception", "tick-abort", "tick-crash", "tick-hang"}) {
        const auto refused = lab.ctl({"debug", "fault", "minimal", fault});
        CHECK(refused.code == 6);
        CHECK(refused.err.find("debug.fault_injection") != std::string::npos);
    }
    CHECK(lab.ctl({"debug", "fault", "minimal", "other"}).code == 2);
}

TEST_CASE(
    "a DPE that breaks an invariant dies alone and comes back, and at the third time it is left "
    "alone until it is released",
    "[e2e]") {
    Ward ward;
    for (int death = 1; death <= 2; ++death) {
        const auto probes = ward.probes();
        ward.inject("dpe-exception");
        REQUIRE(eventually([&] {
            return ward.lab.cell(
                       "select count(*) from events where kind = 'dpe_died' and reason "
                       "like '%dpe-exception%'") == std::to_string(death);
        }));
        REQUIRE(eventually([&] { return ward.probes() > probes && ward.at_rest("sick"); }));
        CHECK(ward.starts() == death);  // probed and adopted
        ward.break_service();
        ward.sick_runs_again();
        CHECK(ward.starts() == death + 1);
    }
    ward.inject("dpe-exception");
    REQUIRE(eventually([&] { return ward.lab.state_of("sick") == "quarantined"; }));
    CHECK(ward.told("quarantine", "%died 3 times within 10 minutes%"));
    CHECK(ward.lab.cell("select state from deployables where name = 'sick'") == "quarantined");
    for (const char* verb : {"start", "stop"})
        CHECK(ward.lab.ctl({"deployable", verb, "sick"}).code == 1);

    // It stays so over a restart of cped; its guest goes on, unwatched.
    CHECK(ward.lab.terminate_cped() == 0);
    ward.lab.start_cped();
    CHECK(ward.lab.state_of("sick") == "quarantined");
    REQUIRE(eventually([&] { return ward.at_rest("well"); }));
    ward.break_service();
    ward.guests_are_untouched();
    CHECK_FALSE(ward.service_is_there());

    const auto released = ward.lab.ctl({"deployable", "release", "sick", "--timeout", "60"});
    INFO(released.err << ward.lab.log());
    CHECK(released.code == 0);
    ward.sick_runs_again();
    CHECK(ward.lab.ctl({"deployable", "release", "sick"}).code == 1);
}

TEST_CASE("a quarantined deployable can be deleted, and leaves nothing", "[e2e]") {
    Ward ward;
    for (int death = 0; death < 3; ++death) {
        REQUIRE(eventually([&] { return ward.at_rest("sick"); }));
        ward.inject("dpe-exception");
        REQUIRE(eventually([&] { return ward.lab.state_of("sick") != "running"; }));
    }
    REQUIRE(eventually([&] { return ward.lab.state_of("sick") == "quarantined"; }));
    const auto deleted = ward.lab.ctl({"deployable", "delete", "sick", "--timeout", "60"});
    INFO(deleted.err << ward.lab.log());
    CHECK(deleted.code == 0);
    CHECK(::kill(ward.sick_init, 0) == -1);
    CHECK(ward.lab.cell("select count(*) from assemblies where deployable = 'sick'") == "0");
    CHECK(ward.lab.cell("select count(*) from events where deployable = 'sick' and state = "
                        "'deleted'") == "1");
    CHECK(ward.events_of_well() == ward.well_events);
    CHECK(::kill(ward.well_init, 0) == 0);
}

TEST_CASE("a tick that fails an assertion is an error of one deployable, which goes to the helper",
          "[e2e]") {
    Ward ward;
    ward.inject("tick-abort");
    ward.break_service();
    REQUIRE(eventually([&] { return ward.told("tick_failed", "%failed an assertion%"); }));
    ward.sick_runs_again();
    CHECK(ward.told("isolation", "%failed an assertion%"));
    CHECK(ward.events_of_well() == ward.well_events);
}

TEST_CASE(
    "a tick that crashes ends cped, and the next cped puts it into the helper, the second "
    "crash ends the helper only, and the deployable is left alone",
    "[e2e]") {
    Ward ward;
    ward.inject("tick-crash");
    ward.break_service();
    CHECK(ward.lab.wait_for_end() == SIGSEGV);
    ward.lab.start_cped();
    ward.sick_runs_again();
    CHECK(ward.told("isolation", "%stood in the journal%"));
    REQUIRE(eventually([&] { return ward.at_rest("well"); }));
    CHECK(ward.lab.cell("select count(*) from actions where deployable = 'well' and operation = "
                        "'start'") == "1");

    const int pid = ward.lab.cped_pid();
    const auto before = ward.events_of_well();
    ward.inject("tick-crash");
    ward.break_service();
    REQUIRE(eventually([&] { return ward.lab.state_of("sick") == "quarantined"; }));
    CHECK(ward.told("quarantine", "%Segmentation fault%"));
    ward.guests_are_untouched();
    CHECK(ward.events_of_well() == before);

    const auto released = ward.lab.ctl({"deployable", "release", "sick", "--timeout", "60"});
    INFO(released.err << ward.lab.log());
    CHECK(released.code == 0);
    ward.sick_runs_again();
    CHECK(ward.lab.cped_pid() == pid);
}

TEST_CASE("a tick that does not return loses its thread, and all go on in helpers", "[e2e]") {
    Ward ward;
    ward.inject("tick-hang");
    ward.break_service();
    REQUIRE(
        eventually([&] { return ward.told("tick_failed", "%did not return within 2000 ms%"); }));
    ward.sick_runs_again();
    CHECK(ward.told("isolation", "%did not return%"));
    CHECK(ward.events_of_well() == ward.well_events);
    ward.break_service("well");
    CHECK(eventually([&] { return ward.service_is_there("well") && ward.at_rest("well"); }));
    ward.guests_are_untouched();
    CHECK(ward.lab.terminate_cped() == 0);
    ward.lab.start_cped();
    CHECK(eventually([&] { return ward.at_rest("sick") && ward.at_rest("well"); }));
    ward.guests_are_untouched();
}
