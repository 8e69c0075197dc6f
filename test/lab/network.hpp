// This thread in the network of another process, and back.
//
// Thread: the one that constructs it; root only; failures throw.
#pragma once

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace cpe::test {

class OtherNetwork {
public:
    explicit OtherNetwork(const std::string& process) : own_(open("thread-self")) {
        const int theirs = open(process);
        const int failed = ::setns(theirs, CLONE_NEWNET);
        ::close(theirs);
        if (failed) throw std::runtime_error("setns into the lab's network");
    }
    ~OtherNetwork() {
        ::setns(own_, CLONE_NEWNET);
        ::close(own_);
    }
    OtherNetwork(const OtherNetwork&) = delete;
    OtherNetwork& operator=(const OtherNetwork&) = delete;

private:
    static int open(const std::string& process) {
        const int fd = ::open(("/proc/" + process + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) throw std::runtime_error("no network namespace of process " + process);
        return fd;
    }

    int own_;
};

}  // namespace cpe::test
