// cpe-ctl: the command line of the Cloud Policy Engine (design.md §9).
#include "src/cpe-ctl/app.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include <poll.h>
#include <unistd.h>

namespace {

std::chrono::seconds offset_of(cpe::WallTime time) {
    const auto seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    return std::chrono::seconds{local.tm_gmtoff};
}

cpe::ctl::Moment moment() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {{std::chrono::duration_cast<cpe::Millis>(now).count()}, offset_of};
}

bool output_reader_gone() {
    pollfd out{STDOUT_FILENO, 0, 0};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

}  // namespace

int main(int argc, char** argv) {
    // A reader that goes away shows as a failed write, which app.cpp looks at.
    std::signal(SIGPIPE, SIG_IGN);
    tzset();
    const char* terminal = std::getenv("TERM");
    const bool capable = terminal != nullptr && std::string{terminal} != "dumb";
    const bool colour = capable && !is_set("NO_COLOR");
    const bool out_terminal = isatty(STDOUT_FILENO) != 0;
    const bool err_terminal = isatty(STDERR_FILENO) != 0;
    cpe::ctl::Io io{std::cin,
                    std::cout,
                    std::cerr,
                    colour && out_terminal,
                    capable && err_terminal,
                    colour && err_terminal,
                    moment,
                    output_reader_gone};
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(cpe::ctl::run(words, io));
}
