#include "adapters/static/options_file.hpp"

#include "adapters/base/fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace cpe::static_hosts {

using base::Fd;

namespace {

constexpr mode_t others = S_IRWXG | S_IRWXO;

Error unreadable(const std::filesystem::path& file) {
    return {Errc::unavailable, std::strerror(errno), file.string(), "is options_file right?"};
}

Result<> check_secret(const struct stat& info, const std::filesystem::path& file) {
    if (!S_ISREG(info.st_mode))
        return Error{Errc::not_allowed, "is no regular file", file.string(), {}};
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
        return Error{Errc::not_allowed, "belongs to another user", file.string(),
                     "chown root: it has secrets"};
    if ((info.st_mode & others) != 0)
        return Error{Errc::not_allowed, "others than its owner may use it", file.string(),
                     "chmod 600: it has secrets"};
    return {};
}

}  // namespace

Result<FenceOptions> read_options(const std::filesystem::path& file) {
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return unreadable(file);
    if (auto secret = check_secret(info, file); !secret) return secret.error();
    std::string text(max_options_file + 1, '\0');  // one more: too large is seen
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(fd.get(), text.data() + size, text.size() - size);
        if (count < 0) return unreadable(file);
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    auto options = parse_options(text);
    if (options) return options;
    Error error = options.error();
    error.where = file.string() + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

}  // namespace cpe::static_hosts
