#include "src/policy/tick_journal.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace cpe::policy_runner {
namespace {

constexpr std::array<char, 8> magic{'C', 'P', 'E', 'T', 'I', 'C', 'K', '1'};

struct Name {
    std::uint8_t length;
    std::array<char, max_journal_name> text;

    void set(std::string_view from) {
        length = static_cast<std::uint8_t>(std::min(from.size(), text.size()));
        std::memcpy(text.data(), from.data(), length);
    }
    [[nodiscard]] std::string_view view() const { return {text.data(), length}; }
};

struct Entry {
    Name tenant;
    Name name;
    std::uint32_t crashes;  ///< 0: a free place

    void set(const DeployableKey& key) {
        tenant.set(key.tenant);
        name.set(key.name);
    }
    [[nodiscard]] bool is(const DeployableKey& key) const {
        return tenant.view() == std::string_view(key.tenant).substr(0, max_journal_name) &&
               name.view() == std::string_view(key.name).substr(0, max_journal_name);
    }
    [[nodiscard]] DeployableKey key() const {
        return {std::string(tenant.view()), std::string(name.view())};
    }
};

Error failed(const std::filesystem::path& path, const char* what) {
    return Error{Errc::unavailable, std::string(what) + ": " + std::strerror(errno), path.string(),
                 ""};
}

class Fd {
public:
    explicit Fd(int fd) : fd_(fd) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

}  // namespace

/// The file's layout; zeros are a valid empty one but for `magic`.
struct TickJournal::Page {
    std::array<char, 8> magic;
    std::atomic<std::uint32_t> running;  ///< set after `current` is written
    Entry current;
    std::array<Entry, max_suspects> suspects;
};

void TickJournal::Unmap::operator()(Page* page) const {
    ::munmap(page, sizeof(Page));
}

TickJournal::TickJournal(std::unique_ptr<Page, Unmap> page) : page_(std::move(page)) {}
TickJournal::TickJournal(TickJournal&&) noexcept = default;
TickJournal& TickJournal::operator=(TickJournal&&) noexcept = default;
TickJournal::~TickJournal() = default;

Result<TickJournal> TickJournal::open(const std::filesystem::path& path) {
    static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
    const Fd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (fd.get() < 0) return failed(path, "cannot open the tick journal");
    const auto size = ::lseek(fd.get(), 0, SEEK_END);
    if (size != 0 && size != static_cast<off_t>(sizeof(Page)))
        return Error{Errc::invalid_input, "not a tick journal", path.string(), "remove it"};
    // Blocks are reserved: a full disk must not become a SIGBUS later.
    if (const int error = ::posix_fallocate(fd.get(), 0, sizeof(Page)); error != 0) {
        errno = error;
        return failed(path, "cannot size the tick journal");
    }
    void* at = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (at == MAP_FAILED) return failed(path, "cannot map the tick journal");
    TickJournal journal{std::unique_ptr<Page, Unmap>(static_cast<Page*>(at))};
    auto& page = *journal.page_;
    if (size == 0) page.magic = magic;
    if (page.magic != magic)
        return Error{Errc::invalid_input, "not a tick journal", path.string(), "remove it"};
    if (page.running.exchange(0) != 0) journal.record_crash(page.current.key());
    return journal;
}

void TickJournal::begin(const DeployableKey& key) {
    page_->current.set(key);
    page_->running.store(1, std::memory_order_release);
}

void TickJournal::end() {
    page_->running.store(0, std::memory_order_release);
}

std::vector<Suspect> TickJournal::suspects() const {
    std::vector<Suspect> list;
    for (const auto& entry : page_->suspects)
        if (entry.crashes > 0) list.push_back({entry.key(), entry.crashes});
    return list;
}

std::uint32_t TickJournal::record_crash(const DeployableKey& key) {
    auto& all = page_->suspects;
    auto at = std::find_if(all.begin(), all.end(),
                           [&](const Entry& entry) { return entry.crashes > 0 && entry.is(key); });
    if (at == all.end()) {
        at = std::min_element(all.begin(), all.end(),
                              [](const Entry& a, const Entry& b) { return a.crashes < b.crashes; });
        at->set(key);
        at->crashes = 0;
    }
    return ++at->crashes;
}

void TickJournal::acquit(const DeployableKey& key) {
    for (auto& entry : page_->suspects)
        if (entry.is(key)) entry.crashes = 0;
}

}  // namespace cpe::policy_runner
