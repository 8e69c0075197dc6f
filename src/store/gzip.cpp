#include "src/store/gzip.hpp"

#include <zlib.h>
#include <new>

namespace cpe::store {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib: 16 more asks for gzip's header and trailer
constexpr int memory_level = 8;

/// zlib takes non-const input that it does not change.
Bytef* input(const char* data) {
    return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(data));  // NOLINT: zlib's interface
}

struct Inflating {
    z_stream stream{};
    bool ready = inflateInit2(&stream, gzip_window) == Z_OK;
    Inflating() = default;
    Inflating(const Inflating&) = delete;
    Inflating& operator=(const Inflating&) = delete;
    ~Inflating() { inflateEnd(&stream); }
};

}  // namespace

std::vector<char> gzip(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    std::vector<char> bytes(deflateBound(&stream, text.size()));
    stream.next_in = input(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    deflate(&stream, Z_FINISH);  // deflateBound: one call is enough
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

Result<std::string> gunzip(std::span<const char> bytes, std::size_t limit) {
    Inflating inflating;
    if (!inflating.ready) throw std::bad_alloc();
    auto& stream = inflating.stream;
    stream.next_in = input(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string text;
    char piece[16'384];
    for (int rc = Z_OK; rc != Z_STREAM_END;) {
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof piece;
        rc = inflate(&stream, Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END)
            return Error{Errc::invalid_input, "not gzip, or cut short", "", ""};
        text.append(piece, sizeof piece - stream.avail_out);
        if (text.size() > limit)
            return Error{Errc::too_large,
                         "unpacks to more than " + std::to_string(limit) + " bytes", "", ""};
    }
    return text;
}

}  // namespace cpe::store
