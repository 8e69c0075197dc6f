#include "src/cpe-agent/output_reader.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>

namespace cpe::guest {

namespace {

constexpr std::size_t per_turn = 256 * 1024;
constexpr std::size_t at_the_end = 1024 * 1024;

}  // namespace

void OutputReader::wait() {
    if (!pipe_.is_open()) return;
    pipe_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                         if (error) return;
                         self->read_some(per_turn);
                         self->wait();
                     });
}

void OutputReader::read_some(std::size_t budget) {
    std::array<char, 16 * 1024> buffer{};
    for (std::size_t total = 0; total < budget && pipe_.is_open();) {
        const auto count = ::read(pipe_.native_handle(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) return close();
        total += static_cast<std::size_t>(count);
        if (!dropping_) tail_.append({buffer.data(), static_cast<std::size_t>(count)});
    }
}

const OutputTail& OutputReader::let_go() {
    read_some(at_the_end);
    dropping_ = true;
    return tail_;
}

void OutputReader::close() {
    boost::system::error_code ignored;
    pipe_.close(ignored);
}

}  // namespace cpe::guest
