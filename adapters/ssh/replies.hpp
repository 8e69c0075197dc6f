// The lines that a guest's shell writes (guest.sh, hello.sh), out of whatever bytes come.
//
// Thread: any; a pure value. A guest is not trusted: a line is cut at max_reply_line bytes, and
// what does not begin with the nonce, or makes no sense, is noise and left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::ssh {

constexpr std::size_t max_reply_line = 72 * 1024;  ///< holds a whole line of max_metadata

struct Reply {
    enum class Kind {
        began,    ///< number: its first process
        ended,    ///< number: exit code
        output,   ///< text: one line
        done,     ///< all of its output was told
        killed,   ///< number: processes that would not die
        ready,    ///< lines of stdin are read
        hello,    ///< text: the rest of the line
        missing,  ///< text: a tool
    } kind = Kind::output;
    unsigned run = 0;
    std::uint32_t number = 0;
    std::string text;
};

class Replies {
public:
    explicit Replies(std::string nonce) : prefix_(std::move(nonce) + " ") {}
    /// What has become whole with these bytes, in order.
    [[nodiscard]] std::vector<Reply> feed(std::string_view bytes);

private:
    void end_of_line(std::vector<Reply>& to);

    std::string prefix_;
    std::string line_;
};

struct GuestFacts {
    std::string boot_id;  ///< new at each boot: of the kernel and of process 1
    std::uint32_t user = 0;
    std::string hostname;
};
/// Of a Reply::Kind::hello. Nothing: it makes no sense.
[[nodiscard]] std::optional<GuestFacts> facts_of(std::string_view hello);

}  // namespace cpe::ssh
