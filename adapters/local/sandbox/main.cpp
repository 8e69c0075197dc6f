// cpe-sandbox: what cped must not do itself, because it blocks or happens in other namespaces.
//
//   boot ...    sets up one sandbox and stays behind as its pid 1     (boot.hpp)
//   bridge ...  makes the bridge of a provider                        (bridge.hpp)
//   drop ...    removes an interface
//   remove ...  deletes the files of a sandbox                        (remove.hpp)
//
// cped starts it with descriptor 3 as the line to report on (message.hpp).
#include "adapters/local/sandbox/boot.hpp"
#include "adapters/local/sandbox/bridge.hpp"
#include "adapters/local/sandbox/ip_command.hpp"
#include "adapters/local/sandbox/remove.hpp"

#include <sys/stat.h>
#include <cstdio>

namespace {

using namespace cpe::local;  // NOLINT(google-build-using-namespace): the program is of this room
using cpe::Errc;
using cpe::Error;
using cpe::Result;

Result<Message> bridge(const Options& options) {
    if (const auto all = options.require({"state-dir", "provider", "subnet"}); !all)
        return all.error();
    const auto subnet = parse_subnet(options.get("subnet"));
    if (!subnet) return subnet.error();
    const auto slice = ensure_bridge(home_of(options), *subnet);
    if (!slice) return slice.error();
    return Message{"slice", slice->text()};
}

Result<Message> drop(const Options& options) {
    if (const auto all = options.require({"interface"}); !all) return all.error();
    const auto name = options.get("interface");
    if (!name.starts_with("cpe"))
        return Error{Errc::invalid_input, "not an interface of ours", name, ""};
    if (const auto dropped = drop_interface(name); !dropped) return dropped.error();
    return Message{"done"};
}

Result<Message> remove(const Options& options) {
    if (const auto all = options.require({"state-dir", "provider", "slug"}); !all)
        return all.error();
    const auto gone = remove_sandbox(home_of(options), options.get("slug"));
    if (!gone) return gone.error();
    return Message{"done"};
}

int answer(const Control& control, const Result<Message>& result) {
    control.say(result ? *result : error_message(result.error()));
    return result ? 0 : 1;
}

int run(const std::string& verb, const Options& options, Control control) {
    if (verb == "bridge") return answer(control, bridge(options));
    if (verb == "drop") return answer(control, drop(options));
    if (verb == "remove") return answer(control, remove(options));
    const auto plan = plan_of(options);
    if (!plan) return answer(control, plan.error());
    return boot(*plan, std::move(control));
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> all(words, words + count);
    struct stat line {};
    const bool by_cped = ::fstat(control_fd, &line) == 0 && S_ISSOCK(line.st_mode);
    if (all.size() < 2 || !by_cped) {
        std::fputs("cpe-sandbox: a helper of cped, not for people; see docs/local-provider.md\n",
                   stderr);
        return 2;
    }
    Control control(control_fd);
    const auto options = Options::parse({all.begin() + 2, all.end()});
    if (!options) return answer(control, options.error());
    return run(all[1], *options, std::move(control));
}
