// Drains a run's pipe as it fills, so that nothing that writes is ever held up.
//
// Thread: the loop. Ownership: shared; keeps itself alive while it reads. A service that a start
// left behind may hold the pipe for life: after `let_go` what it says is read and dropped, for a
// closed pipe would kill it. Limits: per_turn bytes between two turns of the loop.
#pragma once

#include "adapters/guest/output_tail.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <memory>

namespace cpe::guest {

class OutputReader : public std::enable_shared_from_this<OutputReader> {
public:
    /// Keeps the last `kept` bytes.
    OutputReader(const boost::asio::any_io_executor& executor, int descriptor, std::size_t kept)
        : pipe_(executor, descriptor), tail_(kept) {}

    void start() { wait(); }
    /// The process has ended: takes what it has written (at most 1 MiB more); what its children
    /// write from now on is dropped.
    const OutputTail& let_go();
    void close();
    [[nodiscard]] bool is_open() const { return pipe_.is_open(); }

private:
    void wait();
    /// Reads up to `budget` bytes; closes at the end of file.
    void read_some(std::size_t budget);

    boost::asio::posix::stream_descriptor pipe_;
    OutputTail tail_;
    bool dropping_ = false;
};

}  // namespace cpe::guest
