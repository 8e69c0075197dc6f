#include "adapters/openstack/secret_file.hpp"

#include "adapters/http/wipe.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cpe::openstack {
namespace {

class Fd {
public:
    explicit Fd(int number) : number_(number) {}
    ~Fd() {
        if (number_ >= 0) ::close(number_);
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    [[nodiscard]] int get() const { return number_; }

private:
    int number_;
};

Error unreadable(const std::filesystem::path& path) {
    return {Errc::unavailable, std::strerror(errno), path.string(), {}};
}

Result<> check_private(const struct stat& info, const std::filesystem::path& path) {
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
        return Error{Errc::not_allowed, "belongs to another user", path.string(),
                     "chown root: it has secrets"};
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Error{Errc::not_allowed, "others than its owner may use it", path.string(),
                     "chmod 600: it has secrets"};
    return {};
}

/// One byte more than the limit, so that too large is seen.
Result<> read_all(int file, std::string& text, const std::filesystem::path& path) {
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(file, text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unreadable(path);
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return {};
}

}  // namespace

Result<FileText> read_file(const std::filesystem::path& path, std::size_t limit) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0) return unreadable(path);
    if (!S_ISREG(info.st_mode))
        return Error{Errc::unavailable, "is no regular file", path.string(), {}};
    FileText result;
    result.is_private = check_private(info, path);
    result.text.resize(limit + 1);
    if (const auto done = read_all(file.get(), result.text, path); !done) return done.error();
    if (result.text.size() <= limit) return result;
    http::wipe(result.text);
    return Error{Errc::too_large, "is over " + std::to_string(limit) + " bytes", path.string(), {}};
}

Result<std::string> read_secret(const std::filesystem::path& path) {
    auto file = read_file(path, max_secret_file);
    if (!file) return file.error();
    if (!file->is_private) {
        http::wipe(file->text);
        return file->is_private.error();
    }
    if (file->text.ends_with('\n')) file->text.pop_back();
    if (file->text.ends_with('\r')) file->text.pop_back();
    if (file->text.empty())
        return Error{Errc::invalid_input, "is empty", path.string(), "it holds the secret"};
    return std::move(file->text);
}

}  // namespace cpe::openstack
