// cpe-sql-helper: answers one query that it reads from its standard input, and ends.
//
// A child of cped only: it gives itself its limits before it looks at the query, dies with its
// parent, and has given up root before the query is even parsed.
#include "src/store/sql_cage.hpp"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>

namespace {

using namespace cpe;

constexpr uid_t nobody = 65'534;
constexpr std::size_t greatest_request = 4 * store::mebibyte;
// Of the address space: beside what SQLite may take, the program itself and the encoded answer.
constexpr std::size_t room_for_program = 64 * store::mebibyte;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool address_space_is_ours = false;  // a sanitizer reserves terabytes
#else
constexpr bool address_space_is_ours = true;
#endif

bool limit(__rlimit_resource what, rlim_t value) {
    const rlimit both{value, value};
    return ::setrlimit(what, &both) == 0;
}

bool limit_itself(const store::SqlLimits& limits) {
    const auto seconds = static_cast<rlim_t>(limits.time.count() / 1'000 + 2);
    const auto memory = limits.memory + 4 * limits.bytes + room_for_program;
    return limit(RLIMIT_CPU, seconds) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_CORE, 0) &&
           limit(RLIMIT_NOFILE, 16) && (!address_space_is_ours || limit(RLIMIT_AS, memory));
}

// A parent that died before this leaves a request cut short, which is no request.
bool die_with_parent() {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
}

bool give_up_root() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    if (::geteuid() != 0) return true;
    return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
           ::setresuid(nobody, nobody, nobody) == 0 && die_with_parent();  // setuid clears it
}

/// All of the standard input, up to its end.
Result<std::string> read_request() {
    std::string bytes;
    char piece[65'536];
    for (;;) {
        const auto got = ::read(STDIN_FILENO, piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return Error{Errc::internal, "cannot read the request", "SQL helper", ""};
        if (got == 0) return bytes;
        bytes.append(piece, static_cast<std::size_t>(got));
        if (bytes.size() > greatest_request)
            return Error{Errc::too_large, "the request is too large", "SQL helper", ""};
    }
}

bool write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

Result<SqlTable> answer() {
    const Error cannot{Errc::internal, "the SQL helper cannot confine itself", "SQL helper", ""};
    if (!die_with_parent()) return cannot;
    const auto bytes = read_request();
    if (!bytes) return bytes.error();
    const auto request = store::decode_request(*bytes);
    if (!request) return request.error();
    if (!limit_itself(request->limits)) return cannot;
    auto cage = store::Cage::open(*request);
    if (!cage) return cage.error();
    if (!give_up_root()) return cannot;
    try {
        return cage->run();
    } catch (const std::bad_alloc&) {
        return Error{Errc::too_large, "the result needs too much memory (limit sql_memory)", "SQL",
                     "ask for less"};
    }
}

}  // namespace

int main() {
    if (::isatty(STDIN_FILENO) == 1) {
        std::fputs("cpe-sql-helper is started by cped only; use: cpe-ctl sql QUERY\n", stderr);
        return 2;
    }
    try {
        return write_all(store::encode(answer())) ? 0 : 1;
    } catch (const std::exception& error) {  // out of memory while encoding, most likely
        std::fprintf(stderr, "cpe-sql-helper: %s\n", error.what());
        return 1;
    }
}
