// A process that holds a provider, as cped does, to be killed by the tests:
//   local_provider_driver STATE_DIR SANDBOX_PROGRAM AGENT ASSEMBLY
// starts that assembly of default/shop, prints its instance and address, and stays.
#include "adapters/local/local_provider.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>

int main(int count, char** words) {
    if (count != 5) return 2;
    boost::asio::io_context loop;
    const auto stay = boost::asio::make_work_guard(loop);
    cpe::local::Settings settings;
    settings.paths = {words[1]};
    settings.sandbox_program = words[2];
    settings.agent_program = words[3];
    cpe::local::LocalProvider provider(loop.get_executor(), settings);
    provider.start({{{"default", "shop"}, words[4]}, "", "", ""}, [](auto outcome) {
        std::printf("%s\n", outcome ? (outcome->instance + " " + outcome->address).c_str()
                                    : outcome.error().line().c_str());
        std::fflush(stdout);
    });
    loop.run();
    return 0;
}
