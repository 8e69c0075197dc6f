// cpe-policy-helper: runs ticks for cped, and simulations for cpe-ctl, in a process of its own,
// which may crash, be killed, or run out of memory. Started by them only; it speaks frames
// (wire.hpp) on standard input and output.
#include "engines/policy/scheduler.hpp"
#include "src/policy/faults.hpp"
#include "src/policy/wire.hpp"

#include <boost/program_options.hpp>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <vector>

namespace {

using namespace cpe;
using namespace cpe::policy_runner;

enum ExitCode { done = 0, usage = 2, orphaned = 3, broken_pipe = 4, out_of_memory = 5 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;  // their shadow memory takes terabytes of addresses
#else
constexpr bool sanitized = false;
#endif

struct Options {
    pid_t parent = 0;
    rlim_t memory = 0;
    std::string fault;
};

void limit(__rlimit_resource_t resource, rlim_t value) {
    const rlimit both{value, value};
    if (::setrlimit(resource, &both) != 0) std::exit(usage);
}

/// Before the first byte of a document is read.
void confine(const Options& options) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    // The parent may have ended before that took effect.
    if (options.parent != 0 && ::getppid() != options.parent) std::exit(orphaned);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_CORE, 0);
    if (options.memory > 0 && !sanitized) limit(RLIMIT_AS, options.memory);
}

/// Reads all of `size` bytes; nothing at the end of input, when cped has closed its side.
std::optional<std::string> read_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t have = 0; have < size;) {
        const auto got = ::read(STDIN_FILENO, bytes.data() + have, size - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return std::nullopt;
        have += static_cast<std::size_t>(got);
    }
    return bytes;
}

void write_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) std::exit(broken_pipe);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
}

/// For tests: what a document may do to a helper.
void commit_fault(const std::string& fault) {
    if (fault == "crash") {
        ::signal(SIGSEGV, SIG_DFL);  // a sanitizer would make an exit code of it
        ::raise(SIGSEGV);
    }
    if (fault == "hang")
        for (;;) ::pause();
    if (fault == "exit") std::_Exit(7);
    if (fault == "memory")
        for (std::vector<std::string> all;;) all.emplace_back(1U << 20U, 'x');
}

Result<TickResult> run(policy::Scheduler& scheduler, HelperRequest& request) {
    if (request.fault) commit(*request.fault, request.cib);
    const auto begun = std::chrono::steady_clock::now();
    auto result = scheduler.run(request.name, request.cib, request.now, request.validate);
    const auto took = std::chrono::steady_clock::now() - begun;
    if (result) result->took = std::chrono::duration_cast<Millis>(took);
    return request.fault ? only_failing(std::move(result)) : result;
}

/// A frame that the other side would take for a broken one is told as an error.
template <class Answer>
std::string framed(const Result<Answer>& answer) {
    if (!answer) return encode(answer.error());
    auto frame = encode(*answer);
    if (frame.size() <= max_frame_bytes) return frame;
    return encode(Error{Errc::too_large, "the plan has " + std::to_string(frame.size()) + " bytes",
                        "", "at most " + std::to_string(max_frame_bytes)});
}

/// The answer to one frame; nothing when it is none that could be asked.
std::optional<std::string> answer(policy::Scheduler& scheduler, FrameType type,
                                  std::string_view body) {
    if (type == FrameType::request) {
        if (auto request = decode_request(body)) return framed(run(scheduler, *request));
    } else if (type == FrameType::simulate) {
        if (const auto request = decode_simulate(body)) return framed(scheduler.simulate(*request));
    }
    return std::nullopt;
}

int serve(const Options& options) {
    policy::Scheduler scheduler(
        [](LogLevel level, std::string_view component, std::string_view message) {
            write_bytes(encode(LogLine{level, std::string(component), std::string(message)}));
        });
    for (;;) {
        const auto head_bytes = read_bytes(frame_head_bytes);
        if (!head_bytes) return done;
        const auto head = decode_head(*head_bytes);
        if (!head) return usage;
        const auto body = read_bytes(head->length);
        if (!body) return done;
        commit_fault(options.fault);
        const auto reply = answer(scheduler, head->type, *body);
        if (!reply) return usage;
        write_bytes(*reply);
    }
}

Options parse(int argc, char** argv) {
    namespace po = boost::program_options;
    Options options;
    po::options_description known;
    known.add_options()("parent", po::value(&options.parent))("memory", po::value(&options.memory))(
        "fault", po::value(&options.fault));
    po::variables_map values;
    po::store(po::parse_command_line(argc, argv, known), values);
    po::notify(values);
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const Options options = parse(argc, argv);
        confine(options);
        return serve(options);
    } catch (const std::bad_alloc&) {
        return out_of_memory;
    } catch (const std::exception& error) {
        std::cerr << "cpe-policy-helper: " << error.what()
                  << " (it is started by cped and cpe-ctl)\n";
        return usage;
    }
}
