#include "src/policy/runner.hpp"

#include "src/policy/runner_state.hpp"

#include <utility>

namespace cpe::policy_runner {

Runner::Runner(boost::asio::any_io_executor loop, Settings settings, LogSink sink, Hooks hooks,
               std::shared_ptr<TickJournal> journal, const EngineFactory& factory)
    : state_(std::make_shared<State>(std::move(loop), std::move(settings), std::move(sink),
                                     std::move(hooks), std::move(journal))) {
    state_->begin(factory);
}

Runner::~Runner() {
    state_->stop();
}

void Runner::tick(TickRequest request, Done done) {
    state_->enqueue(Job{std::move(request), std::move(done), false});
}

void Runner::admit(TickRequest request, Done done) {
    request.validated = false;
    state_->enqueue(Job{std::move(request), std::move(done), true});
}

void Runner::forget(const DeployableKey& key) {
    state_->forget(key);
}

void Runner::release(const DeployableKey& key) {
    state_->release(key);
}

Figures Runner::figures() const {
    return state_->figures();
}

bool Runner::isolated(const DeployableKey& key) const {
    return state_->isolated(key);
}

}  // namespace cpe::policy_runner
