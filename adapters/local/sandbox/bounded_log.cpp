#include "adapters/local/sandbox/bounded_log.hpp"

#include <sys/stat.h>
#include <array>
#include <ctime>

namespace cpe::local {

BoundedLog::BoundedLog(Fd file, std::uint64_t limit) : file_(std::move(file)), limit_(limit) {
    struct stat info {};
    if (::fstat(file_.get(), &info) == 0) size_ = static_cast<std::uint64_t>(info.st_size);
}

void BoundedLog::append(std::string_view bytes) {
    if (bytes.size() > limit_ / 2) bytes.remove_prefix(bytes.size() - limit_ / 2);
    if (size_ + bytes.size() > limit_) keep_newest_half();
    if (write_all(file_.get(), bytes.data(), bytes.size())) size_ += bytes.size();
}

void BoundedLog::line(const std::string& text) {
    std::array<char, 32> stamp{};
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    std::strftime(stamp.data(), stamp.size(), "%Y-%m-%dT%H:%M:%SZ ", &utc);
    append(stamp.data() + text + "\n");
}

void BoundedLog::keep_newest_half() {
    const auto wanted = std::min(size_, limit_ / 2);
    std::string tail(wanted, '\0');
    const auto got =
        ::pread(file_.get(), tail.data(), tail.size(), static_cast<off_t>(size_ - wanted));
    tail.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    tail.erase(0, tail.find('\n') + 1);  // begins with a whole line
    if (::ftruncate(file_.get(), 0) != 0) return;
    size_ = write_all(file_.get(), tail.data(), tail.size()) ? tail.size() : 0;
}

}  // namespace cpe::local
