// The sandbox program's end of the line to cped (message.hpp).
//
// Thread: one. Ownership: owns descriptor 3. Blocking, bounded by cped's deadline: when cped ends
// the stream, every call says so.
#pragma once

#include "adapters/local/message.hpp"
#include "adapters/local/posix.hpp"

namespace cpe::local {

class Control {
public:
    explicit Control(int fd);
    /// False when nobody listens any more.
    bool say(const Message& message) const;
    /// Waits for "keep"; false at the end of the stream: this sandbox must not live.
    [[nodiscard]] bool wait_for_keep() const;
    /// True when cped is known to be gone.
    [[nodiscard]] bool abandoned() const;
    void close() { fd_.reset(); }

private:
    Fd fd_;
};

}  // namespace cpe::local
