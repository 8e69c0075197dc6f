#include "src/policy/faults.hpp"

#include <signal.h>
#include <unistd.h>

#include <utility>

namespace cpe::policy_runner {
namespace {

/// Passes for a CIB that was admitted: ticks of such are not checked against Pacemaker's grammar.
/// Its operation has no name, which the scheduler of Pacemaker 2.1.5 takes for impossible.
constexpr const char* nameless_operation = R"(<?xml version="1.0"?>
<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" admin_epoch="1" epoch="1"
     num_updates="0" have-quorum="1" dc-uuid="0">
  <configuration>
    <crm_config/>
    <nodes><node id="n" uname="n"/></nodes>
    <resources>
      <primitive id="r" class="ocf" provider="heartbeat" type="Dummy">
        <operations><op id="o" interval="10s"/></operations>
      </primitive>
    </resources>
    <constraints/>
  </configuration>
  <status>
    <node_state id="n" uname="n" in_ccm="true" crmd="online" join="member" expected="member"/>
  </status>
</cib>)";

void crash() {
    ::signal(SIGSEGV, SIG_DFL);  // a sanitizer would make an exit code of it
    sigset_t fault;  // the policy thread blocks signals; one of the hardware would not ask
    ::sigemptyset(&fault);
    ::sigaddset(&fault, SIGSEGV);
    ::pthread_sigmask(SIG_UNBLOCK, &fault, nullptr);
    ::raise(SIGSEGV);
}

[[noreturn]] void hang() {
    for (;;) ::pause();
}

}  // namespace

void FaultBox::put(const DeployableKey& key, Fault fault) {
    const std::lock_guard lock(mutex_);
    waiting_[key] = fault;
}

std::optional<Fault> FaultBox::take(const DeployableKey& key) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return std::nullopt;
    const Fault fault = found->second;
    waiting_.erase(found);
    return fault;
}

void FaultBox::forget(const DeployableKey& key) {
    take(key);
}

EngineFactory with_faults(EngineFactory factory, std::shared_ptr<FaultBox> box) {
    return [factory = std::move(factory), box = std::move(box)]() -> Engine {
        return [engine = factory(), box](const TickRequest& request) -> Result<TickResult> {
            const auto fault = box->take(request.key);
            if (!fault) return engine(request);
            TickRequest spoilt = request;
            commit(*fault, spoilt.cib);
            return only_failing(engine(spoilt));
        };
    };
}

void commit(Fault fault, std::string& cib) {
    switch (fault) {
        case Fault::dpe_exception: return;  // not a tick's
        case Fault::tick_abort: cib = nameless_operation; return;
        case Fault::tick_crash: return crash();
        case Fault::tick_hang: hang();
    }
}

Result<TickResult> only_failing(Result<TickResult> result) {
    if (!result) return result;
    return Error{Errc::internal, "the injected fault had no effect", "", ""};
}

}  // namespace cpe::policy_runner
