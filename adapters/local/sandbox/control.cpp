#include "adapters/local/sandbox/control.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <array>
#include <cerrno>
#include <string>

namespace cpe::local {

// No program that is started from here may inherit the line.
Control::Control(int fd) : fd_(fd) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool Control::say(const Message& message) const {
    auto text = message_text(message);
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto put = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        rest.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

bool Control::wait_for_keep() const {
    constexpr std::string_view wanted = "keep\n";
    std::string heard;
    while (heard.size() < wanted.size()) {
        std::array<char, 16> buffer{};
        const auto got = ::recv(fd_.get(), buffer.data(), wanted.size() - heard.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return heard == wanted;
}

bool Control::abandoned() const {
    pollfd poll{.fd = fd_.get(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&poll, 1, 0) > 0 && (poll.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace cpe::local
