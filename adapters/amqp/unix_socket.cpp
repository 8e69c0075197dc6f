#include "adapters/amqp/unix_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace cpe::amqp::detail {
namespace {

constexpr int backlog = 128;

Error failed(const std::filesystem::path& path, const std::string& what, Errc code) {
    return {code, what, path.string(), ""};
}

Error errno_error(const std::filesystem::path& path, const char* call) {
    return failed(path, std::string(call) + ": " + std::strerror(errno), Errc::unavailable);
}

/// An address for `path` and the directory that it needs to stay open.
struct Address {
    sockaddr_un name{};
    Fd directory;

    [[nodiscard]] const sockaddr* get() const {
        return static_cast<const sockaddr*>(static_cast<const void*>(&name));
    }
};

Result<Address> address_of(const std::filesystem::path& path) {
    Address address;
    address.name.sun_family = AF_UNIX;
    std::string text = path.string();
    if (text.size() >= sizeof address.name.sun_path) {
        const auto parent = path.parent_path();
        address.directory = Fd(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!address.directory) return errno_error(parent, "open");
        text = "/proc/self/fd/" + std::to_string(address.directory.get()) + "/" +
               path.filename().string();
    }
    if (text.empty() || text.size() >= sizeof address.name.sun_path)
        return failed(path, "the socket's own name is too long or empty", Errc::invalid_input);
    std::memcpy(address.name.sun_path, text.c_str(), text.size() + 1);
    return address;
}

Fd new_socket() {
    return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/// Makes room for a socket at `path`.
Result<> clear_stale(const std::filesystem::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return {};
    if (!S_ISSOCK(status.st_mode)) return failed(path, "exists and is not a socket", Errc::refused);
    const auto probe = connect_to(path);
    if (probe || probe.error().code == Errc::timed_out)
        return failed(path, "somebody listens on this socket already", Errc::refused);
    if (::unlink(path.c_str()) != 0) return errno_error(path, "unlink");
    return {};
}

}  // namespace

Fd::~Fd() {
    if (value_ >= 0) ::close(value_);
}

Result<BoundSocket> listen_on(const std::filesystem::path& path, unsigned mode,
                              std::optional<gid_t> group) {
    auto cleared = clear_stale(path);
    if (!cleared) return cleared.error();
    const auto address = address_of(path);
    if (!address) return address.error();
    BoundSocket bound{new_socket(), {}};
    if (!bound.socket) return errno_error(path, "socket");
    if (::bind(bound.socket.get(), address->get(), sizeof(sockaddr_un)) != 0)
        return errno_error(path, "bind");
    // Nobody can connect before listen(2): mode and group are right from the first moment.
    if (group && ::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0)
        return errno_error(path, "chown");
    if (::chmod(path.c_str(), mode) != 0) return errno_error(path, "chmod");
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return errno_error(path, "stat");
    bound.file = {status.st_dev, status.st_ino};
    if (::listen(bound.socket.get(), backlog) != 0) return errno_error(path, "listen");
    return bound;
}

void remove_socket(const std::filesystem::path& path, const FileIdentity& file) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (FileIdentity{status.st_dev, status.st_ino} == file) ::unlink(path.c_str());
}

Result<Fd> connect_to(const std::filesystem::path& path) {
    const auto address = address_of(path);
    if (!address) return address.error();
    Fd socket = new_socket();
    if (!socket) return errno_error(path, "socket");
    if (::connect(socket.get(), address->get(), sizeof(sockaddr_un)) == 0) return socket;
    if (errno == EAGAIN) return failed(path, "the listener is too busy", Errc::timed_out);
    const Errc code = errno == EACCES || errno == EPERM ? Errc::not_allowed : Errc::unavailable;
    return failed(path, std::string("connect: ") + std::strerror(errno), code);
}

}  // namespace cpe::amqp::detail
